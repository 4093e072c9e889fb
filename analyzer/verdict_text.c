/* Puts a verdict into words that an on-call engineer can act on: what, where, how fast, since when, how it ended,
 * and what would settle the doubt that is left. Last part of the weighing. */
#include "analyzer/verdict_text.h"

#include "gomortem/human.h"

#include <math.h>

static double known(int64_t value) {
    return value == GM_UNKNOWN ? 0 : (double)value;
}

double gm_hard_of(const gm_point *point) {
    const int64_t *v = point->value;
    if (v[GM_COL_USAGE] == GM_UNKNOWN) return NAN;
    double clean = fmax(0, known(v[GM_COL_INACTIVE_FILE]) + known(v[GM_COL_ACTIVE_FILE]) - known(v[GM_COL_DIRTY]));
    return (double)v[GM_COL_USAGE] - clean - known(v[GM_COL_SLAB_RECLAIMABLE]) - known(v[GM_COL_LAZYFREE]);
}

static const char *keep(gm_arena *arena, GString *text) {
    if (text->len) text->str[0] = g_ascii_toupper(text->str[0]);
    return gm_arena_strndup(arena, text->str, text->len);
}

static void add_rate(GString *text, const gm_verdict *verdict) {
    char rate[GM_HUMAN_SIZE], since[GM_HUMAN_SIZE];
    if (!(fabs(verdict->bytes_per_min) > 1024)) return;
    g_string_append_printf(text, " Growth: %s since %s.", gm_human(rate, verdict->bytes_per_min, "bytes/min"), gm_human_time(since, verdict->from_ns));
}

static void add_end(GString *text, const gm_facts *facts, const gm_verdict *verdict) {
    char limit[GM_HUMAN_SIZE], at[GM_HUMAN_SIZE], early[GM_HUMAN_SIZE];
    bool killed = strcmp(facts->life->ended_by, "oom_kill") == 0;
    if (killed) {
        g_string_append_printf(text, " The kernel killed it at %s", gm_human_time(at, facts->life->to_ns));
        if (!isnan(facts->limit)) g_string_append_printf(text, " at its limit of %s", gm_human(limit, facts->limit, "bytes"));
        g_string_append_c(text, '.');
    } else if (verdict->eta_ns != GM_UNKNOWN) {
        g_string_append_printf(text, " At this rate the limit of %s is reached about %s, from %s on.", gm_human(limit, facts->limit, "bytes"),
                               gm_human_time(at, verdict->eta_ns), gm_human_time(early, verdict->eta_from_ns));
    }
}

const char *gm_verdict_summary(const gm_facts *facts, const gm_rule *rule, const gm_finding *finding, const gm_verdict *verdict) {
    g_autoptr(GString) text = g_string_new(NULL);
    if (finding->outcome == GM_FIRED) g_string_append(text, finding->summary);
    else g_string_append(text, "No cause is proven by what was recorded: growth or a kill is there, but no rule's evidence is complete");
    g_string_append_c(text, '.');
    if (strcmp(rule->family, "none") != 0) add_rate(text, verdict);
    add_end(text, facts, verdict);
    return keep(facts->arena, text);
}

/* The cheapest capture that would settle what is left open. */
const char *gm_verdict_doubt(const gm_facts *facts, const gm_rule *rule, const gm_verdict *verdict) {
    unsigned have = facts->inputs;
    bool go = strcmp(rule->family, "go") == 0, native = strcmp(rule->family, "native") == 0;
    if (strcmp(verdict->cause, "none") == 0)
        return have & GM_INPUT_GCTRACE ? "a longer record in which anonymous memory or the live heap keeps rising"
                                       : "a rise in the live heap, which GODEBUG=gctrace=1 would show";
    if (!(have & GM_INPUT_ANON)) return "the cgroup's memory.stat (or container_memory_rss and container_memory_cache) over the same time: it tells cache from anonymous memory";
    if (!(have & GM_INPUT_MEMSTATS) && !(have & GM_INPUT_GCTRACE)) return "go_memstats_* metrics or a GODEBUG=gctrace=1 log: they tell the Go heap from native memory";
    if (go && !(have & GM_INPUT_HEAP_PROFILES)) return "three heap profiles some minutes apart: curl http://POD:PORT/debug/pprof/heap";
    if (native && !(have & GM_INPUT_SMAPS)) return "two copies of /proc/1/smaps some minutes apart: they show which mappings grow";
    if (go && !(have & GM_INPUT_GCTRACE)) return "a GODEBUG=gctrace=1 log: it shows the heap right after each collection";
    if (strcmp(rule->family, "file") == 0) return "memory.stat at the moment of a kill, with file_dirty and file_writeback";
    return "a longer record in which the rise stops by itself, or a record of the load that it follows";
}

const char *gm_verdict_merged_summary(const gm_timeline *timeline, const gm_verdict *life, size_t count, size_t lives, gm_arena *arena) {
    g_autoptr(GString) text = g_string_new(life->summary);
    if (lives > 1) g_string_append_printf(text, " Seen in %zu of %zu lives.", count, lives);
    if (timeline->n_kills > 1) g_string_append_printf(text, " %zu OOM kills in all.", timeline->n_kills);
    return keep(arena, text);
}
