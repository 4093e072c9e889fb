/* Puts the runtime's own clock (seconds since the process' start) on the wall clock, process by process.
 *
 * Between loading the GC cycles and cutting lives. Asks every rule, takes the best one that nothing refutes, and
 * keeps what the others said: rules that contradict each other beyond their uncertainties lower the trust in a
 * placement, and a process that no rule can place stays unplaced. */
#include "analyzer/timeline/boot.h"

#include <math.h>

#define PAIR_SLACK_S 5 /* a single pair is believed when another rule puts the zero as near as this */
#define ZONE_SLACK_S 5 /* lines are late, clocks are set */
#define DRIFT_S      1 /* less is delay and slewing */

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
            if (candidates[i]->rule && (!sharpest || candidates[i]->uncertainty_s < sharpest->uncertainty_s))
                sharpest = candidates[i];
        if (!sharpest) return;
        add(clock, sharpest);
        sharpest->rule = NULL;
    }
}

typedef struct { /* what the rules said about one process; a rule without an answer has no name */
    gm_clock_candidate memstats, log, match, kill, starts[2];
} opinions;

/* A log in local time gives no hint before its zone is known. */
static void listen(const gm_clock_sources *sources, const gm_process *process, bool last, opinions *said) {
    gm_place_log(process, &said->log);
    gm_place_match(sources, process, &said->match);
    if (last) gm_place_kill(sources, process, &said->kill);
    const gm_clock_candidate *hints[] = {process->local ? &said->kill : &said->log, &said->starts[0], &said->match,
                                         &said->starts[1], NULL};
    size_t hint = 0;
    while (hints[hint] && !hints[hint]->rule) hint++;
    gm_place_memstats(sources, process, hints[hint], &said->memstats);
}

/* Zones differ by multiples of 15 minutes: the one that makes the stamps agree with another rule. */
static bool find_offset(const opinions *said, double *offset_s, const char **rule) {
    const gm_clock_candidate *others[] = {&said->memstats, &said->match, &said->starts[0], &said->starts[1]};
    for (size_t i = 0; i < G_N_ELEMENTS(others) && said->log.rule; i++) {
        if (!others[i]->rule || others[i]->uncertainty_s + said->log.uncertainty_s > GM_QUARTER_S / 4) continue;
        double apart = others[i]->zero_s - said->log.zero_s, offset = round(apart / GM_QUARTER_S) * GM_QUARTER_S;
        bool fits = fabs(apart - offset) <= others[i]->uncertainty_s + said->log.uncertainty_s + ZONE_SLACK_S;
        if (!fits || fabs(offset) > GM_ANY_ZONE_S) continue;
        *offset_s = offset;
        *rule = others[i]->rule;
        return true;
    }
    return false;
}

/* One offset for the whole member; without one its stamps are taken as UTC, which is right to within 14 hours. */
static void settle_zone(const gm_process *processes, size_t n, opinions *said, gm_clock_zone *zone) {
    *zone = (gm_clock_zone){0, GM_ANY_ZONE_S, NULL};
    for (size_t i = 0; i < n && !zone->rule; i++)
        if (processes[i].local && find_offset(&said[i], &zone->offset_s, &zone->rule)) zone->uncertainty_s = 0;
    for (size_t i = 0; i < n; i++) {
        if (!processes[i].local) continue;
        said[i].log.zero_s += zone->offset_s;
        said[i].log.uncertainty_s += zone->uncertainty_s;
    }
}

/* In the order of trust. What was paired moment by moment comes first. */
static void assemble(opinions *said, gm_clock *clock) {
    add(clock, &said->memstats);
    bool vague = said->log.rule && said->log.uncertainty_s > GM_QUARTER_S;
    if (!vague) add(clock, &said->log);
    add_sharper_first(clock, (gm_clock_candidate *[]){&said->starts[0], &said->match, &said->starts[1]}, 3);
    add(clock, &said->kill);
    if (vague) add(clock, &said->log);
}

/* The count of a single reading may be another process': it needs a second opinion. */
static bool single_pair_stands(const gm_clock_sources *sources, const gm_process *process, const gm_clock *clock) {
    const gm_clock_candidate *pair = &clock->candidates[0];
    for (size_t i = 1; i < clock->n; i++)
        if (agree(pair, &clock->candidates[i], PAIR_SLACK_S)) return true;
    gm_clock_check goals = gm_clock_check_goals(sources, process, pair->zero_s, pair->uncertainty_s);
    return clock->n == 1 && goals.checks > 0 && goals.failed == 0;
}

/* Stamps of an unknown zone, read as UTC, that lie outside of everything that was measured are of another zone. */
static bool is_outside(const gm_clock_sources *sources, const gm_process *process, const gm_clock_candidate *it) {
    if (it->uncertainty_s < GM_QUARTER_S || isinf(sources->first_sign_s)) return false;
    return it->zero_s > sources->last_sign_s ||
           it->zero_s + gm_cycle_end_s(&process->cycles[process->n - 1]) < sources->first_sign_s;
}

/* A kill only bounds the zero: it contradicts nothing that was measured. */
static bool is_weak(const gm_clock_candidate *candidate) {
    return g_str_equal(candidate->rule, "kill_time");
}

static void weigh(const gm_clock_sources *sources, const gm_process *process, gm_clock *clock) {
    for (size_t i = 0; i < clock->n; i++) {
        gm_clock_candidate *it = &clock->candidates[i];
        bool single = i == 0 && g_str_equal(it->rule, "memstats_pair") && it->pairs == 1;
        if ((single && !single_pair_stands(sources, process, clock)) || is_outside(sources, process, it)) {
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
static void examine(const gm_clock_sources *sources, const gm_process *process, double offset_s, gm_clock *clock) {
    gm_clock_candidate *chosen = clock->chosen ? &clock->candidates[clock->chosen - clock->candidates] : NULL;
    if (!chosen) return;
    gm_clock_check counts = gm_clock_check_counts(sources, process, chosen->zero_s, chosen->uncertainty_s);
    clock->checks = counts.checks;
    clock->checks_failed = counts.failed;
    if (g_str_equal(chosen->rule, "log_stamp")) return;
    clock->drift_s = gm_clock_drift(process, chosen->zero_s - offset_s);
    if (fabs(clock->drift_s) > DRIFT_S) chosen->uncertainty_s += fabs(clock->drift_s);
}

void gm_clock_place(const gm_clock_sources *sources, const gm_process *processes, size_t n, gm_clock *clocks,
                    gm_clock_zone *zone) {
    g_autofree gm_clock_candidate *process_starts = g_new0(gm_clock_candidate, n),
                                  *container_starts = g_new0(gm_clock_candidate, n);
    g_autofree opinions *said = g_new0(opinions, n);
    gm_place_starts(sources, processes, n, true, process_starts);
    gm_place_starts(sources, processes, n, false, container_starts);
    for (size_t i = 0; i < n; i++) {
        said[i].starts[0] = process_starts[i];
        said[i].starts[1] = container_starts[i];
        listen(sources, &processes[i], i + 1 == n, &said[i]);
    }
    settle_zone(processes, n, said, zone);
    for (size_t i = 0; i < n; i++) {
        clocks[i] = (gm_clock){.drift_s = NAN};
        assemble(&said[i], &clocks[i]);
        weigh(sources, &processes[i], &clocks[i]);
        examine(sources, &processes[i], zone->offset_s, &clocks[i]);
    }
}
