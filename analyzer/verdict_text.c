/* Puts a verdict into words that an on-call engineer can act on: what, where, how fast, since when, how it ended.
 * Last part of the weighing; captures.c says what would settle the doubt that is left. */
#include "analyzer/verdict_text.h"

#include "analyzer/forecast.h"
#include "analyzer/rules/common.h"
#include "gomortem/human.h"

#include <math.h>

static const char *keep(gm_arena *arena, GString *text) {
    if (text->len) text->str[0] = g_ascii_toupper(text->str[0]);
    return gm_arena_strndup(arena, text->str, text->len);
}

/* Where no single part holds half of the growth, the summary must not sound as if one did. */
static void add_mixture(GString *text, const gm_facts *facts, const gm_finding *finding, const gm_verdict *verdict) {
    bool mixed = finding->share_pct < GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT) && verdict->n_contributing > 0 &&
                 verdict->contributing[0].share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT);
    if (!mixed) return;
    g_string_append_printf(text, " Mixed causes: this explains %.0f %% of the growth", finding->share_pct);
    for (size_t i = 0;
         i < verdict->n_contributing && verdict->contributing[i].share_pct >= GM_LIMIT_OF(facts, BUCKET_SHARE_PCT); i++)
        g_string_append_printf(text, ", %s %.0f %%", verdict->contributing[i].cause,
                               verdict->contributing[i].share_pct);
    g_string_append_c(text, '.');
}

static void add_rate(GString *text, const gm_verdict *verdict) {
    char rate[GM_HUMAN_SIZE], since[GM_HUMAN_SIZE];
    if (!(verdict->bytes_per_min > 1024)) return;
    g_string_append_printf(text, " (%s since %s)", gm_human(rate, verdict->bytes_per_min, "bytes/min"),
                           gm_human_time(since, verdict->from_ns));
}

static void add_end(GString *text, const gm_facts *facts, const gm_finding *finding) {
    char limit[GM_HUMAN_SIZE], at[GM_HUMAN_SIZE];
    if (strcmp(facts->life->ended_by, "oom_kill") != 0) {
        gm_forecast_words(facts, finding, text);
        return;
    }
    g_string_append_printf(text, " The kernel killed it at %s", gm_human_time(at, facts->life->to_ns));
    if (!isnan(facts->limit) && gm_was_killed(facts))
        g_string_append_printf(text, " at its limit of %s", gm_human(limit, facts->limit, "bytes"));
    g_string_append_c(text, '.');
}

const char *gm_verdict_summary(const gm_facts *facts, const gm_rule *rule, const gm_finding *finding,
                               const gm_verdict *verdict) {
    g_autoptr(GString) text = g_string_new(NULL);
    if (finding->outcome == GM_FIRED) g_string_append(text, finding->summary);
    else
        g_string_append(
            text,
            "No cause is proven by what was recorded: growth or a kill is there, but no rule's evidence is complete");
    if (strcmp(rule->family, "none") != 0) add_rate(text, verdict);
    g_string_append_c(text, '.');
    add_mixture(text, facts, finding, verdict);
    add_end(text, facts, finding);
    return keep(facts->arena, text);
}

const char *gm_verdict_merged_summary(const gm_timeline *timeline, const gm_verdict *life, size_t count, size_t lives,
                                      gm_arena *arena) {
    g_autoptr(GString) text = g_string_new(life->summary);
    size_t kills = 0;
    for (size_t i = 0; i < timeline->n_kills; i++) kills += gm_kill_is_oom(&timeline->kills[i]);
    if (kills > 1) g_string_append_printf(text, " %zu OOM kills in all", kills);
    if (lives > 1)
        g_string_append_printf(text, "%s in %zu of %zu lives",
                               kills > 1 ? "; this cause is seen" : " This cause is seen", count, lives);
    if (kills > 1 || lives > 1) g_string_append_c(text, '.');
    return keep(arena, text);
}
