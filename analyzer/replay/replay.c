/* Alert replay: load the recorded series, replay each rule, measure what it told. The built-in rules run per container
 * in every analysis; a user's rules run over all containers at once, as they would in Prometheus. */
#include "analyzer/replay/load.h"
#include "analyzer/replay/replay_private.h"

#include <math.h>

#define MAX_STEPS 100000

G_DEFINE_QUARK(gm_replay_error_quark, gm_replay_error)

typedef struct {
    const char *slug, *title, *expression;
    int for_s;
    bool gated;
} builtin;

static const builtin builtins[] = {
#define GM_BUILTIN(slug, title, for_s, gated, expression) {#slug, title, expression, for_s, gated},
#include "analyzer/replay/builtin.def"
#undef GM_BUILTIN
};

static const char *const builtin_metrics[] = {"container_memory_usage_bytes",
                                              "container_memory_working_set_bytes",
                                              "container_memory_rss",
                                              "container_memory_total_active_file_bytes",
                                              "container_spec_memory_limit_bytes",
                                              "container_start_time_seconds",
                                              NULL};

static const char age_gate[] =
    "(%s) and on (namespace, pod, container) (time() - max by (namespace, pod, container) (container_start_time_seconds) > 1800)";

static void add_builtin(GArray *rules, gm_arena *arena, const builtin *b, bool aged) {
    gm_replay_rule rule = {.kind = "builtin"};
    rule.spec =
        (gm_rule_spec){.name = b->slug, .title = b->title, .expression = b->expression, .for_ms = b->for_s * 1000};
    if (aged) {
        rule.spec.name = gm_replay_text(arena, "%s_aged", b->slug);
        rule.spec.title = gm_replay_text(arena, "%s, from the age of 30 min on", b->title);
        rule.spec.expression = gm_replay_text(arena, age_gate, b->expression);
    }
    gm_prom_parse(gm_span_of(rule.spec.expression), arena, &rule.expr);
    if (!rule.expr.root) rule.refusal = gm_replay_text(arena, "%s", rule.expr.error);
    g_array_append_val(rules, rule);
}

static gm_replay_rule *builtin_rules(gm_arena *arena, size_t *n) {
    g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(gm_replay_rule));
    for (size_t i = 0; i < G_N_ELEMENTS(builtins); i++) {
        add_builtin(rules, arena, &builtins[i], false);
        if (builtins[i].gated) add_builtin(rules, arena, &builtins[i], true);
    }
    gm_replay_rule *array = GM_ARENA_NEW(arena, gm_replay_rule, rules->len);
    memcpy(array, rules->data, rules->len * sizeof(*array));
    *n = rules->len;
    return array;
}

/* Longer histories are looked at in longer steps, so that a week costs what a day does; no clock of a stranger makes
 * more than so many steps of it. */
int64_t gm_replay_step(const gm_replay_options *options, const gm_rule_spec *spec, int64_t from_ms, int64_t to_ms) {
    const int64_t day = 86400000, least = (to_ms - from_ms) / MAX_STEPS / 1000 * 1000 + 1000;
    int64_t step = 15000;
    if (options->step_s > 0) step = llround(options->step_s * 1000);
    else if (spec->step_ms > 0) step = spec->step_ms;
    else if (to_ms - from_ms > 30 * day) step = 300000;
    else if (to_ms - from_ms > 7 * day) step = 60000;
    else if (to_ms - from_ms > day) step = 30000;
    return MAX(step, least);
}

static void note_thinned(gm_replay *replay, int64_t container_id, const gm_prom_history *history) {
    gm_replay_thinned thinned = {container_id, gm_prom_history_thinned(history)};
    if (thinned.samples.apart_ms > 0) g_array_append_val(replay->thinned, thinned);
}

/* --- one history, all rules --- */

static void run_rule(gm_replay *replay, gm_replay_rule *rule, gm_prom_history *history,
                     const gm_replay_container *containers, size_t n) {
    int64_t from_ms, to_ms;
    bool recorded = gm_prom_history_span(history, &from_ms, &to_ms);
    gm_alert_run run = {.firings = g_array_new(FALSE, FALSE, sizeof(gm_firing))};
    g_autoptr(gm_prom_query) query =
        rule->refusal ? NULL : gm_prom_query_new(&rule->expr, history, replay->options->version >= 3);
    bool interrupted = replay->options->interrupted && *replay->options->interrupted;
    if (query && recorded && !interrupted) {
        g_array_unref(run.firings);
        gm_alert_replay(query, &rule->spec, from_ms, to_ms,
                        gm_replay_step(replay->options, &rule->spec, from_ms, to_ms), history, &run);
    }
    for (size_t i = 0; i < n; i++) gm_replay_weigh(replay, &containers[i], rule, query, &run);
    gm_alert_run_release(&run);
}

bool gm_replay_subject_load(const gm_replay *replay, gm_store *store, gm_replay_subject *subject, GError **error) {
    const gm_rule_spec any = {0};
    if (subject->history) return true;
    subject->history = gm_prom_history_new();
    if (!gm_replay_load(store, subject->container.container_id, builtin_metrics, subject->history, error)) return false;
    if (gm_prom_history_span(subject->history, &subject->from_ms, &subject->to_ms))
        subject->step_ms = gm_replay_step(replay->options, &any, subject->from_ms, subject->to_ms);
    return true;
}

void gm_replay_subject_unload(gm_replay_subject *subject) {
    g_clear_pointer(&subject->history, gm_prom_history_free);
}

/* Every container has a history of its own: the built-in rules name no container. */
static bool replay_apart(gm_replay *replay, gm_store *store, const GArray *containers, GError **error) {
    bool ok = true;
    gm_replay_subject *subjects = g_new0(gm_replay_subject, containers->len + 1);
    for (guint i = 0; i < containers->len; i++) {
        subjects[i].container = g_array_index(containers, gm_replay_container, i);
        subjects[i].container.alone = true;
    }
    for (guint i = 0; ok && i < containers->len; i++) {
        gm_replay_subject *s = &subjects[i];
        ok = gm_replay_subject_load(replay, store, s, error);
        for (size_t k = 0; ok && k < replay->n_rules; k++)
            run_rule(replay, &replay->rules[k], s->history, &s->container, 1);
        if (ok) note_thinned(replay, s->container.container_id, s->history);
        ok = ok && gm_replay_propose(replay, store, subjects, containers->len, i, error);
        gm_replay_subject_unload(s);
    }
    for (guint i = 0; i < containers->len; i++) {
        gm_basis_free(subjects[i].basis);
        gm_replay_subject_unload(&subjects[i]);
    }
    g_free(subjects);
    return ok;
}

static bool replay_together(gm_replay *replay, gm_store *store, const GArray *containers, GError **error) {
    g_autoptr(gm_prom_history) history = gm_prom_history_new();
    for (guint i = 0; i < containers->len; i++)
        if (!gm_replay_load(store, g_array_index(containers, gm_replay_container, i).container_id, NULL, history,
                            error))
            return false;
    if (!gm_replay_load_rest(store, history, error)) return false;
    note_thinned(replay, GM_UNKNOWN, history);
    for (size_t k = 0; k < replay->n_rules; k++)
        run_rule(replay, &replay->rules[k], history, (const gm_replay_container *)(void *)containers->data,
                 containers->len);
    return true;
}

/* --- results --- */

static void *keep(gm_arena *arena, GArray *array, size_t size, size_t *n) {
    void *copy = gm_arena_alloc(arena, array->len * size + 1);
    if (array->len) memcpy(copy, array->data, array->len * size);
    *n = array->len;
    return copy;
}

static int by_container(const void *a, const void *b) {
    const gm_alert_outcome *x = a, *y = b;
    return (x->container_id > y->container_id) - (x->container_id < y->container_id);
}

static gm_alerts *result_of(gm_replay *replay) {
    gm_alerts *alerts = GM_ARENA_NEW(replay->arena, gm_alerts, 1);
    *alerts = (gm_alerts){.arena = replay->arena,
                          .reaction_s = replay->options->reaction_s,
                          .version = replay->options->version,
                          .n_rules = replay->n_rules};
    alerts->rules = GM_ARENA_NEW(replay->arena, gm_alert_rule, replay->n_rules + 1);
    for (size_t i = 0; i < replay->n_rules; i++) {
        const gm_rule_spec *spec = &replay->rules[i].spec;
        alerts->rules[i] = (gm_alert_rule){spec->name,
                                           replay->rules[i].kind,
                                           spec->title,
                                           spec->expression,
                                           (double)spec->for_ms / 1000,
                                           (double)spec->keep_ms / 1000,
                                           spec->step_ms ? (double)spec->step_ms / 1000 : NAN};
    }
    alerts->outcomes = keep(replay->arena, replay->outcomes, sizeof(gm_alert_outcome), &alerts->n_outcomes);
    alerts->firings = keep(replay->arena, replay->firings, sizeof(gm_alert_firing), &alerts->n_firings);
    alerts->proposals = keep(replay->arena, replay->proposals, sizeof(gm_alert_proposal), &alerts->n_proposals);
    for (guint i = 0; i < replay->thinned->len; i++)
        alerts->apart_s =
            fmax(alerts->apart_s, (double)g_array_index(replay->thinned, gm_replay_thinned, i).samples.apart_ms / 1000);
    g_qsort_with_data(alerts->outcomes, (gint)alerts->n_outcomes, sizeof(gm_alert_outcome),
                      (GCompareDataFunc)(void (*)(void))by_container, NULL);
    return alerts;
}

static void init(gm_replay *replay, const gm_replay_options *options) {
    *replay = (gm_replay){.arena = gm_arena_new(0),
                          .options = options,
                          .outcomes = g_array_new(FALSE, FALSE, sizeof(gm_alert_outcome)),
                          .firings = g_array_new(FALSE, FALSE, sizeof(gm_alert_firing)),
                          .proposals = g_array_new(FALSE, FALSE, sizeof(gm_alert_proposal)),
                          .test_series = g_array_new(FALSE, FALSE, sizeof(gm_test_series)),
                          .test_checks = g_array_new(FALSE, FALSE, sizeof(gm_test_check)),
                          .thinned = g_array_new(FALSE, FALSE, sizeof(gm_replay_thinned))};
}

/* The arena lives on in the result. */
static void release(gm_replay *replay) {
    for (size_t i = 0; i < replay->n_rules; i++) gm_prom_expr_release(&replay->rules[i].expr);
    GArray *arrays[] = {replay->outcomes,    replay->firings,     replay->proposals,
                        replay->test_series, replay->test_checks, replay->thinned};
    for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++) g_array_unref(arrays[i]);
}

static gm_alerts *run(gm_replay *replay, gm_store *store, bool together, GError **error) {
    g_autoptr(GArray) containers = gm_replay_containers(store, replay->arena, error);
    if (!containers) return NULL;
    bool ok =
        together ? replay_together(replay, store, containers, error) : replay_apart(replay, store, containers, error);
    return ok ? result_of(replay) : NULL;
}

gm_alerts *gm_replay_rules(gm_store *store, gm_span text, const gm_replay_options *options, GError **error) {
    gm_replay replay;
    init(&replay, options);
    replay.rules = text.data ? gm_replay_rule_file(text, replay.arena, &replay.n_rules, error)
                             : builtin_rules(replay.arena, &replay.n_rules);
    gm_alerts *alerts = replay.rules ? run(&replay, store, text.data != NULL, error) : NULL;
    release(&replay);
    if (!alerts) gm_arena_free(replay.arena);
    return alerts;
}

bool gm_replay_builtin(gm_store *store, GError **error) {
    const gm_replay_options options = GM_REPLAY_DEFAULTS;
    gm_replay replay;
    init(&replay, &options);
    replay.rules = builtin_rules(replay.arena, &replay.n_rules);
    gm_alerts *alerts = run(&replay, store, false, error);
    bool ok = alerts && gm_replay_write(store, &replay, alerts, error);
    release(&replay);
    gm_arena_free(replay.arena);
    return ok;
}
