/* The unit test of a proposed rule, made from what was recorded: its series put on the rule's grid from a time zero on,
 * and moments at which the rule must fire or be quiet. The engine says what to expect of the very series that are
 * written, and only moments at which Prometheus 2 and 3 agree for two steps around are taken, so that either may run
 * the test. */
#include "analyzer/replay/replay_private.h"

#include <math.h>

#define MAX_VALUES      600 /* of one series */
#define MAX_TEST_SERIES 24
#define AROUND          2

static const char start_metric[] = "container_start_time_seconds";

typedef struct {
    const gm_replay_subject *subject;
    int64_t zero_ms;
    size_t steps;
    gm_prom_history *history; /* the series on the grid */
} grid;

/* The last end that the record shows, with what leads to it. */
static grid choose_grid(const gm_replay_subject *subject) {
    grid g = {.subject = subject};
    int64_t end = subject->to_ms, step = subject->step_ms;
    for (size_t i = 0; i < subject->container.n_lives; i++)
        if (subject->container.lives[i].target_ms != GM_UNKNOWN)
            end = MIN(subject->to_ms, subject->container.lives[i].target_ms + 4 * step);
    g.zero_ms = MAX(subject->from_ms, end - (MAX_VALUES - 1) * step) / step * step;
    g.steps = (size_t)((end - g.zero_ms) / step) + 1;
    return g;
}

/* A grid point takes the last sample of the step before it. */
static void put_on_grid(const grid *g, const gm_prom_series *from, gm_prom_series *to, GString *text) {
    bool starts = strcmp(gm_prom_label_value(from->labels, GM_PROM_NAME), start_metric) == 0;
    size_t at = 0, gaps = 0;
    for (size_t i = 0; i < g->steps; i++) {
        int64_t step = g->subject->step_ms, t_ms = g->zero_ms + (int64_t)i * step;
        double value = NAN;
        for (; at < from->n && from->t_ms[at] <= t_ms; at++)
            if (from->t_ms[at] > t_ms - step) value = from->value[at];
        if (isnan(value)) {
            gaps++;
            continue;
        }
        if (gaps) g_string_append_printf(text, gaps > 1 ? "_x%zu " : "_ ", gaps);
        gaps = 0;
        if (starts) value = round(value - (double)g->zero_ms / 1000);
        char number[G_ASCII_DTOSTR_BUF_SIZE];
        g_string_append_printf(text, "%s ", g_ascii_formatd(number, sizeof(number), "%.17g", value));
        gm_prom_series_add(to, (int64_t)i * step, value);
    }
    g_string_truncate(text, text->len ? text->len - 1 : 0);
}

static void add_series(gm_replay *replay, grid *g, const gm_replay_rule *rule) {
    g_autoptr(gm_prom_query) query = gm_prom_query_new(&rule->expr, g->subject->history, true);
    g_autoptr(GPtrArray) used = gm_prom_query_series(query);
    for (guint i = 0; i < MIN(used->len, MAX_TEST_SERIES); i++) {
        const gm_prom_series *from = g_ptr_array_index(used, i);
        g_autoptr(GString) text = g_string_new(NULL);
        g_autofree char *name = gm_prom_labels_text(from->labels);
        gm_prom_label *labels = g_memdup2(from->labels->at, from->labels->n * sizeof(gm_prom_label));
        gm_prom_series *to = gm_prom_history_series(g->history, gm_prom_labels_of(g->history, labels, from->labels->n));
        g_free(labels);
        put_on_grid(g, from, to, text);
        if (to->n == 0) continue;
        gm_test_series row = {.container_id = g->subject->container.container_id,
                              .n = i + 1,
                              .series = gm_replay_text(replay->arena, "%s", name),
                              .samples = gm_replay_text(replay->arena, "%s", text->str),
                              .interval_s = (double)g->subject->step_ms / 1000};
        g_array_append_val(replay->test_series, row);
    }
}

/* Which alert fires at each step: NULL none; several at once count as unknown. */
static const gm_prom_labels **states_of(const grid *g, const gm_replay_rule *rule, bool v3,
                                        const gm_prom_labels *unknown) {
    const gm_prom_labels **states = g_new0(const gm_prom_labels *, g->steps + 1);
    int64_t step = g->subject->step_ms;
    gm_alert_run run;
    g_autoptr(gm_prom_query) query = gm_prom_query_new(&rule->expr, g->history, v3);
    gm_alert_replay(query, &rule->spec, 0, (int64_t)(g->steps - 1) * step, step, g->history, &run);
    for (guint i = 0; i < run.firings->len; i++) {
        const gm_firing *f = &g_array_index(run.firings, gm_firing, i);
        for (size_t k = 0; k < g->steps; k++)
            if ((int64_t)k * step >= f->fired_ms && (int64_t)k * step < f->resolved_ms)
                states[k] = states[k] ? unknown : f->labels;
    }
    gm_alert_run_release(&run);
    return states;
}

static bool is_firm(const grid *g, const gm_prom_labels *const *v2, const gm_prom_labels *const *v3, size_t step,
                    const gm_prom_labels *unknown) {
    if (step < AROUND || step + AROUND >= g->steps || v3[step] == unknown) return false;
    for (size_t i = step - AROUND; i <= step + AROUND; i++)
        if (v2[i] != v3[step] || v3[i] != v3[step]) return false;
    return true;
}

static void add_check(gm_replay *replay, const grid *g, size_t step, const gm_prom_labels *labels) {
    g_autofree char *json = labels ? gm_prom_labels_json(labels) : NULL;
    gm_test_check row = {.container_id = g->subject->container.container_id,
                         .at_s = (int64_t)step * g->subject->step_ms / 1000,
                         .labels = json ? gm_replay_text(replay->arena, "%s", json) : NULL};
    g_array_append_val(replay->test_checks, row);
}

/* Of the first and of the last firing the first and the last firm step, and of the quiet before it too. */
static void add_checks(gm_replay *replay, const grid *g, const gm_replay_rule *rule) {
    const gm_prom_labels *unknown = gm_prom_labels_of(g->history, (const gm_prom_label[]){{"unknown", "several"}}, 1);
    g_autofree const gm_prom_labels **v2 = states_of(g, rule, false, unknown), **v3 = states_of(g, rule, true, unknown);
    size_t quiet = SIZE_MAX, last_quiet = SIZE_MAX, first = SIZE_MAX, last = SIZE_MAX;
    for (size_t i = 0; i < g->steps; i++) {
        if (!is_firm(g, v2, v3, i, unknown)) continue;
        if (v3[i] && first == SIZE_MAX) first = i;
        if (v3[i]) last = i;
        if (!v3[i] && quiet == SIZE_MAX) quiet = i;
        if (!v3[i] && first == SIZE_MAX) last_quiet = i;
    }
    if (quiet != SIZE_MAX) add_check(replay, g, quiet, NULL);
    if (last_quiet != SIZE_MAX && last_quiet != quiet) add_check(replay, g, last_quiet, NULL);
    if (first != SIZE_MAX) add_check(replay, g, first, v3[first]);
    if (last != SIZE_MAX && last != first) add_check(replay, g, last, v3[last]);
}

void gm_replay_unit_test(gm_replay *replay, const gm_replay_subject *subject, const gm_replay_rule *rule) {
    grid g = choose_grid(subject);
    g_autoptr(gm_prom_history) history = gm_prom_history_new();
    g.history = history;
    add_series(replay, &g, rule);
    add_checks(replay, &g, rule);
}
