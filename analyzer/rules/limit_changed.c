/* Rule limit_changed: the memory limit moved during the life, or between this life and the one before. A kill after a
 * lowered limit needs no growth; a growth in percent of the limit after that is no growth of memory. */
#include "analyzer/rules/common.h"

#define CHANGE 0.01 /* rounding of a unit */

static const gm_life *life_before(const gm_facts *facts) {
    const gm_life *before = NULL;
    for (size_t i = 0; i < facts->timeline->n_lives; i++)
        if (facts->timeline->lives[i].life == facts->life->life - 1) before = &facts->timeline->lives[i];
    return before;
}

static bool differs(double before, double now) {
    return before > 0 && now > 0 && fabs(now - before) > CHANGE * before;
}

static void evidence(const gm_facts *facts, gm_finding *f, bool within) {
    gm_finding_evidence(
        facts, f, "bytes", within ? "the limit was %s at first" : "the limit was %s in the life before",
        within ? "SELECT first_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'limit'"
               : "SELECT limit_bytes FROM life WHERE container_id = {c} AND life = {l} - 1");
    gm_finding_evidence(
        facts, f, "bytes", "and %s at the end",
        within ? "SELECT last_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'limit'"
               : "SELECT limit_bytes FROM life WHERE container_id = {c} AND life = {l}");
    if (facts->growth[GM_COL_USAGE].known) gm_finding_growth(facts, f, "usage", "usage changed by %s");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *limit = &facts->growth[GM_COL_LIMIT];
    const gm_life *before = life_before(facts);
    bool pair = before && before->limit_bytes != GM_UNKNOWN && !isnan(facts->limit);
    if (!limit->known && !pair) return gm_not_applicable(f, "needs the memory limit over time, or in two lives");
    bool within = limit->known && differs(limit->first, limit->last),
         between = pair && differs((double)before->limit_bytes, facts->limit);
    if (!within && !between) return gm_clean(f, "the memory limit did not change");
    evidence(facts, f, within);
    bool lowered = within ? limit->last < limit->first : facts->limit < (double)before->limit_bytes;
    bool killed = gm_was_killed(facts), grew = gm_growth_of(facts, GM_COL_ANON) >= facts->material;
    f->confidence = lowered && killed ? (grew || !within ? 0.5 : 0.8) : 0.35;
    f->severity = lowered && killed ? GM_SEV_CRITICAL : lowered ? GM_SEV_LOW : GM_SEV_INFO;
    f->summary = lowered ? killed ? "the memory limit was lowered, and the kill came under the lower limit"
                                  : "the memory limit was lowered"
                         : "the memory limit was raised";
    f->remedy =
        lowered
            ? "Undo the change, or make the service fit: a lowered limit needs a lower GOMEMLIMIT or GOGC at the same time."
            : "Judge growth in bytes and not in percent of the limit across the change.";
    return GM_FIRED;
}

const gm_rule gm_rule_limit_changed = {
    .slug = "limit_changed",
    .family = "environment",
    .title = "Memory limit changed",
    .is_cause = true,
    .check = check,
    .definition = "The memory limit moved during a life or between two lives.",
    .proves =
        "The recorded limit at the start and at the end differ by more than 1 %; a kill afterwards without growth of anonymous memory.",
    .refutes = "Anonymous memory grew along: it would have reached the old limit too.",
    .remedy = "Restore the limit or lower the demand with it.",
    .source = "Linux cgroup-v2 documentation, memory.max; Kubernetes in-place resize",
};
