/* Which stacks of very large heap profiles are looked at: those that hold or allocated the most.
 *
 * Between the list of a life's profiles and the loading of their stacks (heap.c). Half of what may be held goes by the
 * most bytes that a stack held in any profile, half by what it allocated, so that bursts are seen too. Totals of a
 * profile are stored with it and stay those of all stacks; the share that is not looked at is told. */
#include "analyzer/heap.h"

#include "analyzer/thinned.h"
#include "gomortem/limits.h"

#include <stdlib.h>

typedef struct {
    double *held, *made; /* most bytes in any profile, by the stack's place; -1: in none */
    double last, chosen; /* bytes of the last profile; in the chosen stacks */
    size_t n, listed;    /* stacks of the incident; of these profiles */
} weights;

/* Adds up the last profile, or weighs the stacks of one. */
static bool read_profile(gm_heap *heap, weights *w, sqlite3_stmt *stmt, size_t profile, bool add_up, GError **error) {
    sqlite3_bind_int64(stmt, 1, heap->profiles[profile].profile_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW) {
        size_t place = gm_frames_place(heap->facts->frames, sqlite3_column_int64(stmt, 0));
        double held = sqlite3_column_double(stmt, 1);
        if (place == w->n) continue;
        if (add_up) {
            w->last += held;
            w->chosen += heap->chosen[place] ? held : 0;
            continue;
        }
        w->listed += w->held[place] < 0;
        w->held[place] = MAX(w->held[place], held);
        w->made[place] = MAX(w->made[place], sqlite3_column_double(stmt, 2));
    }
    sqlite3_reset(stmt);
    return step == SQLITE_DONE || gm_store_error_set(heap->facts->store, error);
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* The most heaviest ones; of equal ones those with the lower ids. */
static void choose(bool *chosen, const double *weight, size_t n, size_t most) {
    double *sorted = g_memdup2(weight, n * sizeof *weight);
    qsort(sorted, n, sizeof *sorted, descending);
    double least = sorted[most - 1];
    size_t above = 0;
    while (above < most && sorted[above] > least) above++;
    g_free(sorted);
    for (size_t i = 0, equal = most - above; i < n; i++) {
        bool takes = weight[i] > least || (weight[i] == least && equal > 0);
        equal -= weight[i] == least && equal > 0;
        chosen[i] = chosen[i] || (takes && weight[i] >= 0);
    }
}

static bool tell(const gm_heap *heap, const weights *w, GError **error) {
    size_t looked_at = 0;
    for (size_t i = 0; i < w->n; i++) looked_at += heap->chosen[i];
    g_autofree char *what = g_strdup_printf("heap stacks of life %d", heap->facts->life->life);
    g_autofree char *text = g_strdup_printf(
        "of %zu stacks in the heap profiles of life %d those %zu were looked at that hold or allocated the most: they have %.1f %% "
        "of the last profile's live bytes",
        w->listed, heap->facts->life->life, looked_at, w->last > 0 ? 100 * w->chosen / w->last : 100);
    return gm_thinned_write(heap->facts->store, heap->facts->timeline->container_id, what, (int64_t)w->listed,
                            (int64_t)looked_at, text, error);
}

static bool choose_of(gm_heap *heap, weights *w, sqlite3_stmt *stmt, GError **error) {
    size_t most = (size_t)gm_limits_default.heap_stacks;
    for (size_t i = 0; i < w->n; i++) w->held[i] = w->made[i] = -1;
    for (size_t i = 0; i < heap->n_profiles; i++)
        if (!read_profile(heap, w, stmt, i, false, error)) return false;
    if (w->listed <= most) return true;
    bool *chosen = GM_ARENA_NEW(heap->arena, bool, w->n + 1); /* one more, of a stack that is not there: never */
    choose(chosen, w->held, w->n, most / 2);
    for (size_t i = 0; i < w->n; i++)
        if (chosen[i]) w->made[i] = -1; /* has its place */
    choose(chosen, w->made, w->n, most / 2);
    heap->chosen = chosen;
    return read_profile(heap, w, stmt, heap->n_profiles - 1, true, error) && tell(heap, w, error);
}

bool gm_heap_choose(gm_heap *heap, GError **error) {
    weights w = {.n = gm_frames_stacks(heap->facts->frames)};
    if (heap->n_profiles == 0 || w.n <= (size_t)gm_limits_default.heap_stacks) return true;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(heap->facts->store,
                         "SELECT stack_id, inuse_bytes, alloc_bytes FROM profile_sample WHERE profile_id = ?1", error);
    if (!stmt) return false;
    w.held = g_new(double, w.n);
    w.made = g_new(double, w.n);
    bool ok = choose_of(heap, &w, stmt, error);
    g_free(w.held);
    g_free(w.made);
    return ok;
}
