/* Rule sampling_gap: the samples missed what mattered. The kernel's peak counter shows a spike that no sample saw, or
 * the kill came long after the last record. Then no trend can be trusted to the end. */
#include "analyzer/rules/common.h"

#define GAPS_SHARE 0.1   /* of the life without samples */
#define LONG_GAP_S 120.0 /* shorter holes are jitter of the sampler */

static double gap_seconds(const gm_facts *facts, double *longest) {
    double sum = 0;
    *longest = 0;
    for (size_t i = 0; i < facts->timeline->n_gaps; i++) {
        const gm_gap *gap = &facts->timeline->gaps[i];
        if (gap->life != facts->life->life) continue;
        double s = (double)(gap->to_ns - gap->from_ns) / 1e9;
        sum += s;
        *longest = fmax(*longest, s);
    }
    return sum;
}

/* By how much the peak counter exceeds every sample. A cgroup that outlives its process keeps the peak of the life
 * before. */
static double missed_bytes(const gm_facts *facts) {
    const gm_history *peak = &facts->timeline->history[GM_Q_MEM_PEAK];
    double before = 0;
    for (size_t i = 0; i < peak->n && peak->t_ns[i] < facts->life->from_ns; i++) before = fmax(before, peak->value[i]);
    return facts->peak_counter > before ? facts->peak_counter - facts->peak_usage : NAN;
}

static void evidence_peak(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(
        facts, f, "bytes", "the kernel's own peak counter reached %s",
        "SELECT max(s.value) FROM samples s JOIN life l ON l.container_id = s.container_id AND s.t_ns BETWEEN l.from_ns AND l.to_ns "
        "WHERE l.container_id = {c} AND l.life = {l} AND s.quantity = 'memory.peak'");
    gm_finding_evidence(facts, f, "bytes", "while the highest sample is %s",
                        "SELECT max(usage_bytes) FROM timeline WHERE container_id = {c} AND life = {l}");
}

static void evidence_gaps(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(facts, f, "count", "holes in the samples of this life: %s",
                        "SELECT count(*) FROM gap WHERE container_id = {c} AND life = {l}");
    gm_finding_evidence(facts, f, "s", "the longest lasts %s",
                        "SELECT max(to_ns - from_ns) / 1e9 FROM gap WHERE container_id = {c} AND life = {l}");
}

static void evidence_end(const gm_facts *facts, gm_finding *f) {
    gm_finding_evidence(
        facts, f, "s", "the last sample lies %s before the kill",
        "SELECT ((SELECT max(t_ns) FROM oom_kills WHERE container_id = {c} AND life = {l}) - max(t_ns)) / 1e9 FROM timeline "
        "WHERE container_id = {c} AND life = {l} AND t_ns <= (SELECT max(t_ns) FROM oom_kills WHERE container_id = {c} AND life = {l})");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    if (facts->n_points < 3) return gm_not_applicable(f, "needs samples of memory over time");
    double longest, gaps = gap_seconds(facts, &longest), missed = missed_bytes(facts);
    bool spike = missed >= GM_LIMIT_OF(facts, PEAK_GAP) * facts->material,
         holes = longest >= LONG_GAP_S && gaps > GAPS_SHARE * facts->window_s, blind = facts->doubts.blind_s > 0;
    if (!spike && !holes && !blind)
        return gm_clean(f, isnan(facts->peak_counter) ? "the samples have no hole; no peak counter was recorded"
                                                      : "the samples miss nothing");
    if (spike) evidence_peak(facts, f);
    if (blind) evidence_end(facts, f);
    if (holes) evidence_gaps(facts, f);
    f->share_pct = 0; /* explains no growth: a cause only when nothing else is */
    f->confidence = spike && gm_was_killed(facts) ? 0.55 : blind ? 0.5 : 0.3;
    f->severity = gm_was_killed(facts) && (spike || blind) ? GM_SEV_MEDIUM : GM_SEV_INFO;
    f->summary = spike   ? "usage rose far above every sample: a spike between two samples"
                 : blind ? "the kill came after the record had stopped: what filled the memory was not seen"
                         : "a large part of the life has no samples";
    f->remedy =
        "Scrape more often (5 to 10 s), and record memory.peak and memory.events, which miss nothing between two samples.";
    return GM_FIRED;
}

const gm_rule gm_rule_sampling_gap = {
    .slug = "sampling_gap",
    .family = "environment",
    .title = "Something between the samples",
    .is_cause = true,
    .check = check,
    .definition = "What happened to the memory fell between two samples or after the last one.",
    .proves =
        "The kernel's peak counter exceeds the highest sample by a material amount; a kill more than three sampling intervals after the last record; holes.",
    .refutes = "The peak was reached before the record began.",
    .remedy = "A shorter interval; peak and event counters in the record.",
    .source = "Linux cgroup-v2 documentation, memory.peak and memory.events; cAdvisor housekeeping interval",
};
