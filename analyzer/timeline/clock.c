/* Puts the runtime's own clock (seconds since the process' start) on the wall clock, process by process.
 *
 * Between loading the GC cycles and cutting lives. Asks every rule, takes the best one that nothing refutes, and
 * keeps what the others said: rules that contradict each other beyond their uncertainties lower the trust in a
 * placement, and a process that no rule can place stays unplaced. */
#include "analyzer/timeline/clock.h"

#include <math.h>

#define PAIR_SLACK_S 5  /* a single pair is believed when another rule puts the zero as near as this */
#define DRIFT_S 1       /* less is delay and slewing */

static bool agree(const gm_clock_candidate *a, const gm_clock_candidate *b, double slack_s) {
    return fabs(a->zero_s - b->zero_s) <= a->uncertainty_s + b->uncertainty_s + slack_s;
}

static void add(gm_clock *clock, const gm_clock_candidate *candidate) {
    if (candidate->rule) clock->candidates[clock->n++] = *candidate;
}

static void add_sharper_first(gm_clock *clock, gm_clock_candidate *candidates[], size_t n) {
    for (size_t done = 0; done < n; done++) {
        gm_clock_candidate *sharpest = NULL;
        for (size_t i = 0; i < n; i++)
            if (candidates[i]->rule && (!sharpest || candidates[i]->uncertainty_s < sharpest->uncertainty_s)) sharpest = candidates[i];
        if (!sharpest) return;
        add(clock, sharpest);
        sharpest->rule = NULL;
    }
}

/* In the order of trust. What was paired moment by moment comes first. */
static void gather(const gm_clock_sources *sources, const gm_process *process, gm_clock_candidate starts[2], bool last,
                   gm_clock *clock) {
    gm_clock_candidate memstats = {.rule = NULL}, log = {.rule = NULL}, match = {.rule = NULL}, kill = {.rule = NULL};
    gm_place_log(process, &log);
    gm_place_match(sources, process, &match);
    if (last) gm_place_kill(sources, process, &kill);
    const gm_clock_candidate *hints[] = {&log, &starts[0], &match, &starts[1], NULL};
    size_t hint = 0;
    while (hints[hint] && !hints[hint]->rule) hint++;
    gm_place_memstats(sources, process, hints[hint], &memstats);
    add(clock, &memstats);
    add(clock, &log);
    add_sharper_first(clock, (gm_clock_candidate *[]){&starts[0], &match, &starts[1]}, 3);
    add(clock, &kill);
}

/* The count of a single reading may be another process': it needs a second opinion. */
static bool single_pair_stands(const gm_clock_sources *sources, const gm_process *process, const gm_clock *clock) {
    const gm_clock_candidate *pair = &clock->candidates[0];
    for (size_t i = 1; i < clock->n; i++)
        if (agree(pair, &clock->candidates[i], PAIR_SLACK_S)) return true;
    gm_clock_check goals = gm_clock_check_goals(sources, process, pair->zero_s, pair->uncertainty_s);
    return clock->n == 1 && goals.checks > 0 && goals.failed == 0;
}

/* A kill only bounds the zero: it contradicts nothing that was measured. */
static bool is_weak(const gm_clock_candidate *candidate) {
    return g_str_equal(candidate->rule, "kill_time");
}

static void weigh(const gm_clock_sources *sources, const gm_process *process, gm_clock *clock) {
    for (size_t i = 0; i < clock->n; i++) {
        gm_clock_candidate *it = &clock->candidates[i];
        bool single = i == 0 && g_str_equal(it->rule, "memstats_pair") && it->pairs == 1;
        if (single && !single_pair_stands(sources, process, clock)) {
            it->outcome = "refuted";
        } else if (!clock->chosen) {
            it->outcome = "chosen";
            clock->chosen = it;
        } else {
            it->outcome = agree(it, clock->chosen, 0) ? "agrees" : "disagrees";
            clock->conflicts += !agree(it, clock->chosen, 0) && !is_weak(it);
        }
    }
}

/* Cross-checks a placement and widens its uncertainty by what the two clocks ran apart. */
static void examine(const gm_clock_sources *sources, const gm_process *process, gm_clock *clock) {
    gm_clock_candidate *chosen = clock->chosen ? &clock->candidates[clock->chosen - clock->candidates] : NULL;
    if (!chosen) return;
    gm_clock_check counts = gm_clock_check_counts(sources, process, chosen->zero_s, chosen->uncertainty_s);
    clock->checks = counts.checks;
    clock->checks_failed = counts.failed;
    if (g_str_equal(chosen->rule, "log_stamp")) return;
    clock->drift_s = gm_clock_drift(process, chosen->zero_s);
    if (fabs(clock->drift_s) > DRIFT_S) chosen->uncertainty_s += fabs(clock->drift_s);
}

void gm_clock_place(const gm_clock_sources *sources, const gm_process *processes, size_t n, gm_clock *clocks) {
    g_autofree gm_clock_candidate *process_starts = g_new0(gm_clock_candidate, n), *container_starts = g_new0(gm_clock_candidate, n);
    gm_place_starts(sources, processes, n, true, process_starts);
    gm_place_starts(sources, processes, n, false, container_starts);
    for (size_t i = 0; i < n; i++) {
        clocks[i] = (gm_clock){.drift_s = NAN};
        gm_clock_candidate starts[2] = {process_starts[i], container_starts[i]};
        gather(sources, &processes[i], starts, i + 1 == n, &clocks[i]);
        weigh(sources, &processes[i], &clocks[i]);
        examine(sources, &processes[i], &clocks[i]);
    }
}
