/* Words the rule that search.c found, replays it by the engine at every step, and keeps it with its unit test. Where
 * there is nothing to catch, or nothing catches it without a false alarm, that is said instead. */
#include "analyzer/replay/replay_private.h"

#include <math.h>

#define MAX_CHECKED 8 /* candidates replayed before giving up */
#define BY          "by (namespace, pod, container)"

/* {namespace="...", container="..."}: a rule watches all pods of a workload. What is not plain ASCII is escaped. */
static const char *selector_of(gm_arena *arena, const gm_replay_container *c) {
    g_autoptr(GString) out = g_string_new("{");
    const char *const names[] = {"namespace", "container"}, *const values[] = {c->namespace_name, c->container};
    for (int i = 0; i < 2; i++) {
        if (!values[i] || !*values[i] || !g_str_is_ascii(values[i])) continue;
        g_string_append_printf(out, "%s%s=\"", out->len > 1 ? ", " : "", names[i]);
        for (const char *p = values[i]; *p; p++) {
            if (*p >= ' ' && *p <= '~' && *p != '"' && *p != '\\') g_string_append_c(out, *p);
            else g_string_append_printf(out, "\\x%02x", (unsigned char)*p);
        }
        g_string_append_c(out, '"');
    }
    return out->len > 1 ? gm_replay_text(arena, "%s}", out->str) : "";
}

/* A duration as a rule file spells it. */
static const char *span(gm_arena *arena, int seconds) {
    if (seconds % 3600 == 0) return gm_replay_text(arena, "%dh", seconds / 3600);
    return seconds % 60 == 0 ? gm_replay_text(arena, "%dm", seconds / 60) : gm_replay_text(arena, "%ds", seconds);
}

static const char *of_metric(gm_arena *arena, const gm_candidate *k, const char *metric, const char *selector) {
    const char *window = span(arena, k->window_s);
    if (k->form == GM_FORM_GROWTH)
        return gm_replay_text(arena, "max " BY " (deriv(%s%s[%s]))", metric, selector, window);
    if (k->form == GM_FORM_REACH)
        return gm_replay_text(arena, "max " BY " (predict_linear(%s%s[%s], %.0f))", metric, selector, window,
                              k->threshold);
    return gm_replay_text(arena, "max " BY " (%s%s)", metric, selector);
}

static const char *expression_of(gm_arena *arena, const gm_candidate *k, const char *selector) {
    const char *amount =
        of_metric(arena, k, k->watched == GM_WATCH_ANON ? "container_memory_rss" : "container_memory_working_set_bytes",
                  selector);
    if (k->watched == GM_WATCH_NO_CACHE)
        amount = gm_replay_text(arena, "%s\n- %s", amount,
                                of_metric(arena, k, "container_memory_total_active_file_bytes", selector));
    const char *limit = gm_replay_text(arena, "(max " BY " (container_spec_memory_limit_bytes%s) > 0)", selector),
               *number = gm_replay_text(arena, "%.0f", ceil(k->threshold)), *condition;
    if (k->form == GM_FORM_GROWTH) condition = gm_replay_text(arena, "%s\n> %s", amount, number);
    else if (k->form == GM_FORM_REACH) condition = gm_replay_text(arena, "%s\n> %s", amount, limit);
    else condition = gm_replay_text(arena, "%s\n> %.2g * %s", amount, k->threshold, limit);
    if (!k->gate_s) return condition;
    return gm_replay_text(
        arena, "%s\nand on (namespace, pod, container)\n(time() - max " BY " (container_start_time_seconds%s) > %d)",
        condition, selector, k->gate_s);
}

/* --- words --- */

static const char *watched_words(gm_watched watched) {
    static const char *const words[] = {"anonymous memory", "the working set less active files", "the working set"};
    return words[watched];
}

static const char *meaning(gm_arena *arena, const gm_candidate *k) {
    const char *what = watched_words(k->watched);
    if (k->form == GM_FORM_GROWTH)
        return gm_replay_text(arena, "%s grows by more than %.3g MiB a minute over %s", what,
                              ceil(k->threshold) * 60 / 1048576, span(arena, k->window_s));
    if (k->form == GM_FORM_REACH)
        return gm_replay_text(arena, "by its course over %s, %s reaches the limit within %s", span(arena, k->window_s),
                              what, span(arena, (int)k->threshold));
    return gm_replay_text(arena, "%s is above %.0f %% of the limit", what, k->threshold * 100);
}

/* What goes into a template of Prometheus must not open one. */
static const char *plain_text(gm_arena *arena, const char *text) {
    g_autofree char *copy = g_strdup(text);
    for (char *p = copy; *p; p++)
        if (*p == '{' || *p == '}' || (unsigned char)*p < ' ') *p = ' ';
    return gm_replay_text(arena, "%s", g_strstrip(copy));
}

static const char *remedy_of(gm_store *store, gm_arena *arena, const gm_replay_container *c) {
    g_autoptr(sqlite3_stmt) row = gm_store_prepare(
        store,
        "SELECT remedy FROM finding WHERE container_id = ?1 AND rule = ?2 AND outcome = 'fired' AND remedy IS NOT NULL ORDER BY confidence DESC, life LIMIT 1",
        NULL);
    if (!row) return NULL;
    sqlite3_bind_int64(row, 1, c->container_id);
    gm_bind_text(row, 2, c->cause);
    return sqlite3_step(row) == SQLITE_ROW ? plain_text(arena, gm_column_text(row, 0)) : NULL;
}

static void word(gm_replay *replay, gm_store *store, const gm_replay_container *c, const gm_candidate *k,
                 gm_alert_proposal *p) {
    static const char *const names[] = {[GM_FORM_LEVEL] = "MemoryNearLimit",
                                        [GM_FORM_GROWTH] = "MemoryGrowsSteadily",
                                        [GM_FORM_REACH] = "MemoryReachesLimitSoon"};
    gm_arena *arena = replay->arena;
    const char *remedy = remedy_of(store, arena, c), *means = meaning(arena, k);
    p->outcome = "proposed";
    p->alert = names[k->form];
    p->for_s = k->for_s;
    p->lead_s = k->lead_s;
    p->summary = gm_replay_text(arena, "{{ $labels.namespace }}/{{ $labels.pod }}/{{ $labels.container }}: %s", means);
    p->description = gm_replay_text(
        arena, "%s%s. Found by replaying an incident whose cause was %s; it would have fired %.0f min before the end.",
        k->gate_s ? gm_replay_text(arena, "The process is older than %s and ", span(arena, k->gate_s)) : "", means,
        c->cause ? c->cause : "unknown", k->lead_s / 60);
    p->runbook = gm_replay_text(
        arena,
        "1. Save evidence before a restart: heap profiles and goroutine dumps some minutes apart, memory.stat, the metrics of the last hours (gomortem help bundle). 2. If the limit is near, "
        "take the pod out of the load balancer or raise its limit, then restart it. 3. %s",
        remedy ? remedy : "Find the cause: gomortem run on what was saved.");
    bool late = k->lead_s < replay->options->reaction_s;
    p->reason = gm_replay_text(
        arena,
        "of %lld rules it fires earliest, %.0f s before the end at the least%s, once in each life that ended and in no healthy one",
        (long long)p->tried, k->lead_s,
        late ? gm_replay_text(arena, " (less than the %.0f min that somebody needs)", replay->options->reaction_s / 60)
             : "");
}

/* --- checking --- */

static bool parse_rule(gm_replay *replay, const gm_alert_proposal *p, int64_t step_ms, gm_replay_rule *rule) {
    *rule = (gm_replay_rule){.kind = "proposed",
                             .spec = {.name = p->alert,
                                      .title = p->summary,
                                      .expression = p->expression,
                                      .for_ms = (int64_t)(p->for_s * 1000),
                                      .step_ms = step_ms}};
    return gm_prom_parse(gm_span_of(p->expression), replay->arena, &rule->expr);
}

/* The engine's word at every step, with the selector as it will stand in the file. */
static bool confirmed(const gm_replay_subject *subject, const gm_replay_rule *rule, double *lead_s) {
    gm_alert_run run;
    g_autoptr(gm_prom_query) query = gm_prom_query_new(&rule->expr, subject->history, true);
    gm_alert_replay(query, &rule->spec, subject->from_ms, subject->to_ms, subject->step_ms, subject->history, &run);
    g_autoptr(GArray) episodes = gm_replay_episodes(&run, &subject->container);
    bool ok = run.failures == 0 && gm_replay_qualifies(episodes, &subject->container, lead_s);
    gm_alert_run_release(&run);
    return ok;
}

static bool take_candidate(gm_replay *replay, gm_store *store, const gm_replay_subject *subject, gm_candidate *k,
                           gm_alert_proposal *p) {
    const char *const selectors[] = {selector_of(replay->arena, &subject->container), ""};
    for (int i = 0; i < (*selectors[0] ? 2 : 1); i++) { /* series may lack the labels that the container has */
        gm_replay_rule rule;
        word(replay, store, &subject->container, k, p);
        p->expression = expression_of(replay->arena, k, selectors[i]);
        bool ok = parse_rule(replay, p, subject->step_ms, &rule) && confirmed(subject, &rule, &k->lead_s);
        if (ok) {
            word(replay, store, &subject->container, k, p);
            gm_replay_unit_test(replay, subject, &rule);
        }
        gm_prom_expr_release(&rule.expr);
        if (ok) return true;
    }
    return false;
}

static bool has_end(const gm_replay_container *c) {
    for (size_t i = 0; i < c->n_lives; i++)
        if (c->lives[i].against != GM_AGAINST_NOTHING) return true;
    return false;
}

static void give_up(gm_alert_proposal *p, const char *outcome, const char *reason) {
    *p = (gm_alert_proposal){.container_id = p->container_id,
                             .tried = p->tried,
                             .for_s = NAN,
                             .step_s = NAN,
                             .lead_s = NAN,
                             .outcome = outcome,
                             .reason = reason};
}

static bool propose(gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n, size_t mine,
                    gm_alert_proposal *p, GError **error) {
    gm_replay_subject *subject = &subjects[mine];
    if (!has_end(&subject->container)) {
        give_up(p, "nothing_to_catch",
                "there is nothing to catch: no kill at the limit, no memory that reached it, and no leak was found");
        return true;
    }
    if (subject->from_ms > subject->to_ms) {
        give_up(p, "not_evaluated", "no memory of the container was recorded");
        return true;
    }
    g_autoptr(GArray) found = gm_replay_search(replay, store, subjects, n, mine, &p->tried, error);
    if (!found) return false;
    p->step_s = (double)subject->step_ms / 1000;
    guint checked = 0;
    for (guint i = found->len; i-- > 0 && checked < MAX_CHECKED; checked++)
        if (take_candidate(replay, store, subject, &g_array_index(found, gm_candidate, i), p)) return true;
    give_up(
        p, "none_qualifies",
        gm_replay_text(
            replay->arena,
            "of %lld rules none fires once in each life that ended, a minute before the end or earlier, holds until then and is quiet in healthy lives",
            (long long)p->tried));
    return true;
}

bool gm_replay_propose(gm_replay *replay, gm_store *store, gm_replay_subject *subjects, size_t n, size_t mine,
                       GError **error) {
    const gm_replay_container *c = &subjects[mine].container;
    gm_alert_proposal p = {.container_id = c->container_id, .lead_s = NAN, .for_s = NAN, .step_s = NAN};
    if (!propose(replay, store, subjects, n, mine, &p, error)) return false;
    if (has_end(c)) g_clear_pointer(&subjects[mine].basis, gm_basis_free); /* the others may be somebody's kin */
    p.namespace_name = c->namespace_name;
    p.pod = c->pod;
    p.container = c->container;
    p.cause = c->cause;
    g_array_append_val(replay->proposals, p);
    return true;
}
