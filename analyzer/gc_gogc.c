/* Infers what drives the collector from its goals: GOGC, a memory limit, the smallest heap, or nothing.
 *
 * Goal of cycle N (Go 1.18 and later): live + (live + stacks + globals) * GOGC / 100, all of cycle N - 1; before 1.18
 * live * (1 + GOGC / 100). See runtime mgcpacer.go, commit(). The printed MiB are floored, so that each pair of
 * cycles gives an interval for GOGC; the value that nearly all intervals hold is the setting. Where none does, the
 * series of midpoints is cut at its change points (debug.SetGCPercent) and each part is asked again.
 *
 * The stacks of the goal are those that were scanned. Go 1.19 prints all that is allocated, other versions the
 * scanned ones: where the version is 1.19 or unknown, the interval allows for anything from nothing to all of it. */
#include "analyzer/gc_private.h"

#include <math.h>

#define MAX_GOGC      5000 /* candidates, percent */
#define MAX_PARTS     6    /* more changes than this are no setting */
#define MIN_PART      20   /* intervals of a part that may speak */
#define MAX_MIDPOINTS 600  /* handed to the search for change points */
#define STEP          0.1  /* a tenth more GOGC */
#define ENOUGH        5    /* intervals */
#define COVERED_PCT   80
#define STEADY_GOAL   0.05  /* variation of a goal that a limit holds */
#define MIN_HEAP_MIB  4     /* smallest goal at GOGC=100 */
#define HEADROOM      0.97  /* of the limit: what Go 1.21 and later leave free of the heap's part */
#define NON_HEAP      0.075 /* of the goal, when MemStats does not tell */
#define NEVER_ABOVE   1e15
#define TINY_GOGC     5  /* percent */
#define ALL_STACKS_GO 19 /* prints maxStackScan and counts lastStackScan */

typedef struct {
    double low, high; /* percent */
} gm_interval;

typedef struct {
    int gogc; /* -1: none */
    double match_pct;
} gm_vote;

double gm_gc_effective(const gm_gc_row *before, const gm_gc_row *row) {
    if (!gm_gc_consecutive(before, row) || row->goal_mib == GM_UNKNOWN || before->live_mib < GM_GC_MIN_LIVE_MIB)
        return NAN;
    return 100.0 * (double)(row->goal_mib - before->live_mib) / (double)before->live_mib;
}

/* The interval of GOGC that could have led from one cycle to the next. */
static bool interval_of(int go_minor, const gm_gc_row *before, const gm_gc_row *row, gm_interval *interval) {
    if (isnan(gm_gc_effective(before, row)) || row->forced) return false;
    double live = (double)before->live_mib, goal = (double)row->goal_mib;
    bool pacer_118 = before->stacks_mib != GM_UNKNOWN && before->globals_mib != GM_UNKNOWN;
    bool scanned = go_minor != 0 && go_minor != ALL_STACKS_GO;
    double globals = pacer_118 ? (double)before->globals_mib : 0, stacks = pacer_118 ? (double)before->stacks_mib : 0;
    interval->low = 100 * (goal - (live + 1)) / (live + 1 + globals + stacks + (pacer_118 ? 2 : 0));
    interval->high = 100 * (goal + 1 - live) / (live + globals + (scanned ? stacks : 0));
    return true;
}

/* The integer that most intervals hold; a common setting is preferred among equals, then the middle of the run. */
static gm_vote vote(const gm_interval *intervals, size_t n) {
    static const int common[] = {100, 50, 200, 400, 25, 75, 150, 300, 500, 800, 1000};
    int votes[MAX_GOGC + 2] = {0}, best = 0, first = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        int from = (int)fmin(fmax(ceil(intervals[i].low), 1), MAX_GOGC),
            to = (int)fmin(floor(intervals[i].high), MAX_GOGC);
        if (to < from) continue;
        votes[from]++;
        votes[to + 1]--;
    }
    for (int g = 1; g <= MAX_GOGC; g++) {
        votes[g] += votes[g - 1];
        if (votes[g] > best) best = votes[g], first = g;
        if (votes[g] == best) last = g;
    }
    if (best == 0) return (gm_vote){-1, NAN};
    for (int g = first; g <= last; g++) /* the first unbroken run of the best */
        if (votes[g] < best) last = g - 1;
    gm_vote result = {first + (last - first) / 2, 100.0 * best / (double)n};
    for (size_t i = G_N_ELEMENTS(common); i-- > 0;)
        if (votes[common[i]] >= best - (int)n / 50) result.gogc = common[i];
    return result;
}

static size_t holding(const gm_interval *intervals, size_t n, double gogc) {
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += gogc >= intervals[i].low && gogc <= intervals[i].high;
    return count;
}

/* Where the midpoints jump; indexes into intervals. Long series are searched by medians of runs. */
static size_t find_parts(const gm_interval *intervals, size_t n, size_t places[MAX_PARTS]) {
    size_t run = n / MAX_MIDPOINTS + 1, m = n / run;
    g_autofree double *mid = g_new(double, m + 1), *scratch = g_new(double, run);
    for (size_t k = 0; k < m; k++) {
        for (size_t i = 0; i < run; i++) scratch[i] = (intervals[k * run + i].low + intervals[k * run + i].high) / 2;
        mid[k] = round(log1p(fmax(0, gm_stats_median(scratch, run))) /
                       STEP); /* coarse: flooring's own pattern is no change */
    }
    size_t found = gm_stats_changepoints(mid, m, places, MAX_PARTS);
    for (size_t i = 0; i < found && i < MAX_PARTS; i++) places[i] *= run;
    return found;
}

/* Several settings after each other: each part agrees with itself, and together they cover the window. */
static bool vote_by_parts(const gm_facts *facts, const gm_interval *intervals, size_t n, gm_vote *last,
                          int64_t *changes) {
    size_t places[MAX_PARTS], found = find_parts(intervals, n, places), covered = 0;
    int before = -1;
    *changes = 0;
    if (found == 0 || found >= MAX_PARTS) return false;
    for (size_t k = 0, from = 0; k <= found; k++) {
        size_t to = k < found ? places[k] : n;
        gm_vote part = vote(intervals + from, to - from);
        bool speaks = to - from >= MIN_PART && part.match_pct >= GM_LIMIT_OF(facts, GOGC_ACCEPT_PCT);
        if (speaks) {
            covered += to - from;
            *changes += before > 0 && part.gogc != before;
            before = part.gogc;
            *last = part;
        }
        from = to;
    }
    return *changes > 0 && covered * 100 >= n * COVERED_PCT;
}

static double variation(const double *y, size_t n) {
    return gm_stats_mad_scaled(y, n) / gm_stats_median(y, n);
}

/* Goal constant while the live heap is not: a memory limit drives the collector. */
static bool limit_driven(gm_gc_window window) {
    g_autofree double *goal = g_new(double, window.n), *live = g_new(double, window.n);
    size_t n = 0;
    for (size_t i = 0; i < window.n; i++) {
        if (window.rows[i].goal_mib == GM_UNKNOWN || window.rows[i].live_mib < MIN_HEAP_MIB) continue;
        goal[n] = (double)window.rows[i].goal_mib;
        live[n++] = (double)window.rows[i].live_mib;
    }
    return n >= 10 && variation(goal, n) < STEADY_GOAL && variation(live, n) >= 2 * variation(goal, n);
}

/* Shares of the cycles without a goal, with the smallest goal, and with a goal at the live heap. */
typedef struct {
    double none, least, collapsed;
} gm_goal_shares;

static gm_goal_shares goal_shares(gm_gc_window window, int64_t gogc) {
    double n = (double)window.n, least = MIN_HEAP_MIB * fmax(1, gogc > 0 ? (double)gogc / 100 : 1) + 1;
    gm_goal_shares shares = {0, 0, 0};
    for (size_t i = 0; i < window.n; i++) {
        const gm_gc_row *row = &window.rows[i];
        bool known = row->goal_mib != GM_UNKNOWN;
        shares.none += !known / n;
        shares.least += (known && (double)row->goal_mib <= least) / n;
        shares.collapsed +=
            (i > 0 && !isnan(gm_gc_effective(row - 1, row)) && row->goal_mib <= row[-1].live_mib + 1) / n;
    }
    return shares;
}

/* What the runtime holds beside heap objects, at the end of the life; NAN when MemStats does not tell. */
static double non_heap(const gm_facts *facts) {
    for (size_t i = facts->n_points; i-- > 0;) {
        const int64_t *v = facts->points[i].value;
        if (v[GM_COL_GO_META] != GM_UNKNOWN && v[GM_COL_GO_STACKS] != GM_UNKNOWN && v[GM_COL_GO_FRAG] != GM_UNKNOWN)
            return (double)v[GM_COL_GO_META] + (double)v[GM_COL_GO_STACKS] + (double)v[GM_COL_GO_FRAG];
    }
    return NAN;
}

/* The limit that holds a constant goal. Go 1.19 keeps 1 MiB free, later runtimes 3 % of the heap's part. */
static void estimate_memlimit(const gm_facts *facts, gm_gc_summary *gc) {
    bool impossible = facts->go_minor > 0 && facts->go_minor < 19;
    if (!isnan(gc->memlimit_bytes) || isnan(gc->goal_p95_bytes) || impossible) return;
    double beside = non_heap(facts);
    if (isnan(beside)) beside = NON_HEAP * gc->goal_p95_bytes;
    double heap = facts->go_minor == 19 ? gc->goal_p95_bytes + GM_MIB : gc->goal_p95_bytes / HEADROOM;
    gc->memlimit_bytes = heap + beside;
    gc->memlimit_source = "inferred";
}

void gm_gc_regime(const gm_facts *facts, gm_gc_window window, gm_gc_summary *gc) {
    g_autofree gm_interval *intervals = g_new(gm_interval, window.n + 1);
    size_t n = 0;
    for (size_t i = 1; i < window.n; i++)
        n += interval_of(facts->go_minor, &window.rows[i - 1], &window.rows[i], &intervals[n]);
    gm_vote whole = n ? vote(intervals, n) : (gm_vote){-1, NAN}, last = {-1, NAN};
    bool accepted = n >= ENOUGH && whole.match_pct >= GM_LIMIT_OF(facts, GOGC_ACCEPT_PCT);
    bool parts = !accepted && n >= 2 * MIN_PART && vote_by_parts(facts, intervals, n, &last, &gc->gogc_changes);
    if (parts) whole = last;
    if (accepted) gc->gogc_changes = 0;
    bool by_gogc = accepted || parts || (n >= ENOUGH && whole.match_pct >= COVERED_PCT);
    gm_goal_shares shares = goal_shares(window, gc->gogc);
    /* A goal at the live heap looks like a tiny GOGC that nobody set. */
    bool collapsed =
        shares.collapsed > 0.5 && (!by_gogc || (whole.gogc > 0 && whole.gogc < TINY_GOGC && gc->gogc != whole.gogc));
    by_gogc = by_gogc && !collapsed;
    bool limited =
        !by_gogc && (limit_driven(window) || (!isnan(gc->memlimit_bytes) && gc->memlimit_bytes < NEVER_ABOVE));
    if (shares.none > 0.5) gc->regime = "off";
    else if (n < ENOUGH) gc->regime = shares.least > 0.5 ? "min_heap" : "unknown";
    else if (collapsed) gc->regime = "collapsed";
    else if (by_gogc) gc->regime = "gogc";
    else gc->regime = limited ? "memory_limit" : "unknown";
    gc->gogc_match_pct = whole.match_pct;
    bool overridden = by_gogc && (accepted || parts) && gc->gogc != GM_UNKNOWN &&
                      holding(intervals, n, (double)gc->gogc) * 2 < n; /* debug.SetGCPercent */
    if ((gc->gogc == GM_UNKNOWN || overridden) && by_gogc && n >= ENOUGH && whole.gogc > 0)
        gc->gogc = whole.gogc, gc->gogc_source = "inferred";
    if (limited || strcmp(gc->regime, "collapsed") == 0) estimate_memlimit(facts, gc);
}
