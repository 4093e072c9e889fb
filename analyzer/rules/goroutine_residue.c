/* Rule goroutine_residue: goroutines went away, their structures stay. The runtime keeps the descriptors of dead
 * goroutines for reuse and never frees them. Not a leak: the next peak of the same height costs nothing. */
#include "analyzer/rules/go.h"

#define MALG_OF(profile) \
    "(SELECT sum(s.inuse_bytes) FROM profile_sample s WHERE s.profile_id = " profile \
    " AND EXISTS (SELECT 1 FROM stack_frame k " \
    "WHERE k.stack_id = s.stack_id AND k.function = 'runtime.malg'))"
#define LAST_HEAP \
    "(SELECT p.profile_id FROM profile p JOIN identity i USING (identity_id) JOIN life l ON l.container_id = i.container_id AND l.life = {l} " \
    "AND p.t_ns BETWEEN l.from_ns AND l.to_ns WHERE i.container_id = {c} AND p.kind = 'heap' ORDER BY p.t_ns DESC, p.profile_id DESC LIMIT 1)"

static const char malg_sql[] = "SELECT " MALG_OF(LAST_HEAP);
static const char heap_at_sql[] =
    "SELECT p.t_ns FROM profile p JOIN identity i USING (identity_id) JOIN life l ON l.container_id = i.container_id AND l.life = {l} "
    "AND p.t_ns BETWEEN l.from_ns AND l.to_ns WHERE i.container_id = {c} AND p.kind = 'heap' ORDER BY p.t_ns DESC, p.profile_id DESC LIMIT 1";

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    gm_readings goroutines = gm_readings_of(facts, GM_Q_GO_GOROUTINES);
    if (goroutines.n < 3) return gm_not_applicable(f, "needs the number of goroutines over time");
    double gone = goroutines.most - goroutines.last;
    if (gone < GM_LIMIT_OF(facts, GOROUTINE_MIN) ||
        gone < GM_LIMIT_OF(facts, GOROUTINE_RESIDUE_PCT) / 100 * goroutines.most)
        return gm_clean(f, "no large number of goroutines went away");
    if (facts->n_heap_profiles == 0)
        return gm_not_applicable(f, "needs a heap profile from after the goroutines went away");
    double at = gm_value_of_sql(facts, heap_at_sql),
           then = gm_history_at(&facts->timeline->history[GM_Q_GO_GOROUTINES], (int64_t)at, 120 * GM_NS_PER_S);
    if (!(goroutines.most - then >= GM_LIMIT_OF(facts, GOROUTINE_RESIDUE_PCT) / 100 * goroutines.most))
        return gm_not_applicable(f, "needs a heap profile from after the goroutines went away");
    double left = gm_value_of_sql(facts, malg_sql),
           expected = goroutines.most * GM_LIMIT_OF(facts, GOROUTINE_STRUCT_BYTES);
    if (!(left >= expected / 2))
        return gm_clean(f, "the structures of the goroutines went away too, or never weighed anything");
    gm_finding_evidence(facts, f, "count", "up to %s goroutines ran",
                        "SELECT max(value)" GM_SAMPLES_OF("go.goroutines"));
    gm_finding_evidence(facts, f, "count", "%s are left",
                        "SELECT value" GM_SAMPLES_OF("go.goroutines") "ORDER BY t_ns DESC LIMIT 1");
    gm_finding_evidence(facts, f, "bytes", "runtime.malg still holds %s in the last heap profile", malg_sql);
    f->confidence = 0.85;
    f->severity = GM_SEV_LOW;
    f->share_pct = facts->growth[GM_COL_USAGE].known && facts->growth[GM_COL_USAGE].delta >= facts->material
                       ? fmin(100, 100 * left / facts->growth[GM_COL_USAGE].delta)
                       : NAN;
    f->summary =
        "most goroutines ended, but their descriptors stay: the runtime keeps them for the next ones and never frees them";
    f->remedy = "No leak. Bound the peak with a worker pool or a semaphore; only a restart gives the memory back.";
    return GM_FIRED;
}

const gm_rule gm_rule_goroutine_residue = {
    .slug = "goroutine_residue",
    .family = "go",
    .title = "Residue of ended goroutines",
    .is_cause = true,
    .check = check,
    .definition =
        "The number of goroutines fell by 70 % or more, while what the runtime allocated to describe them stays in the heap.",
    .proves = "The count's peak and end, and runtime.malg in a heap profile taken after the fall.",
    .refutes = "The count still stands high: that is goroutine_leak. runtime.malg went down too.",
    .remedy = "Limit how many goroutines run at once.",
    .source = "Measured: after 200,000 goroutines ended, 91.6 MB stayed; golang/go issues 9869 and 34457",
};
