/* Chooses a setting for a container from what its lives show under it, and says why. After the grid, before the tables.
 *
 * GOGC=100 with GOMEMLIMIT is tried first, then smaller values until one is safe; larger ones only where collections
 * would take too much of the CPU. GOMEMLIMIT = limit - memory that it does not count - max (5 %, 32 MiB), and it is
 * only recommended where it is 1.5 times the live heap with the runtime's own memory: the rules say the same.
 * A leak gets no setting: it would only move the kill. */
#include "analyzer/whatif/advice.h"

#include "analyzer/whatif/pacer.h"

#include <math.h>

#define MIB            1048576.0
#define ROOM_SHARE     0.05
#define ROOM_BYTES     (32 * MIB)
#define GOOD_ROOM      1.5
#define DEAR_PCT       15.0 /* of the CPU; the threshold gc.share_pct */
#define NEAR           0.90
#define LEAST_MEMLIMIT (64 * MIB) /* Go 1.19's release notes: limits of tens of MiB are not kept reliably */
#define ALIKE          1.01

static const int smaller[] = {100, 75, 60, 50, 40, 30, 25}, larger[] = {150, 200, 300, 400};

bool gm_whatif_usable(const gm_whatif_life *life) {
    return life->status == GM_WHATIF_VALIDATED && life->demand.n_beside > 0 && !isnan(life->limit);
}

/* --- what all lives say of one setting --- */

gm_outlook gm_outlook_of(const gm_whatif *whatif, const gm_sim_setting *setting, bool as_recorded) {
    gm_outlook all = {.verdict = GM_RUN_SAFE, .peak = NAN, .bound = NAN, .cpu_pct = NAN, .cycles_per_s = NAN};
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (!gm_whatif_usable(life)) continue;
        gm_whatif_run run = as_recorded && whatif->n_runs[i] ? whatif->runs[i][0] : gm_whatif_evaluate(life, setting);
        all.peak = fmax(all.peak, run.result.peak);
        all.bound = fmax(all.bound, run.result.bound);
        all.cpu_pct = fmax(all.cpu_pct, gm_whatif_cpu_pct(life, &run.result));
        if (run.result.elapsed_s > 0)
            all.cycles_per_s = fmax(all.cycles_per_s, run.result.cycles / run.result.elapsed_s);
        if (run.verdict < all.verdict || (run.verdict == all.verdict && all.life)) continue;
        all.verdict = run.verdict;
        all.life = life->life;
    }
    return all;
}

/* --- GOMEMLIMIT and the limit --- */

gm_needs gm_needs_of(const gm_whatif *whatif) {
    gm_needs needs = {NAN, NAN, NAN, NAN, true};
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (!gm_whatif_usable(life)) continue;
        const gm_sim_node *last = &life->demand.nodes[life->demand.n_nodes - 1];
        needs.beside_go = fmax(needs.beside_go, life->beside_go);
        needs.least = fmax(needs.least, life->live_p99 + life->own);
        needs.demand = fmax(needs.demand, GM_PACER_OVERSHOOT * (2 * life->live_p99 + last->stacks + last->globals) +
                                              life->own + life->beside_go);
        needs.limit = life->limit;
        needs.memlimit_works = needs.memlimit_works && gm_pacer_has_memlimit(life->demand.go_minor);
    }
    return needs;
}

double gm_memlimit_for(const gm_needs *needs, double limit) {
    return floor((limit - needs->beside_go - fmax(ROOM_SHARE * limit, ROOM_BYTES)) / MIB) * MIB;
}

bool gm_memlimit_is_good(const gm_needs *needs, double memlimit) {
    return needs->memlimit_works && memlimit >= fmax(GOOD_ROOM * needs->least, LEAST_MEMLIMIT);
}

/* The smallest limit that leaves room for GOMEMLIMIT at 1.5 times the live heap. */
double gm_limit_with_memlimit(const gm_needs *needs) {
    double memlimit = ceil(fmax(GOOD_ROOM * needs->least, LEAST_MEMLIMIT) / MIB) * MIB, beside = needs->beside_go;
    return ceil(fmax(memlimit + beside + ROOM_BYTES, (memlimit + beside) / (1 - ROOM_SHARE)) / MIB) * MIB;
}

/* --- the choice --- */

static gm_sim_setting setting_with(const gm_needs *needs, int gogc, double limit) {
    double memlimit = gm_memlimit_for(needs, limit);
    return (gm_sim_setting){gogc, gm_memlimit_is_good(needs, memlimit) ? memlimit : NAN, limit, 0};
}

static bool take(const gm_whatif *whatif, const gm_sim_setting *setting, gm_whatif_advice *advice) {
    gm_outlook outlook = gm_outlook_of(whatif, setting, false);
    if (outlook.verdict != GM_RUN_SAFE) return false;
    advice->then = *setting;
    advice->peak = outlook.peak;
    advice->bound = outlook.bound;
    advice->cpu_pct = outlook.cpu_pct;
    advice->cycles_per_s = outlook.cycles_per_s;
    return true;
}

static bool choose(const gm_whatif *whatif, const gm_needs *needs, double limit, gm_whatif_advice *advice) {
    bool found = false;
    for (size_t i = 0; i < G_N_ELEMENTS(smaller) && !found; i++) {
        gm_sim_setting setting = setting_with(needs, smaller[i], limit);
        found = take(whatif, &setting, advice);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(larger) && (!found || advice->cpu_pct > DEAR_PCT); i++) {
        gm_sim_setting setting = setting_with(needs, larger[i], limit);
        bool safe = take(whatif, &setting, advice);
        if (found && !safe) break;
        found = found || safe;
    }
    return found;
}

/* A limit that GOMEMLIMIT can work with, or one for the demand at GOGC=100: the smaller that is safe. */
static bool raise_limit(const gm_whatif *whatif, const gm_needs *needs, gm_whatif_advice *advice) {
    double with = needs->memlimit_works ? gm_limit_with_memlimit(needs) : INFINITY,
           without = ceil(needs->demand / NEAR / MIB) * MIB;
    double limits[] = {fmin(with, without), fmax(with, without)};
    for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
        if (!(limits[i] > needs->limit) || isinf(limits[i])) continue;
        gm_sim_setting setting = setting_with(needs, 100, limits[i]);
        if (take(whatif, &setting, advice) && advice->cpu_pct <= DEAR_PCT) return true;
    }
    return advice->then.gogc != GM_NO_GOGC;
}

/* --- leaks --- */

/* The life whose kill is to be moved: one that was killed, else the longest. */
static size_t leaking_life(const gm_whatif *whatif) {
    size_t best = whatif->n_lives;
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (!gm_whatif_usable(life) || whatif->n_runs[i] == 0) continue;
        const gm_whatif_life *than = best < whatif->n_lives ? &whatif->lives[best] : NULL;
        bool killed = life->killed_ns != GM_UNKNOWN, than_killed = than && than->killed_ns != GM_UNKNOWN;
        if (!than || killed > than_killed || (killed == than_killed && life->demand.known_s > than->demand.known_s))
            best = i;
    }
    return best;
}

static void leak(const gm_whatif *whatif, gm_whatif_advice *advice) {
    size_t i = leaking_life(whatif);
    advice->action = "no_setting_helps";
    if (i == whatif->n_lives) return;
    const gm_whatif_life *life = &whatif->lives[i];
    double latest = NAN;
    advice->life = life->life;
    advice->killed_ns =
        life->killed_ns != GM_UNKNOWN ? life->killed_ns : gm_whatif_time(life, whatif->runs[i][0].result.killed_s);
    for (size_t k = 1; k < whatif->n_runs[i]; k++) {
        const gm_whatif_run *run = &whatif->runs[i][k];
        if (run->verdict != GM_RUN_DELAYS || run->setting.gogc < 0 || run->result.killed_s <= ALIKE * latest ||
            isnan(run->result.killed_s))
            continue;
        latest = run->result.killed_s;
        advice->then = run->setting;
        advice->cpu_pct = gm_whatif_cpu_pct(life, &run->result);
    }
    advice->delayed_ns = gm_whatif_time(life, latest);
    if (advice->killed_ns != GM_UNKNOWN && advice->delayed_ns <= advice->killed_ns) advice->delayed_ns = GM_UNKNOWN;
}

/* A cause that a setting makes: a rising part beside it is no leak that rules it out. */
static bool is_setting(const char *cause) {
    static const char *const causes[] = {
        "gogc_high",         "gogc_off",           "gogc_low",        "memlimit_missing",
        "memlimit_too_high", "memlimit_too_close", "limit_too_small", NULL};
    return cause && g_strv_contains(causes, cause);
}

static bool leaks(const gm_whatif *whatif, const gm_verdict *container) {
    if (gm_whatif_is_growth(container->cause)) return true;
    for (size_t i = 0; i < whatif->n_lives && !is_setting(container->cause); i++)
        if (gm_whatif_usable(&whatif->lives[i]) && whatif->lives[i].grows) return true;
    return false;
}

/* --- refusals --- */

/* Of the longest life that could be simulated at all, else of the longest. */
static const char *why_not(const gm_whatif *whatif) {
    const gm_whatif_life *best = NULL;
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        bool more = best && life->status == GM_WHATIF_FAILED && best->status == GM_WHATIF_REFUSED,
             less = best && life->status == GM_WHATIF_REFUSED && best->status == GM_WHATIF_FAILED;
        if (!best || more || (!less && life->to_ns - life->from_ns > best->to_ns - best->from_ns)) best = life;
    }
    return best ? best->reason : "the container has no life on record";
}

/* Lives were killed, and none of them can be used: then the others do not show what the memory is needed for. */
static const char *unseen(const gm_whatif *whatif) {
    const char *reason = NULL;
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (life->killed_ns == GM_UNKNOWN) continue;
        if (gm_whatif_usable(life)) return NULL;
        reason = life->reason ? life->reason : "the memory of the life that was killed is not recorded";
    }
    return reason;
}

static const char *why_not_usable(const gm_whatif *whatif) {
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (life->status != GM_WHATIF_VALIDATED) continue;
        return isnan(life->limit) ? "no memory limit is known"
                                  : "the container's memory is not recorded, only its heap";
    }
    return why_not(whatif);
}

static void decide(const gm_whatif *whatif, gm_whatif_advice *advice) {
    gm_outlook now = gm_outlook_of(whatif, NULL, true);
    gm_needs needs = gm_needs_of(whatif);
    advice->life = now.life;
    advice->cpu_now_pct = now.cpu_pct;
    if (now.verdict == GM_RUN_SAFE && !(now.cpu_pct > DEAR_PCT)) {
        advice->action = "keep";
        advice->then = advice->now;
        advice->peak = now.peak;
        advice->bound = now.bound;
        advice->cpu_pct = now.cpu_pct;
        advice->cycles_per_s = now.cycles_per_s;
    } else if (choose(whatif, &needs, needs.limit, advice)) advice->action = "change";
    else advice->action = raise_limit(whatif, &needs, advice) ? "raise_limit" : "refused";
    gm_advice_text(whatif, &now, &needs, advice);
}

void gm_whatif_advise(const gm_whatif *whatif, const gm_verdict *container, gm_whatif_advice *advice) {
    *advice = (gm_whatif_advice){.action = "refused",
                                 .peak = NAN,
                                 .bound = NAN,
                                 .cpu_now_pct = NAN,
                                 .cpu_pct = NAN,
                                 .cycles_per_s = NAN,
                                 .killed_ns = GM_UNKNOWN,
                                 .delayed_ns = GM_UNKNOWN};
    advice->now = advice->then = (gm_sim_setting){GM_NO_GOGC, NAN, NAN, 0};
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        if (!gm_whatif_usable(life)) continue;
        advice->used++;
        advice->now = (gm_sim_setting){life->gogc, life->memlimit, life->limit, 0};
    }
    const char *reason = advice->used ? unseen(whatif) : why_not_usable(whatif);
    if (leaks(whatif, container)) {
        leak(whatif, advice);
        gm_advice_leak_text(whatif, container, advice);
    } else if (reason) gm_advice_refusal(whatif, reason, advice);
    else decide(whatif, advice);
}
