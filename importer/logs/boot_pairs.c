/* Moments that a kernel log gives on two clocks: wall time and seconds since boot.
 *
 * Comes beside log.c; log_plain, the journal and audit lines report here. A log has thousands of them and they say
 * the same but for delays, so only the earliest and the latest zero of each boot become rows of clock_pair: the
 * difference is what lines were late, or what the clocks ran apart. */
#include "importer/logs/boot_pairs.h"

#include <math.h>

#define REBOOT_S  10  /* lines of several CPUs are out of order by less */
#define LONGEST_S 1e9 /* thirty years: a damaged stamp */

enum { MOST_BOOTS = 64 };

static double zero_of(const gm_boot_pair *pair) {
    return (double)pair->t_ns / 1e9 - pair->boot_s;
}

static gm_status emit(gm_store *store, const gm_boot_pairs *pairs, const gm_boot_pair *pair) {
    gm_clock_pair row = {.clock = "boot",
                         .source = pairs->source,
                         .clock_s = pair->boot_s,
                         .t_ns = pair->t_ns,
                         .local = pair->local,
                         .uncertainty_ns = pair->t_ns % GM_NS_PER_S ? GM_NS_PER_S / 1000 : GM_NS_PER_S};
    return gm_emit_clock_pair(store, &row);
}

gm_status gm_boot_pairs_end(gm_boot_pairs *pairs, gm_store *store) {
    if (pairs->count == 0 || pairs->boots++ >= MOST_BOOTS) return GM_OK;
    bool one = zero_of(&pairs->earliest) == zero_of(&pairs->latest);
    pairs->count = 0;
    gm_status status = emit(store, pairs, &pairs->earliest);
    return status == GM_OK && !one ? emit(store, pairs, &pairs->latest) : status;
}

gm_status gm_boot_pairs_add(gm_boot_pairs *pairs, gm_store *store, int64_t t_ns, double boot_s, bool local) {
    if (t_ns == GM_UNKNOWN || !(boot_s >= 0 && boot_s < LONGEST_S)) return GM_OK;
    gm_boot_pair pair = {.t_ns = t_ns, .boot_s = boot_s, .local = local};
    gm_status status = GM_OK;
    if (pairs->count > 0 && boot_s < pairs->last_s - REBOOT_S) status = gm_boot_pairs_end(pairs, store);
    pairs->last_s = boot_s;
    if (pairs->count == 0 || zero_of(&pair) < zero_of(&pairs->earliest)) pairs->earliest = pair;
    if (pairs->count == 0 || zero_of(&pair) > zero_of(&pairs->latest)) pairs->latest = pair;
    pairs->count++;
    return status;
}
