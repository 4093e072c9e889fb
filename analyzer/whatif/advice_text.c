/* The advice as sentences: the setting, what it gains and costs, and the reasons. After advice.c chose. */
#include "analyzer/whatif/advice.h"

#include "gomortem/human.h"

#include <math.h>

#define MIB       1048576.0
#define GOOD_ROOM 1.5
#define DEAR_PCT  15.0

static void bytes(GString *text, double value) {
    char human[GM_HUMAN_SIZE];
    g_string_append(text, gm_human(human, value, "bytes"));
}

/* "GOGC=100 and GOMEMLIMIT=266MiB"; MiB, because Kubernetes' Mi stops Go at its start. */
static void setting(GString *text, const gm_sim_setting *s, const char *and, const char *without) {
    if (s->gogc < 0) g_string_append(text, "GOGC=off");
    else g_string_append_printf(text, "GOGC=%d", s->gogc);
    if (isnan(s->memlimit)) g_string_append(text, without);
    else g_string_append_printf(text, " %s GOMEMLIMIT=%.0fMiB", and, floor(s->memlimit / MIB));
}

static void percent(GString *text, double value) {
    char human[GM_HUMAN_SIZE];
    g_string_append(text, gm_human(human, value, "%"));
}

static void peak(GString *text, double value, double limit) {
    bytes(text, value);
    g_string_append(text, " of ");
    bytes(text, limit);
}

static const char *keep(const gm_whatif *whatif, const GString *text) {
    return gm_arena_strndup(whatif->arena, text->str, text->len);
}

/* How far the simulations of the recorded setting were off, at most. */
static double worst_error(const gm_whatif *whatif) {
    double worst = 0;
    for (size_t i = 0; i < whatif->n_lives; i++) {
        const gm_whatif_life *life = &whatif->lives[i];
        const gm_whatif_check *checks[] = {&life->heap, &life->peak, &life->cycles};
        for (size_t k = 0; gm_whatif_usable(life) && k < G_N_ELEMENTS(checks); k++) {
            double error = gm_check_error(checks[k]);
            bool rounded = fabs(checks[k]->predicted - checks[k]->recorded) <= checks[k]->slack;
            if (!isnan(error) && !rounded) worst = fmax(worst, error);
        }
    }
    return worst;
}

static void basis(GString *text, const gm_whatif *whatif, const gm_whatif_advice *advice) {
    g_string_append_printf(
        text,
        " It rests on %zu of %zu %s: the recorded setting, simulated, gives the recorded heap, memory and number of collections within %.0f %%.",
        advice->used, whatif->n_lives, whatif->n_lives == 1 ? "life" : "lives",
        fmax(1, ceil(100 * worst_error(whatif))));
}

static void why_memlimit(GString *text, const gm_needs *needs, const gm_sim_setting *then) {
    double room = then->memlimit / needs->least;
    g_string_append(text, " GOMEMLIMIT is the limit of ");
    bytes(text, then->limit);
    g_string_append(text, " less ");
    bytes(text, needs->beside_go);
    g_string_append(text, " that it does not count (native memory, kernel, tmpfs) and less 5 %, at least 32 MiB;");
    g_string_append_printf(
        text, " that is %.2g times the live heap with the runtime's own memory, and %.1f are needed.", room, GOOD_ROOM);
}

static void why_no_memlimit(GString *text, const gm_needs *needs, double limit) {
    double memlimit = gm_memlimit_for(needs, limit), room = fmax(0, memlimit) / needs->least,
           wider = gm_limit_with_memlimit(needs);
    if (!needs->memlimit_works) {
        g_string_append(text, " This Go has no GOMEMLIMIT; 1.19 brought it.");
        return;
    }
    if (gm_memlimit_is_good(needs, memlimit)) return;
    g_string_append_printf(
        text,
        " GOMEMLIMIT is left out: at this limit it would be %.0fMiB, %.2f times the live heap with the runtime's own memory; ",
        fmax(0, memlimit) / MIB, room);
    if (room >= GOOD_ROOM) g_string_append(text, "limits of tens of MiB are not kept reliably.");
    else g_string_append_printf(text, "below %.1f the collector may thrash.", GOOD_ROOM);
    g_string_append_printf(text, " The way with GOMEMLIMIT: a limit of %.0f MiB, GOMEMLIMIT=%.0fMiB and GOGC=100.",
                           wider / MIB, gm_memlimit_for(needs, wider) / MIB);
}

static void summary_of_change(GString *text, const gm_outlook *now, const gm_whatif_advice *advice) {
    g_string_append(text, "memory peaks at ");
    peak(text, advice->peak, advice->then.limit);
    g_string_append(text, ", under ");
    setting(text, &advice->now, "and", " alone");
    g_string_append(text, " it would be ");
    bytes(text, now->peak);
    g_string_append_printf(text, " (%s). Price: the collector takes ", gm_run_verdict_name(now->verdict));
    percent(text, advice->cpu_pct);
    g_string_append(text, " of the CPU, now ");
    percent(text, now->cpu_pct);
    g_string_append(text, ".");
}

static void reason_now(GString *text, const gm_outlook *now, const gm_whatif_advice *advice) {
    setting(text, &advice->now, "and", " alone");
    if (now->verdict == GM_RUN_KILLED) g_string_append(text, " leads past the limit in the replay.");
    else if (now->verdict == GM_RUN_THRASH)
        g_string_append(text, " leaves the collector no room above the live heap: it runs back to back.");
    else if (now->verdict == GM_RUN_SAFE)
        g_string_append(text, " is safe for the memory, but dear: the same can be had with fewer collections.");
    else if (isinf(now->bound)) g_string_append(text, " bounds the heap nowhere.");
    else if (now->bound > 0.9 * advice->now.limit) {
        g_string_append(text, " allows ");
        bytes(text, now->bound);
        g_string_append(text, ", too near the limit or beyond it, whether the load reached it or not.");
    } else if (now->cpu_pct > DEAR_PCT) g_string_append(text, " makes the collector take much of the CPU.");
    else g_string_append(text, " leaves the collector little room above the live heap.");
}

/* Where most of the memory is not the heap's, no setting of the collector reaches it. */
static void reason_beside(GString *text, const gm_needs *needs, const gm_outlook *now) {
    if (!(needs->beside_go > now->peak / 2)) return;
    g_string_append(text, " Most of the memory, ");
    bytes(text, needs->beside_go);
    g_string_append(text, ", is not Go's: no setting of the collector reaches it.");
}

static void keep_text(const gm_whatif *whatif, const gm_needs *needs, const gm_whatif_advice *advice, GString *summary,
                      GString *reasoning) {
    g_string_append(summary, "Keep ");
    setting(summary, &advice->now, "and", " as it is");
    g_string_append(summary, ": memory peaks at ");
    peak(summary, advice->peak, advice->now.limit);
    g_string_append(summary, " in the replay, and the collector takes ");
    percent(summary, advice->cpu_pct);
    g_string_append(summary, " of the CPU.");
    g_string_append(reasoning, "With a tenth of overshoot the goals allow ");
    bytes(reasoning, advice->bound);
    g_string_append(reasoning, ".");
    double memlimit = gm_memlimit_for(needs, advice->now.limit);
    if (isnan(advice->now.memlimit) && gm_memlimit_is_good(needs, memlimit))
        g_string_append_printf(reasoning,
                               " GOMEMLIMIT=%.0fMiB would be a net under it and would cost nothing at this load.",
                               memlimit / MIB);
    basis(reasoning, whatif, advice);
}

static void change_text(const gm_whatif *whatif, const gm_outlook *now, const gm_needs *needs,
                        const gm_whatif_advice *advice, GString *summary, GString *reasoning) {
    bool raise = strcmp(advice->action, "raise_limit") == 0;
    if (raise)
        g_string_append_printf(summary, "No setting is safe at the present limit. Raise it to %.0f MiB and set ",
                               advice->then.limit / MIB);
    else g_string_append(summary, "Set ");
    setting(summary, &advice->then, "and", ", without GOMEMLIMIT");
    g_string_append(summary, ": ");
    summary_of_change(summary, now, advice);
    reason_now(reasoning, now, advice);
    reason_beside(reasoning, needs, now);
    if (isnan(advice->then.memlimit)) why_no_memlimit(reasoning, needs, advice->then.limit);
    else why_memlimit(reasoning, needs, &advice->then);
    basis(reasoning, whatif, advice);
}

void gm_advice_text(const gm_whatif *whatif, const gm_outlook *now, const gm_needs *needs, gm_whatif_advice *advice) {
    g_autoptr(GString) summary = g_string_new(NULL), reasoning = g_string_new(NULL);
    if (strcmp(advice->action, "keep") == 0) keep_text(whatif, needs, advice, summary, reasoning);
    else if (strcmp(advice->action, "refused") != 0) change_text(whatif, now, needs, advice, summary, reasoning);
    else {
        g_string_append(
            summary,
            "No setting is recommended: none of those that were simulated is safe, nor is one with a larger limit.");
        reason_now(reasoning, now, advice);
    }
    advice->summary = keep(whatif, summary);
    advice->reasoning = keep(whatif, reasoning);
}

void gm_advice_leak_text(const gm_whatif *whatif, const gm_verdict *container, gm_whatif_advice *advice) {
    char from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE];
    g_autoptr(GString) summary = g_string_new("No setting helps"), reasoning = g_string_new(NULL);
    bool named = gm_whatif_is_growth(container->cause);
    if (advice->killed_ns != GM_UNKNOWN && advice->delayed_ns != GM_UNKNOWN) {
        g_string_append_printf(summary, ": the best of them, ");
        setting(summary, &advice->then, "and", " alone");
        g_string_append_printf(summary, ", only moves the kill from %s to about %s.",
                               gm_human_time(from, advice->killed_ns), gm_human_time(to, advice->delayed_ns));
    } else if (advice->killed_ns != GM_UNKNOWN)
        g_string_append_printf(summary, ": none of them even delays the kill at %s.",
                               gm_human_time(from, advice->killed_ns));
    else g_string_append(summary, ": it could only move the kill.");
    g_string_append_printf(
        reasoning, "%s%s grows without bound. GOGC and GOMEMLIMIT bound garbage, not what is held. Find what holds it.",
        named ? "By the verdict " : "The demand, which is ",
        named ? container->cause : "live heap or memory outside the Go heap,");
    if (advice->used) {
        basis(reasoning, whatif, advice);
        g_string_append(reasoning,
                        " Behind the record, and behind a kill, the growth is taken to go on at its last slope.");
    } else g_string_append(reasoning, " No life could be simulated, so that the delay has no number.");
    advice->summary = keep(whatif, summary);
    advice->reasoning = keep(whatif, reasoning);
}

void gm_advice_refusal(const gm_whatif *whatif, const char *reason, gm_whatif_advice *advice) {
    g_autoptr(GString) summary = g_string_new(NULL);
    g_string_append_printf(summary, "No setting is recommended: %s.", reason);
    advice->summary = keep(whatif, summary);
    advice->reasoning =
        "What other settings would have done can only be said where the recorded setting, simulated, gives what was recorded.";
}
