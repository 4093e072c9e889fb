/* Searches the rule that would have caught a container's ends earliest without a false alarm. Before propose.c, which
 * words the winner and replays it.
 *
 * The grid: anonymous memory, the working set less active files, the working set; its level against the limit, its
 * slope, or when its line reaches the limit; over 5, 10, 30, 60 or 360 minutes; held for 1, 2 or 5 minutes (2 minutes
 * and 30 s too where a life lasted less than ten); on processes older than a gate. Window and gate fit the shortest
 * life that ended: half of it, a quarter of it; a window spans four collections, so that the saw-tooth is no slope.
 * What the engine computes at each step is kept once per window, so that a candidate costs one look at each step. A
 * candidate qualifies when it fires once in each life that ended, a minute before the end or earlier, and holds until
 * then, and not at all in healthy lives, there not with four fifths of its threshold either; healthy containers of the
 * same workload count as healthy lives. */
#include "analyzer/replay/replay_private.h"

#include <math.h>

#define MAX_STEPS    1200
#define MAX_KIN      8
#define MARGIN       0.8
#define MIN_LEAD_S   60  /* what comes later tells nobody in time */
#define SHORT_LIFE_S 600 /* the shortest window and wait are for lives below this alone */

static const int windows_s[] = {120, 300, 600, 1800, 3600, 21600}, holds_s[] = {30, 60, 120, 300},
                 horizons_s[] = {900, 1800, 3600, 7200, 14400, 86400, 259200, 604800};
static const double growths_mib[] = {0.01, 0.03, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 50}, levels[] = {0.7, 0.8, 0.9, 0.95};
enum { WINDOWS = G_N_ELEMENTS(windows_s), METRICS = 3 };

static const char *const metrics[METRICS] = {"container_memory_rss", "container_memory_working_set_bytes",
                                             "container_memory_total_active_file_bytes"};

/* What the engine says at each step: NAN where it says nothing. */
typedef struct gm_basis {
    size_t n;
    int64_t first_ms, step_ms;
    double *limit, *age_s, *level[METRICS], *slope[METRICS][WINDOWS],
        *now[METRICS][WINDOWS]; /* now: the line's value at the step */
} gm_basis;

/* --- what the engine says --- */

static double *series_of(const gm_replay_subject *subject, const gm_basis *basis, const char *expression) {
    gm_arena *arena = gm_arena_new(0);
    gm_prom_expr expr;
    double *values = g_new(double, basis->n + 1);
    bool ok = gm_prom_parse(gm_span_of(expression), arena, &expr);
    g_autoptr(gm_prom_query) query = ok ? gm_prom_query_new(&expr, subject->history, true) : NULL;
    for (size_t i = 0; i < basis->n; i++) {
        gm_prom_vector result;
        values[i] =
            query && gm_prom_query_at(query, basis->first_ms + (int64_t)i * basis->step_ms, &result) && result.n == 1
                ? result.at[0].value
                : NAN;
    }
    g_clear_pointer(&query, gm_prom_query_free);
    gm_prom_expr_release(&expr);
    gm_arena_free(arena);
    return values;
}

static double *asked(const gm_replay_subject *subject, const gm_basis *basis, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static double *asked(const gm_replay_subject *subject, const gm_basis *basis, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *expression = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return series_of(subject, basis, expression);
}

#define BY "by (namespace, pod, container)"

static void fill_window(const gm_replay_subject *subject, gm_basis *basis, int window) {
    for (int m = 0; m < METRICS; m++) {
        basis->slope[m][window] = asked(subject, basis, "max " BY " (deriv(%s[%ds]))", metrics[m], windows_s[window]);
        basis->now[m][window] =
            asked(subject, basis, "max " BY " (predict_linear(%s[%ds], 0))", metrics[m], windows_s[window]);
    }
}

static bool is_in(int window, int shortest_s, int longest_s) {
    return windows_s[window] >= shortest_s && windows_s[window] <= longest_s;
}

static bool is_made(const gm_basis *basis, int shortest_s, int longest_s) {
    for (int w = 0; basis && w < WINDOWS; w++)
        if (is_in(w, shortest_s, longest_s) && !basis->slope[0][w]) return false;
    return basis;
}

/* Every second step is enough to search on; the winner is replayed at each. */
static bool make_basis(const gm_replay *replay, gm_store *store, gm_replay_subject *subject, int shortest_s,
                       int longest_s, GError **error) {
    gm_basis *basis = subject->basis;
    if (is_made(basis, shortest_s, longest_s)) return true;
    if (!gm_replay_subject_load(replay, store, subject, error)) return false;
    if (subject->from_ms > subject->to_ms) return true;
    if (!basis) {
        basis = subject->basis = g_new0(gm_basis, 1);
        int64_t all = (subject->to_ms - subject->from_ms) / subject->step_ms + 1,
                factor = MAX(2, (all + MAX_STEPS - 1) / MAX_STEPS);
        basis->step_ms = subject->step_ms * factor;
        basis->first_ms = (subject->from_ms + basis->step_ms - 1) / basis->step_ms * basis->step_ms;
        basis->n =
            basis->first_ms > subject->to_ms ? 0 : (size_t)((subject->to_ms - basis->first_ms) / basis->step_ms) + 1;
        basis->limit = asked(subject, basis, "max " BY " (container_spec_memory_limit_bytes) > 0");
        basis->age_s = asked(subject, basis, "time() - max " BY " (container_start_time_seconds)");
        for (int m = 0; m < METRICS; m++) basis->level[m] = asked(subject, basis, "max " BY " (%s)", metrics[m]);
    }
    for (int w = 0; w < WINDOWS; w++)
        if (is_in(w, shortest_s, longest_s) && !basis->slope[0][w]) fill_window(subject, basis, w);
    return true;
}

void gm_basis_free(gm_basis *basis) {
    if (!basis) return;
    g_free(basis->limit);
    g_free(basis->age_s);
    for (int m = 0; m < METRICS; m++) {
        g_free(basis->level[m]);
        for (int w = 0; w < WINDOWS; w++) {
            g_free(basis->slope[m][w]);
            g_free(basis->now[m][w]);
        }
    }
    g_free(basis);
}

/* --- a candidate on a basis --- */

static int window_index(const gm_candidate *k) {
    for (int w = 0; w < WINDOWS; w++)
        if (windows_s[w] == k->window_s) return w;
    return 0;
}

/* The same of the quantity that is watched: of one metric, or of the working set less active files. */
static double watched(double *const by_metric[METRICS], gm_watched w, size_t i) {
    if (w == GM_WATCH_ANON) return by_metric[0][i];
    return w == GM_WATCH_WORKING_SET ? by_metric[1][i] : by_metric[1][i] - by_metric[2][i];
}

/* Whether its expression holds at a step; margin below 1 makes it hold sooner. */
static bool holds(const gm_basis *b, const gm_candidate *k, int window, size_t i, double margin) {
    if (k->gate_s && !(b->age_s[i] > k->gate_s)) return false;
    double *by_metric[METRICS], *lines[METRICS];
    for (int m = 0; m < METRICS; m++) {
        by_metric[m] = k->form == GM_FORM_LEVEL ? b->level[m] : b->slope[m][window];
        lines[m] = b->now[m][window];
    }
    double value = watched(by_metric, k->watched, i);
    if (k->form == GM_FORM_GROWTH) return value > k->threshold * margin;
    if (k->form == GM_FORM_LEVEL) return value > k->threshold * margin * b->limit[i];
    return watched(lines, k->watched, i) + value * k->threshold / margin > b->limit[i];
}

/* Its firings from the first step within [from, to] on, as spans of time. */
static void fire(const gm_basis *b, const gm_candidate *k, double margin, GArray *episodes) {
    int window = window_index(k);
    int64_t active = INT64_MIN;
    bool firing = false;
    g_array_set_size(episodes, 0);
    for (size_t i = 0; i < b->n; i++) {
        int64_t at = b->first_ms + (int64_t)i * b->step_ms;
        if (!holds(b, k, window, i, margin)) {
            if (firing) g_array_index(episodes, gm_firing, episodes->len - 1).resolved_ms = at;
            active = INT64_MIN;
            firing = false;
            continue;
        }
        if (active == INT64_MIN) active = at;
        if (firing || at - active < (int64_t)k->for_s * 1000) continue;
        gm_firing episode = {NULL, active, at, INT64_MAX};
        g_array_append_val(episodes, episode);
        firing = true;
    }
}

static bool fires_in(const GArray *episodes, const gm_replay_life *life) {
    for (guint i = 0; i < episodes->len; i++) {
        const gm_firing *e = &g_array_index(episodes, gm_firing, i);
        if (e->fired_ms <= life->to_ms && e->resolved_ms >= life->from_ms && e->fired_ms >= life->from_ms) return true;
    }
    return false;
}

/* Exactly one episode, which holds until the end; a leak without an end has the end of the record. */
static bool catches(const GArray *episodes, const gm_replay_life *life, double *lead_s) {
    int64_t end = life->target_ms != GM_UNKNOWN ? life->target_ms : life->to_ms;
    guint found = 0;
    for (guint i = 0; i < episodes->len; i++) {
        const gm_firing *e = &g_array_index(episodes, gm_firing, i);
        if (e->fired_ms < life->from_ms || e->fired_ms >= end) continue;
        if (e->resolved_ms < end - 60000) return false;
        *lead_s = fmin(*lead_s, (double)(end - e->fired_ms) / 1000);
        found++;
    }
    return found == 1;
}

/* Lives that a rule must catch: those that met an end; where none did, those that leak. A leak cut short by the end of
 * the record, beside lives that ended, proves nothing either way. */
static gm_against least_to_catch(const gm_replay_container *c) {
    for (size_t i = 0; i < c->n_lives; i++)
        if (c->lives[i].target_ms != GM_UNKNOWN) return GM_AGAINST_LIMIT;
    return GM_AGAINST_LEAK;
}

bool gm_replay_qualifies(const GArray *episodes, const gm_replay_container *c, double *lead_s) {
    gm_against least = least_to_catch(c);
    *lead_s = INFINITY;
    for (size_t i = 0; i < c->n_lives; i++) {
        const gm_replay_life *life = &c->lives[i];
        if (life->against == GM_AGAINST_NOTHING && fires_in(episodes, life)) return false;
        if (life->against >= least && !catches(episodes, life, lead_s)) return false;
    }
    return isfinite(*lead_s) && *lead_s >= MIN_LEAD_S;
}

static bool leaves_in_peace(const gm_replay_subject *subject, const gm_candidate *k, GArray *episodes) {
    fire(subject->basis, k, MARGIN, episodes);
    for (size_t i = 0; i < subject->container.n_lives; i++)
        if (subject->container.lives[i].against == GM_AGAINST_NOTHING &&
            fires_in(episodes, &subject->container.lives[i]))
            return false;
    return true;
}

/* --- the search --- */

typedef struct {
    gm_replay_subject *mine, *kin[MAX_KIN];
    size_t n_kin;
    GArray *found, *episodes;
    int64_t tried;
} search;

static void try_candidate(search *s, gm_candidate k) {
    s->tried++;
    fire(s->mine->basis, &k, 1, s->episodes);
    if (!gm_replay_qualifies(s->episodes, &s->mine->container, &k.lead_s) || !leaves_in_peace(s->mine, &k, s->episodes))
        return;
    for (size_t i = 0; i < s->n_kin; i++)
        if (!leaves_in_peace(s->kin[i], &k, s->episodes)) return;
    g_array_append_val(s->found, k);
}

/* Growth that would not fill the limit within a week is none to be paged for; without a limit, 0.1 MiB a minute. */
static bool is_material(const search *s, const gm_candidate *k) {
    int64_t limit = s->mine->container.limit_bytes;
    return k->form != GM_FORM_GROWTH ||
           k->threshold >= (limit == GM_UNKNOWN ? 0.1 * 1048576 / 60 : (double)limit / (7 * 86400));
}

static void try_thresholds(search *s, gm_candidate k) {
    size_t n = k.form == GM_FORM_LEVEL    ? G_N_ELEMENTS(levels)
               : k.form == GM_FORM_GROWTH ? G_N_ELEMENTS(growths_mib)
                                          : G_N_ELEMENTS(horizons_s);
    for (size_t i = 0; i < n; i++) {
        k.threshold = k.form == GM_FORM_LEVEL    ? levels[i]
                      : k.form == GM_FORM_GROWTH ? growths_mib[i] * 1048576 / 60
                                                 : horizons_s[i];
        if (is_material(s, &k)) try_candidate(s, k);
    }
}

/* What can be wrong about earliness within a minute or a twentieth is worth less than a rule that errs less often:
 * the line to the limit before a slope, a level last; anonymous memory before what holds cache; the higher threshold or
 * the nearer horizon; the longer window and wait. */
static double robustness(const gm_candidate *k) {
    static const double forms[] = {[GM_FORM_LEVEL] = 0, [GM_FORM_GROWTH] = 1, [GM_FORM_REACH] = 2};
    double strict = k->form == GM_FORM_REACH ? 1e5 - k->threshold : k->threshold;
    return forms[k->form] * 1e12 + (GM_WATCHED - k->watched) * 1e11 + fmin(strict, 1e6) * 1e4 + k->window_s + k->for_s;
}

static double earliest; /* of the candidates being sorted */

static int by_merit(const void *a, const void *b) {
    const gm_candidate *x = a, *y = b;
    double near = fmax(60, earliest / 20);
    bool x_near = x->lead_s >= earliest - near, y_near = y->lead_s >= earliest - near;
    if (x_near != y_near) return x_near ? 1 : -1;
    double left = x_near ? robustness(x) : x->lead_s, right = x_near ? robustness(y) : y->lead_s;
    return (left > right) - (left < right);
}

static bool same_workload(const gm_replay_container *a, const gm_replay_container *b) {
    return a->container && g_strcmp0(a->namespace_name, b->namespace_name) == 0 &&
           g_strcmp0(a->container, b->container) == 0;
}

static bool is_healthy(const gm_replay_container *c) {
    for (size_t i = 0; i < c->n_lives; i++)
        if (c->lives[i].against != GM_AGAINST_NOTHING) return false;
    return c->n_lives > 0;
}

static double shortest_ended_s(const gm_replay_container *c) {
    double shortest = INFINITY;
    gm_against least = least_to_catch(c);
    for (size_t i = 0; i < c->n_lives; i++)
        if (c->lives[i].against >= least)
            shortest = fmin(shortest, (double)(c->lives[i].to_ms - c->lives[i].from_ms) / 1000);
    return shortest;
}

static bool knows_age(const gm_basis *basis) {
    for (size_t i = 0; i < basis->n; i++)
        if (!isnan(basis->age_s[i])) return true;
    return false;
}

static bool gather(search *s, const gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n,
                   int shortest_s, int longest_s, GError **error) {
    if (!make_basis(replay, store, s->mine, shortest_s, longest_s, error)) return false;
    for (size_t i = 0; i < n && s->n_kin < MAX_KIN; i++) {
        if (&subjects[i] == s->mine || !is_healthy(&subjects[i].container) ||
            !same_workload(&subjects[i].container, &s->mine->container))
            continue;
        if (!make_basis(replay, store, &subjects[i], shortest_s, longest_s, error)) return false;
        gm_replay_subject_unload(&subjects[i]);
        if (subjects[i].basis) s->kin[s->n_kin++] = &subjects[i];
    }
    return true;
}

GArray *gm_replay_search(const gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n, size_t mine,
                         int64_t *tried, GError **error) {
    search s = {.mine = &subjects[mine],
                .found = g_array_new(FALSE, FALSE, sizeof(gm_candidate)),
                .episodes = g_array_new(FALSE, FALSE, sizeof(gm_firing))};
    double shortest = shortest_ended_s(&s.mine->container);
    int longest = (int)fmax(windows_s[1], fmin(shortest / 2, 1e6)),
        gate = (int)(fmin(fmax(round(shortest / 4 / 60), 1), 30) * 60);
    bool brief = shortest < SHORT_LIFE_S;
    int least = (int)fmin(longest, fmax(windows_s[brief ? 0 : 1], 4 * fmax(0, s.mine->container.gc_period_s)));
    if (!gather(&s, replay, store, subjects, n, least, longest, error)) {
        g_array_unref(s.found);
        g_array_unref(s.episodes);
        return NULL;
    }
    if (!knows_age(s.mine->basis)) gate = 0;
    for (int w = 0; w < GM_WATCHED; w++)
        for (size_t h = brief ? 0 : 1; h < G_N_ELEMENTS(holds_s); h++) {
            try_thresholds(&s, (gm_candidate){.form = GM_FORM_LEVEL, .watched = (gm_watched)w, .for_s = holds_s[h]});
            for (int i = 0; i < WINDOWS; i++) {
                if (windows_s[i] < least || windows_s[i] > longest) continue;
                try_thresholds(&s, (gm_candidate){.form = GM_FORM_GROWTH,
                                                  .watched = (gm_watched)w,
                                                  .for_s = holds_s[h],
                                                  .window_s = windows_s[i],
                                                  .gate_s = gate});
                try_thresholds(&s, (gm_candidate){.form = GM_FORM_REACH,
                                                  .watched = (gm_watched)w,
                                                  .for_s = holds_s[h],
                                                  .window_s = windows_s[i],
                                                  .gate_s = gate});
            }
        }
    earliest = 0;
    for (guint i = 0; i < s.found->len; i++) earliest = fmax(earliest, g_array_index(s.found, gm_candidate, i).lead_s);
    if (s.found->len) qsort(s.found->data, s.found->len, sizeof(gm_candidate), by_merit);
    *tried = s.tried;
    g_array_unref(s.episodes);
    return s.found;
}
