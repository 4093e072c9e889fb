/* Checks heap profiles against the collector's own numbers. Feeds heap_capture.
 *
 * The sum of live bytes in a profile must agree with the live heap of the collection before it: a profile of another
 * pod, or one taken with another sampling rate than it states, does not. Small heaps sample too little to tell. */
#include "analyzer/heap.h"

#include <math.h>

#define LEAST_LIVE (8 * 1048576.0)

/* The last collection that had ended at a time; cycles are in time order. */
static const gm_gc_row *cycle_before(const gm_facts *facts, int64_t t_ns) {
    size_t low = 0, high = facts->n_cycles;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (facts->cycles[middle].t_ns <= t_ns) low = middle + 1;
        else high = middle;
    }
    return low ? &facts->cycles[low - 1] : NULL;
}

bool gm_heap_captures(gm_heap *heap, GError **error) {
    gm_facts *facts = heap->facts;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store, "INSERT INTO heap_capture VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)", error);
    if (!stmt) return false;
    g_autofree double *ratios = g_new(double, heap->n_profiles);
    size_t n = 0;
    for (size_t i = 0; i < heap->n_profiles; i++) {
        const gm_heap_profile *profile = &heap->profiles[i];
        const gm_gc_row *cycle = cycle_before(facts, profile->t_ns);
        double live = cycle ? (double)cycle->live_mib * 1048576.0 : NAN;
        if (live >= LEAST_LIVE) ratios[n++] = profile->inuse / live;
        sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
        sqlite3_bind_int(stmt, 2, facts->life->life);
        sqlite3_bind_int64(stmt, 3, profile->profile_id);
        sqlite3_bind_int64(stmt, 4, profile->t_ns);
        gm_bind_int(stmt, 5, cycle ? cycle->t_ns : GM_UNKNOWN);
        sqlite3_bind_int64(stmt, 6, llround(profile->inuse));
        gm_bind_int(stmt, 7, cycle ? llround(live) : GM_UNKNOWN);
        if (!gm_store_write(facts->store, stmt, error)) return false;
    }
    facts->capture_ratio = n ? gm_stats_median(ratios, n) : NAN;
    return true;
}
