/* Measures what a rule told of a container's lives: how long before the end it fired for the last time, what it missed,
 * which of its alerts nothing followed, how often it flapped. Behind alerts.c, before the tables and reports.
 *
 * The lead is counted from the first firing of the last episode before the end, at most from the start of the life. An
 * alert is false when neither a kill nor memory at its limit follows within a day, and the life's verdict is no leak.
 */
#include "analyzer/replay/replay_private.h"

#include <math.h>
#include <stdarg.h>

const char *gm_replay_text(gm_arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return gm_arena_strndup(arena, text, strlen(text));
}

/* An alert that names nobody may be of any container: it counts where there is but one. */
static bool alert_of(const gm_prom_labels *labels, const gm_replay_container *c) {
    bool named = *gm_prom_label_value(labels, "pod") || *gm_prom_label_value(labels, "container");
    return (named || c->alone) && gm_replay_belongs(labels, c);
}

GArray *gm_replay_episodes(const gm_alert_run *run, const gm_replay_container *c) {
    GArray *episodes = g_array_new(FALSE, FALSE, sizeof(gm_firing));
    for (guint i = 0; i < run->firings->len; i++) {
        gm_firing firing = g_array_index(run->firings, gm_firing, i);
        if (!alert_of(firing.labels, c)) continue;
        gm_firing *last = episodes->len ? &g_array_index(episodes, gm_firing, episodes->len - 1) : NULL;
        if (last && firing.fired_ms <= last->resolved_ms)
            last->resolved_ms = MAX(last->resolved_ms, firing.resolved_ms);
        else g_array_append_val(episodes, firing);
    }
    return episodes;
}

static int64_t to_ns(int64_t ms) {
    return ms == INT64_MAX || ms == INT64_MIN ? GM_UNKNOWN : ms * 1000000;
}

static bool followed(const gm_replay_container *c, int64_t from_ms, int64_t resolved_ms) {
    int64_t latest = resolved_ms == INT64_MAX ? INT64_MAX : resolved_ms + GM_REPLAY_FOLLOWED_MS;
    for (size_t i = 0; i < c->n_lives; i++)
        if (c->lives[i].target_ms != GM_UNKNOWN && c->lives[i].target_ms >= from_ms && c->lives[i].target_ms <= latest)
            return true;
    return false;
}

typedef struct {
    int64_t episodes, unfollowed;
    const gm_firing *last;
} told; /* last: before the target, or before the end of the life */

/* An alert that fires on from an earlier life tells of this one too when it holds until the end; one that only lingers
 * does not. */
static bool tells_of(const gm_firing *e, const gm_replay_life *life, int64_t end) {
    bool began_here = e->fired_ms >= life->from_ms && e->fired_ms <= end;
    return began_here || (e->fired_ms < life->from_ms && e->resolved_ms >= end && life->against != GM_AGAINST_NOTHING);
}

static told tell(const GArray *episodes, const gm_replay_container *c, const gm_replay_life *life) {
    told t = {0};
    int64_t end = life->target_ms != GM_UNKNOWN ? life->target_ms : life->to_ms;
    for (guint i = 0; i < episodes->len; i++) {
        const gm_firing *e = &g_array_index(episodes, gm_firing, i);
        if (tells_of(e, life, end)) t.last = e;
        if (e->fired_ms < life->from_ms || e->fired_ms > life->to_ms) continue;
        t.episodes++;
        if (life->against == GM_AGAINST_NOTHING && !followed(c, e->fired_ms, e->resolved_ms)) t.unfollowed++;
    }
    return t;
}

static const char *const against_names[] = {[GM_AGAINST_NOTHING] = "nothing",
                                            [GM_AGAINST_LEAK] = "leak",
                                            [GM_AGAINST_LIMIT] = "limit",
                                            [GM_AGAINST_KILL] = "kill"};

static int against_rank(const char *name) {
    int i = 0;
    while (strcmp(against_names[i], name) != 0) i++;
    return i;
}

static double per_day(int64_t flaps, int64_t span_ms) {
    return span_ms <= 0 ? NAN : (double)flaps * 86400000 / (double)span_ms;
}

static int64_t flaps_of(int64_t episodes) {
    return MAX(episodes - 1, 0);
}

static gm_alert_outcome outcome_of_life(const gm_replay *replay, const gm_replay_container *c,
                                        const gm_replay_life *life, const GArray *episodes) {
    told t = tell(episodes, c, life);
    gm_alert_outcome o = {.life = life->life,
                          .against = against_names[life->against],
                          .fired_ns = t.last ? to_ns(t.last->fired_ms) : GM_UNKNOWN,
                          .target_ns = life->target_ns,
                          .lead_s = NAN,
                          .in_time = GM_UNKNOWN,
                          .episodes = t.episodes,
                          .false_alarms = t.unfollowed,
                          .flaps_per_day = per_day(flaps_of(t.episodes), life->to_ms - life->from_ms),
                          .ends = life->against != GM_AGAINST_NOTHING};
    o.caught = o.ends && t.last;
    if (o.ends) o.outcome = t.last ? "fired" : "missed";
    else o.outcome = t.unfollowed ? "false_alarm" : t.episodes ? "early" : "quiet";
    if (t.last && life->target_ms != GM_UNKNOWN) {
        o.lead_s = (double)(life->target_ms - MAX(t.last->fired_ms, life->from_ms)) / 1000;
        o.in_time = o.lead_s >= replay->options->reaction_s;
    }
    return o;
}

static int rank(const char *outcome) {
    static const char *const order[] = {"not_evaluated", "quiet", "early", "false_alarm", "fired", "missed"};
    int i = 0;
    while (strcmp(order[i], outcome) != 0) i++;
    return i;
}

/* The container's row: the worst that happened, the shortest lead; a false alarm counts although another life was
 * caught. */
static void add_life(gm_alert_outcome *whole, const gm_alert_outcome *life) {
    if (!whole->outcome || rank(life->outcome) > rank(whole->outcome)) {
        whole->outcome = life->outcome;
        whole->reason = life->reason;
    }
    if (!whole->against || against_rank(life->against) > against_rank(whole->against)) whole->against = life->against;
    whole->ends += life->ends;
    whole->caught += life->caught;
    whole->episodes += life->episodes;
    whole->false_alarms += life->false_alarms;
    if (!isnan(life->lead_s) && !(whole->lead_s <= life->lead_s)) {
        whole->lead_s = life->lead_s;
        whole->fired_ns = life->fired_ns;
        whole->target_ns = life->target_ns;
    }
    if (whole->fired_ns == GM_UNKNOWN) whole->fired_ns = life->fired_ns;
    if (strcmp(life->outcome, "missed") == 0 && life->target_ns != GM_UNKNOWN) whole->in_time = 0;
    else if (life->in_time != GM_UNKNOWN && whole->in_time != 0) whole->in_time = life->in_time;
}

static const char *why_not(gm_replay *replay, const gm_replay_container *c, const gm_replay_life *life,
                           const gm_replay_rule *rule, const gm_prom_query *query, const gm_alert_run *run) {
    if (rule->refusal) return rule->refusal;
    if (run->steps && run->failures == run->steps) return gm_replay_text(replay->arena, "%s", run->failure);
    if (run->steps == 0) return "nothing was recorded";
    gm_prom_cover cover = {life->from_ms, life->to_ms, gm_replay_belongs, c};
    const char *missing = gm_prom_query_missing(query, &cover);
    return missing ? gm_replay_text(replay->arena, "too few samples of %s", missing) : NULL;
}

static void add_outcome(gm_replay *replay, const gm_replay_container *c, const gm_replay_rule *rule,
                        gm_alert_outcome *o) {
    o->container_id = c->container_id;
    o->namespace_name = c->namespace_name;
    o->pod = c->pod;
    o->container = c->container;
    o->rule = rule->spec.name;
    g_array_append_val(replay->outcomes, *o);
}

static void add_firings(gm_replay *replay, const gm_replay_container *c, const gm_replay_rule *rule,
                        const gm_alert_run *run) {
    for (guint i = 0; i < run->firings->len; i++) {
        const gm_firing *f = &g_array_index(run->firings, gm_firing, i);
        if (!alert_of(f->labels, c)) continue;
        g_autofree char *json = gm_prom_labels_json(f->labels);
        gm_alert_firing row = {.container_id = c->container_id,
                               .rule = rule->spec.name,
                               .labels = gm_replay_text(replay->arena, "%s", json),
                               .pending_ns = to_ns(f->pending_ms),
                               .fired_ns = to_ns(f->fired_ms),
                               .resolved_ns = to_ns(f->resolved_ms)};
        for (size_t k = 0; k < c->n_lives; k++)
            if (f->fired_ms >= c->lives[k].from_ms && f->fired_ms <= c->lives[k].to_ms) row.life = c->lives[k].life;
        g_array_append_val(replay->firings, row);
    }
}

void gm_replay_weigh(gm_replay *replay, const gm_replay_container *c, const gm_replay_rule *rule,
                     const gm_prom_query *query, const gm_alert_run *run) {
    g_autoptr(GArray) episodes = gm_replay_episodes(run, c);
    gm_alert_outcome whole = {.fired_ns = GM_UNKNOWN, .target_ns = GM_UNKNOWN, .lead_s = NAN, .in_time = GM_UNKNOWN};
    guint place = replay->outcomes->len;
    int64_t span_ms = 0, flaps = 0;
    add_outcome(replay, c, rule, &whole);
    for (size_t i = 0; i < c->n_lives; i++) {
        const gm_replay_life *life = &c->lives[i];
        const char *reason = why_not(replay, c, life, rule, query, run);
        gm_alert_outcome o = outcome_of_life(replay, c, life, episodes);
        if (reason)
            o = (gm_alert_outcome){.life = life->life,
                                   .outcome = "not_evaluated",
                                   .against = o.against,
                                   .reason = reason,
                                   .fired_ns = GM_UNKNOWN,
                                   .target_ns = life->target_ns,
                                   .lead_s = NAN,
                                   .in_time = GM_UNKNOWN,
                                   .flaps_per_day = NAN,
                                   .ends = o.ends};
        else if (run->failures)
            o.reason = gm_replay_text(replay->arena, "%zu of %zu evaluations failed: %s", run->failures, run->steps,
                                      run->failure);
        add_outcome(replay, c, rule, &o);
        add_life(&whole, &o);
        span_ms += life->to_ms - life->from_ms;
        flaps += flaps_of(o.episodes);
    }
    if (!whole.outcome) whole.outcome = "not_evaluated";
    if (!whole.against) whole.against = "nothing";
    if (c->n_lives == 0) whole.reason = rule->refusal ? rule->refusal : "the container has no life on the clock";
    whole.flaps_per_day = strcmp(whole.outcome, "not_evaluated") == 0 ? NAN : per_day(flaps, span_ms);
    gm_alert_outcome *row = &g_array_index(replay->outcomes, gm_alert_outcome, place);
    whole.container_id = row->container_id;
    whole.namespace_name = row->namespace_name;
    whole.pod = row->pod;
    whole.container = row->container;
    whole.rule = row->rule;
    *row = whole;
    add_firings(replay, c, rule, run);
}
