/* Clock rules that pair single moments: MemStats (how many collections, when the last one ended) and log stamps.
 *
 * Between sources.c and clock.c. Both numbers of MemStats are read at once, so how late they were told does not
 * matter. A log line is written after its cycle ended and never before; buffers only delay it. */
#include "analyzer/timeline/clock.h"

#include <math.h>
#include <stdlib.h>

#define WINDOW_S    0.05  /* pairs of one process agree within this: rounded phases, a slewing wall clock */
#define PRECISION_S 0.001 /* a start is cut to milliseconds */
#define DELAY_S     0.02  /* of a line on its way to the log, as a rule */
#define ALIKE       0.8

typedef struct {
    double zero_s, last_s; /* zero_s NAN: the process has no such cycle */
} moment;

static int by_last(const void *a, const void *b) {
    const moment *x = a, *y = b;
    return (x->last_s > y->last_s) - (x->last_s < y->last_s);
}

static int by_zero(const void *a, const void *b) {
    const moment *x = a, *y = b;
    if (isnan(x->zero_s) || isnan(y->zero_s)) return isnan(x->zero_s) - isnan(y->zero_s);
    return (x->zero_s > y->zero_s) - (x->zero_s < y->zero_s);
}

/* NULL: the process has no such cycle, or it lies where not all are held. */
static const gm_gc_row *find_cycle(const gm_process *process, double n, bool *left_out) {
    size_t low = 0, high = process->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((double)process->cycles[middle].n < n) low = middle + 1;
        else high = middle;
    }
    bool found = low < process->n && (double)process->cycles[low].n == n;
    *left_out = !found && low < process->n && process->cycles[low].left_out;
    return found ? &process->cycles[low] : NULL;
}

/* Walks a count and a time that were read together. */
static void join(const gm_clock_series *count, const gm_clock_series *last, const gm_process *process,
                 GArray *moments) {
    for (size_t i = 0, k = 0; i < count->n; i++) {
        while (k < last->n && last->t_ns[k] < count->t_ns[i]) k++;
        if (k == last->n) return;
        if (last->t_ns[k] != count->t_ns[i] || !(last->value[k] > 1e9)) continue;
        bool left_out;
        const gm_gc_row *cycle = find_cycle(process, count->value[i], &left_out);
        if (left_out) continue;
        moment found = {cycle ? last->value[k] - gm_cycle_end_s(cycle) : NAN, last->value[k]};
        g_array_append_val(moments, found);
    }
}

/* One entry a collection, by zero. Returns how many of them have one. */
static size_t make_distinct(GArray *moments) {
    moment *m = (moment *)(void *)moments->data;
    if (moments->len == 0) return 0;
    qsort(m, moments->len, sizeof *m, by_last);
    guint kept = 0;
    for (guint i = 0; i < moments->len; i++)
        if (kept == 0 || m[i].last_s != m[kept - 1].last_s || (isnan(m[kept - 1].zero_s) && !isnan(m[i].zero_s)))
            m[kept++] = m[i];
    g_array_set_size(moments, kept);
    qsort(m, kept, sizeof *m, by_zero);
    size_t known = 0;
    while (known < kept && !isnan(m[known].zero_s)) known++;
    return known;
}

/* The share of the collections told for the time of such a process that are its own. */
static double own_share(const GArray *moments, const gm_process *process, double zero_s, size_t votes) {
    double from = zero_s + gm_cycle_end_s(&process->cycles[0]) - WINDOW_S;
    double to = zero_s + gm_cycle_end_s(&process->cycles[process->n - 1]) + WINDOW_S;
    size_t within = 0;
    for (guint i = 0; i < moments->len; i++) {
        double last = g_array_index(moments, moment, i).last_s;
        within += last >= from && last <= to;
    }
    return within ? (double)votes / (double)within : 0;
}

typedef struct {
    double zero_s, share;
    size_t votes;
} group;

static bool better(const group *a, const group *b, const gm_clock_candidate *hint) {
    bool alike = a->share >= ALIKE * b->share && b->share >= ALIKE * a->share && (a->votes > 1) == (b->votes > 1);
    if (alike && hint) return fabs(a->zero_s - hint->zero_s) < fabs(b->zero_s - hint->zero_s);
    if ((a->votes > 1) != (b->votes > 1)) return a->votes > 1;
    return a->share > b->share || (a->share == b->share && a->votes > b->votes);
}

/* Groups zeros that agree and picks the one that explains most of what was told in its time. Runs that collect in
 * the same rhythm look alike: then a hint decides, and without one there is no answer. */
static bool pick(const GArray *moments, size_t known, const gm_process *process, const gm_clock_candidate *hint,
                 group *best) {
    const moment *m = (const moment *)(const void *)moments->data;
    group second = {.votes = 0};
    *best = (group){.votes = 0};
    for (size_t from = 0, to = 0; from < known; from = to) {
        while (to < known && m[to].zero_s - m[from].zero_s <= WINDOW_S) to++;
        group it = {.zero_s = m[from + (to - from) / 2].zero_s, .votes = to - from};
        it.share = own_share(moments, process, it.zero_s, it.votes);
        if (best->votes == 0 || better(&it, best, hint)) second = *best, *best = it;
        else if (second.votes == 0 || better(&it, &second, hint)) second = it;
    }
    if (best->votes == 0 || best->share <= 0.5) return false;
    return hint || second.votes < 2 || second.share < ALIKE * best->share;
}

bool gm_place_memstats(const gm_clock_sources *sources, const gm_process *process, const gm_clock_candidate *hint,
                       gm_clock_candidate *candidate) {
    g_autoptr(GArray) moments = g_array_new(FALSE, FALSE, sizeof(moment));
    for (size_t i = 0; i < sources->n_series; i++)
        for (size_t k = 0; k < sources->n_series && sources->series[i].quantity == GM_Q_GO_GC_COUNT; k++)
            if (sources->series[k].quantity == GM_Q_GO_LAST_GC &&
                sources->series[k].source == sources->series[i].source)
                join(&sources->series[i], &sources->series[k], process, moments);
    group best;
    size_t known = make_distinct(moments);
    if (!pick(moments, known, process, hint, &best)) return false;
    *candidate = (gm_clock_candidate){.rule = "memstats_pair",
                                      .zero_s = best.zero_s + PRECISION_S / 2,
                                      .pairs = (int64_t)best.votes,
                                      .uncertainty_s = best.votes > 2 ? PRECISION_S : 2 * PRECISION_S};
    return true;
}

/* --- log stamps --- */

static int by_double(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Stamps without a fraction, or with three digits, are cut. */
static double resolution_of(const gm_process *process) {
    int64_t unit = GM_NS_PER_S;
    for (size_t i = 0; i < process->n && unit > 1; i++)
        while (process->log_ns[i] != GM_UNKNOWN && unit > 1 && process->log_ns[i] % unit != 0) unit /= 1000;
    return unit > 1000 ? (double)unit / 1e9 : 0;
}

bool gm_place_log(const gm_process *process, gm_clock_candidate *candidate) {
    g_autofree double *zeros = g_new(double, process->n);
    size_t n = 0;
    for (size_t i = 0; i < process->n; i++)
        if (process->log_ns[i] != GM_UNKNOWN)
            zeros[n++] = (double)process->log_ns[i] / 1e9 - gm_cycle_end_s(&process->cycles[i]);
    if (n == 0) return false;
    qsort(zeros, n, sizeof *zeros, by_double);
    double cut = resolution_of(process);
    double spread = fmax(zeros[3 * n / 4] - zeros[0], cut); /* few lines: even the least delay is some delay */
    *candidate = (gm_clock_candidate){.rule = "log_stamp",
                                      .zero_s = zeros[0] + cut / 2,
                                      .pairs = (int64_t)n,
                                      .uncertainty_s = fmax(spread, PRECISION_S + DELAY_S / (double)n)};
    return true;
}

/* The lower envelope of the first and of the last third: a machine that slept stops the runtime's clock and not
 * the log's. */
double gm_clock_drift(const gm_process *process, double zero_s) {
    double early = INFINITY, late = INFINITY;
    for (size_t i = 0; i < process->n; i++) {
        if (process->log_ns[i] == GM_UNKNOWN) continue;
        double delay = (double)process->log_ns[i] / 1e9 - gm_cycle_end_s(&process->cycles[i]) - zero_s;
        if (i < process->n / 3) early = fmin(early, delay);
        if (i >= process->n - process->n / 3) late = fmin(late, delay);
    }
    return isinf(early) || isinf(late) ? NAN : late - early;
}
