/* Clock rules that rest on when a process or container began or died: process_start, container_start, kill_time.
 *
 * Between sources.c and clock.c. A start says nothing about which of several runs it began: it is given to a run only
 * when the metrics' collection counts confirm it or when the order of the runs leaves no other choice. */
#include "analyzer/timeline/clock.h"

#include <math.h>

/* A process' start is boot time plus ticks of 10 ms, and the kernel cuts its boot time to seconds. The runtime counts
 * from its own initialisation: tens of milliseconds later, or two seconds on a starved machine. */
#define PROCESS_LATE_S  1.0
#define PROCESS_ERROR_S 1.25
/* A container's start is cut to seconds too, and its process follows a moment later. */
#define CONTAINER_LATE_S  1.25
#define CONTAINER_ERROR_S 1.75
#define SLACK_S           2
#define STALE_S           60
#define CONFIRMED         0.9
#define NOBODY            SIZE_MAX

enum { FEWEST_CHECKS = 3, FIT_LIMIT = 10000 };

typedef enum { REFUTED, POSSIBLE, SURE } fit;

typedef struct {
    const gm_clock_sources *sources;
    const double *start_s;
    size_t n;
    double late_s, error_s;
    const char *rule;
} start_list;

static fit fit_of(const start_list *list, const gm_process *process, size_t start) {
    double zero = list->start_s[start] + list->late_s, end = zero + gm_cycle_end_s(&process->cycles[process->n - 1]);
    if (start + 1 < list->n && end > list->start_s[start + 1] + SLACK_S) return REFUTED;
    gm_clock_check counts = gm_clock_check_counts(list->sources, process, zero, list->error_s);
    gm_clock_check goals = gm_clock_check_goals(list->sources, process, zero, list->error_s);
    if ((double)counts.failed > (1 - CONFIRMED) * (double)counts.checks || goals.failed * 2 > goals.checks)
        return REFUTED;
    return counts.checks >= FEWEST_CHECKS ? SURE : POSSIBLE;
}

/* The only start that the counts confirm. */
static size_t only_sure(const fit *fits, size_t n) {
    size_t found = NOBODY;
    for (size_t i = 0; i < n; i++) {
        if (fits[i] != SURE) continue;
        if (found != NOBODY) return NOBODY;
        found = i;
    }
    return found;
}

/* Gives each run in turn the first start that is left, or backwards the last one. False when a run gets none. */
static bool assign(const fit *fits, size_t runs, size_t starts, bool backwards, size_t *chosen) {
    size_t used = 0;
    for (size_t i = 0; i < runs; i++) {
        size_t run = backwards ? runs - 1 - i : i, place = used;
        while (place < starts && fits[run * starts + (backwards ? starts - 1 - place : place)] == REFUTED) place++;
        if (place == starts) return false;
        chosen[run] = backwards ? starts - 1 - place : place;
        used = place + 1;
    }
    return true;
}

static bool follow_each_other(const gm_process *processes, size_t n) {
    for (size_t i = 1; i < n; i++)
        if (processes[i].first_line <= processes[i - 1].last_line) return false;
    return true;
}

static void give(const start_list *list, size_t start, gm_clock_candidate *candidate) {
    *candidate = (gm_clock_candidate){
        .rule = list->rule, .zero_s = list->start_s[start] + list->late_s, .uncertainty_s = list->error_s, .pairs = 1};
}

/* The log holds every run that was counted, and the starts known are the last ones: whose they are is forced. */
static bool give_last(const start_list *list, const gm_process *processes, size_t n, const fit *fits,
                      gm_clock_candidate *candidates) {
    if (list->n >= n || list->sources->runs != n || !follow_each_other(processes, n)) return false;
    size_t before = n - list->n; /* runs whose starts nobody kept */
    for (size_t i = before; i < n; i++)
        if (fits[i * list->n + i - before] == REFUTED) return false;
    for (size_t i = before; i < n; i++) give(list, i - before, &candidates[i]);
    return true;
}

static void give_all(const start_list *list, const gm_process *processes, size_t n, gm_clock_candidate *candidates) {
    g_autofree fit *fits = g_new(fit, n * list->n);
    g_autofree size_t *first = g_new(size_t, n), *last = g_new(size_t, n);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < list->n; k++) fits[i * list->n + k] = fit_of(list, &processes[i], k);
    if (give_last(list, processes, n, fits, candidates)) return;
    bool ordered = follow_each_other(processes, n) && assign(fits, n, list->n, false, first) &&
                   assign(fits, n, list->n, true, last);
    for (size_t i = 0; i < n; i++) {
        size_t start = only_sure(fits + i * list->n, list->n);
        if (start == NOBODY && ordered && first[i] == last[i]) start = first[i];
        if (start != NOBODY) give(list, start, &candidates[i]);
    }
}

void gm_place_starts(const gm_clock_sources *sources, const gm_process *processes, size_t n, bool of_process,
                     gm_clock_candidate *candidates) {
    start_list process = {sources,        sources->process_starts, sources->n_process_starts,
                          PROCESS_LATE_S, PROCESS_ERROR_S,         "process_start"};
    start_list container = {sources,          sources->container_starts, sources->n_container_starts,
                            CONTAINER_LATE_S, CONTAINER_ERROR_S,         "container_start"};
    const start_list *list = of_process ? &process : &container;
    for (size_t i = 0; i < n; i++) candidates[i] = (gm_clock_candidate){.rule = NULL};
    if (list->n > 0 && n > 0 && list->n <= FIT_LIMIT / n) give_all(list, processes, n, candidates);
}

/* The last kill ended the last run of a log, unless something ran afterwards. It came between that run's last
 * cycle and the one that would have followed. */
bool gm_place_kill(const gm_clock_sources *sources, const gm_process *process, gm_clock_candidate *candidate) {
    if (sources->n_kills == 0) return false;
    double kill = sources->kills[sources->n_kills - 1], pause = 1;
    if (sources->n_container_starts && sources->container_starts[sources->n_container_starts - 1] > kill) return false;
    if (sources->n_process_starts && sources->process_starts[sources->n_process_starts - 1] > kill) return false;
    if (sources->last_sign_s > kill + STALE_S) return false;
    for (size_t i = process->n > 6 ? process->n - 5 : 1; i < process->n; i++)
        pause = fmax(pause, process->cycles[i].start_s - process->cycles[i - 1].start_s);
    double wait = 2 * pause + SLACK_S;
    *candidate = (gm_clock_candidate){.rule = "kill_time",
                                      .zero_s = kill - gm_cycle_end_s(&process->cycles[process->n - 1]) - wait / 2 + 1,
                                      .uncertainty_s = wait / 2 + 1,
                                      .pairs = 1};
    gm_clock_check counts = gm_clock_check_counts(sources, process, candidate->zero_s, candidate->uncertainty_s);
    gm_clock_check goals = gm_clock_check_goals(sources, process, candidate->zero_s, candidate->uncertainty_s);
    return counts.failed * 10 <= counts.checks && goals.failed * 2 <= goals.checks;
}
