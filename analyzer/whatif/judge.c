/* What a simulated setting means for the container. The words, from good to bad: safe, tight, delays, thrash, killed.
 */
#include "analyzer/whatif/whatif.h"

#include <math.h>

#define NEAR         0.90  /* of the limit, for what GOGC allows: it follows the live heap */
#define NEAR_HELD    0.955 /* for what GOMEMLIMIT holds: the Go GC guide asks for 5 % */
#define CLOSE        1.25  /* heap that GOMEMLIMIT leaves, over the live heap; the rule memlimit_too_close */
#define HEADROOM     0.97
#define THRASH_SHARE 0.10 /* of the life */
#define GC_SHARE_PCT 25.0 /* of the CPU: what background marking is designed to take while it runs */

static const char *const names[] = {"safe", "tight", "delays", "thrash", "killed", "unknown"};

const char *gm_run_verdict_name(gm_run_verdict verdict) {
    return names[verdict];
}

const char *gm_whatif_status_name(gm_whatif_status status) {
    static const char *const words[] = {"validated", "failed", "refused"};
    return words[status];
}

/* What goals allow counts, reached or not: more load would reach it. */
static bool near_limit(const gm_sim_setting *setting, const gm_sim_result *result) {
    return fmax(result->peak, result->bound) > (result->held ? NEAR_HELD : NEAR) * setting->limit;
}

static bool close_to_live(const gm_whatif_life *life, const gm_sim_setting *setting) {
    return !isnan(setting->memlimit) && setting->memlimit * HEADROOM - life->nonheap < CLOSE * life->live_p99;
}

gm_run_verdict gm_whatif_judge(const gm_whatif_life *life, const gm_sim_setting *setting, const gm_sim_result *result) {
    if (isnan(result->peak) || isnan(setting->limit)) return GM_RUN_UNKNOWN;
    double known_s = life->demand.known_s, share = result->elapsed_s > 0 ? result->thrash_s / result->elapsed_s : 0;
    if (result->killed_s <= known_s) return GM_RUN_KILLED;
    if (share >= THRASH_SHARE) return GM_RUN_THRASH;
    if (life->grows) return GM_RUN_DELAYS;
    bool pressed = result->elapsed_s > 0 && result->pressure_s / result->elapsed_s >= THRASH_SHARE;
    bool dear = gm_whatif_cpu_pct(life, result) > GC_SHARE_PCT;
    return near_limit(setting, result) || close_to_live(life, setting) || pressed || dear ? GM_RUN_TIGHT : GM_RUN_SAFE;
}
