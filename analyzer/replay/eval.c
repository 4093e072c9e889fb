/* Evaluates a PromQL tree at one time: selectors with lookback and staleness, calls, scalars. operators.c matches
 * vectors, aggregate.c groups them, range.c computes over windows. alerts.c asks step by step, so selectors keep
 * cursors that only move forward. https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness ,
 * https://prometheus.io/docs/prometheus/latest/migration/#range-selectors-and-lookback-exclude-samples-coinciding-with-the-left-boundary
 */
#include "analyzer/replay/eval_private.h"

#include <math.h>
#include <stdarg.h>

/* --- making a query --- */

static bool selects(const gm_prom_node *node, const gm_prom_labels *labels) {
    for (size_t i = 0; i < node->n_matchers; i++)
        if (!gm_prom_matches(&node->matchers[i], gm_prom_label_value(labels, node->matchers[i].label))) return false;
    return true;
}

static void find_series(gm_prom_query *query, const gm_prom_node *node) {
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(gm_prom_cursor));
    gm_prom_series *series;
    for (size_t i = 0; (series = gm_prom_history_at(query->history, i)); i++) {
        gm_prom_cursor cursor = {.series = series};
        if (series->n && selects(node, series->labels)) g_array_append_val(found, cursor);
    }
    gm_prom_state *state = &query->states[node->id];
    state->n_cursors = found->len;
    state->cursors = g_memdup2(found->data, found->len * sizeof(gm_prom_cursor));
}

static void prepare(gm_prom_query *query, const gm_prom_node *node) {
    if (node->kind == GM_PROM_SELECTOR) find_series(query, node);
    for (int i = 0; i < 3; i++)
        if (node->arg[i]) prepare(query, node->arg[i]);
}

gm_prom_query *gm_prom_query_new(const gm_prom_expr *expr, gm_prom_history *history, bool v3) {
    gm_prom_query *query = g_new0(gm_prom_query, 1);
    *query =
        (gm_prom_query){.expr = expr, .history = history, .v3 = v3, .arena = gm_arena_new(0), .last_ms = INT64_MIN};
    query->states = g_new0(gm_prom_state, (gsize)expr->n_nodes);
    prepare(query, expr->root);
    return query;
}

void gm_prom_query_free(gm_prom_query *query) {
    if (!query) return;
    for (int i = 0; i < query->expr->n_nodes; i++) {
        for (size_t c = 0; c < query->states[i].n_cursors; c++) g_free(query->states[i].cursors[c].sums.row);
        g_free(query->states[i].cursors);
        g_clear_pointer(&query->states[i].derived, g_hash_table_unref);
        g_clear_pointer(&query->states[i].signatures, g_hash_table_unref);
    }
    g_free(query->states);
    gm_arena_free(query->arena);
    g_free(query);
}

const char *gm_prom_query_error(const gm_prom_query *query) {
    return query->error[0] ? query->error : NULL;
}

static const char *name_of(const gm_prom_node *node) {
    for (size_t i = 0; i < node->n_matchers; i++)
        if (strcmp(node->matchers[i].label, GM_PROM_NAME) == 0) return node->matchers[i].value;
    return "a selector without name";
}

/* A range of most functions needs two samples. */
static bool covered(const gm_prom_state *state, const gm_prom_node *node, const gm_prom_cover *cover) {
    for (size_t i = 0; i < state->n_cursors; i++) {
        const gm_prom_series *s = state->cursors[i].series;
        size_t inside = 0, needed = node->range_ms ? 2 : 1;
        if (cover->belongs && !cover->belongs(s->labels, cover->whom)) continue;
        for (size_t k = 0; k < s->n && inside < needed; k++)
            inside += s->t_ms[k] >= cover->from_ms && s->t_ms[k] <= cover->to_ms && !isnan(s->value[k]);
        if (inside == needed) return true;
    }
    return false;
}

static const char *missing_below(const gm_prom_query *query, const gm_prom_node *node, const gm_prom_cover *cover) {
    if (node->kind == GM_PROM_SELECTOR) return covered(&query->states[node->id], node, cover) ? NULL : name_of(node);
    if (node->kind == GM_PROM_CALL && node->function == GM_PROM_FN_absent) return NULL;
    const char *first = NULL;
    for (int i = 0; i < 3; i++) {
        const char *missing = node->arg[i] ? missing_below(query, node->arg[i], cover) : NULL;
        if (node->kind == GM_PROM_BINARY && node->op == GM_PROM_UNLESS && i == 1) continue;
        if (node->kind == GM_PROM_BINARY && node->op == GM_PROM_OR && node->arg[i] && !missing)
            return NULL; /* one side is enough */
        if (!first) first = missing;
    }
    return first;
}

const char *gm_prom_query_missing(const gm_prom_query *query, const gm_prom_cover *cover) {
    return missing_below(query, query->expr->root, cover);
}

GPtrArray *gm_prom_query_series(const gm_prom_query *query) {
    GPtrArray *list = g_ptr_array_new();
    gm_prom_series *series;
    for (size_t i = 0; (series = gm_prom_history_at(query->history, i)); i++) {
        bool used = false;
        for (int k = 0; k < query->expr->n_nodes; k++)
            for (size_t c = 0; c < query->states[k].n_cursors; c++)
                used |= query->states[k].cursors[c].series == series;
        if (used) g_ptr_array_add(list, series);
    }
    return list;
}

/* --- tools --- */

gm_prom_vector gm_prom_vector_new(gm_prom_query *query, size_t most) {
    gm_prom_element *at = gm_arena_calloc(query->arena, most + 1, sizeof(*at));
    if (!at) g_error("out of memory");
    return (gm_prom_vector){at, 0};
}

void gm_prom_fail(gm_prom_query *query, const gm_prom_node *node, const char *format, ...) {
    if (query->error[0]) return;
    char text[200];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    snprintf(query->error, sizeof(query->error), "%s (at character %zu)", text, node->position + 1);
}

static const gm_prom_labels *drop(gm_prom_query *query, const gm_prom_labels *labels, const gm_prom_matching *matching,
                                  bool name_too) {
    g_autofree gm_prom_label *kept = g_new(gm_prom_label, labels->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < labels->n; i++) {
        bool listed = false, keep;
        for (size_t k = 0; matching && k < matching->n_labels; k++)
            listed |= strcmp(matching->labels[k], labels->at[i].name) == 0;
        keep = matching ? listed == matching->on : true;
        if (name_too && !(matching && matching->on) && strcmp(labels->at[i].name, GM_PROM_NAME) == 0) keep = false;
        if (keep) kept[n++] = labels->at[i];
    }
    return gm_prom_labels_of(query->history, kept, n);
}

static const gm_prom_labels *remembered(gm_prom_query *query, GHashTable **table, const gm_prom_labels *labels,
                                        const gm_prom_matching *matching) {
    if (!*table) *table = g_hash_table_new(NULL, NULL);
    const gm_prom_labels *known = g_hash_table_lookup(*table, labels);
    if (known) return known;
    known = drop(query, labels, matching, true);
    g_hash_table_insert(*table, (gpointer)labels, (gpointer)known);
    return known;
}

const gm_prom_labels *gm_prom_without_name(gm_prom_query *query, const gm_prom_node *node,
                                           const gm_prom_labels *labels) {
    return remembered(query, &query->states[node->id].derived, labels, NULL);
}

const gm_prom_labels *gm_prom_signature(gm_prom_query *query, const gm_prom_node *node, const gm_prom_labels *labels) {
    return remembered(query, &query->states[node->id].signatures, labels, &node->matching);
}

gm_prom_vector gm_prom_unique(gm_prom_query *query, const gm_prom_node *node, gm_prom_vector vector) {
    if (vector.n < 2) return vector;
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
    for (size_t i = 0; i < vector.n; i++)
        if (!g_hash_table_add(seen, (gpointer)vector.at[i].labels))
            gm_prom_fail(query, node, "two series have the same labels once the name is gone");
    return vector;
}

/* --- selectors --- */

/* Moves a cursor to the samples from..to; the left edge is inside in Prometheus 2 only. */
static void move(const gm_prom_query *query, gm_prom_cursor *cursor, int64_t from_ms, int64_t to_ms) {
    const gm_prom_series *s = cursor->series;
    if (query->at_ms < query->last_ms) cursor->from = cursor->behind = 0;
    while (cursor->behind < s->n && s->t_ms[cursor->behind] <= to_ms) cursor->behind++;
    while (cursor->from < cursor->behind &&
           (s->t_ms[cursor->from] < from_ms || (query->v3 && s->t_ms[cursor->from] == from_ms)))
        cursor->from++;
}

static gm_prom_vector eval_selector(gm_prom_query *query, const gm_prom_node *node) {
    gm_prom_state *state = &query->states[node->id];
    gm_prom_vector out = gm_prom_vector_new(query, state->n_cursors);
    int64_t at = query->at_ms - node->offset_ms;
    for (size_t i = 0; i < state->n_cursors; i++) {
        gm_prom_cursor *cursor = &state->cursors[i];
        move(query, cursor, at - GM_PROM_LOOKBACK_MS, at);
        if (cursor->from == cursor->behind) continue;
        double value = cursor->series->value[cursor->behind - 1];
        if (!isnan(value))
            out.at[out.n++] =
                (gm_prom_element){cursor->series->labels, value, cursor->series->t_ms[cursor->behind - 1]};
    }
    return out;
}

/* The samples of the window without markers; copied only where there are any. */
static void take_window(gm_prom_query *query, gm_prom_cursor *cursor, gm_prom_window *window) {
    const gm_prom_series *s = cursor->series;
    window->n = cursor->behind - cursor->from;
    window->t_ms = s->t_ms + cursor->from;
    window->value = s->value + cursor->from;
    window->from = cursor->from;
    cursor->sums.all = &query->sums_rows;
    window->sums = &cursor->sums;
    if (!s->has_stale || window->n == 0) return;
    int64_t *t_ms = gm_arena_calloc(query->arena, window->n, sizeof(*t_ms));
    double *value = gm_arena_calloc(query->arena, window->n, sizeof(*value));
    if (!t_ms || !value) g_error("out of memory");
    size_t n = 0;
    for (size_t i = cursor->from; i < cursor->behind; i++) {
        if (isnan(s->value[i])) continue;
        t_ms[n] = s->t_ms[i];
        value[n++] = s->value[i];
    }
    *window = (gm_prom_window){.t_ms = t_ms,
                               .value = value,
                               .n = n,
                               .from_ms = window->from_ms,
                               .to_ms = window->to_ms,
                               .at_ms = window->at_ms,
                               .argument = window->argument,
                               .v3 = window->v3};
}

/* --- calls --- */

static gm_prom_vector eval_range(gm_prom_query *query, const gm_prom_node *node, const gm_prom_function *function) {
    bool range_last = function->arguments[0] == 's';
    const gm_prom_node *selector = node->arg[range_last ? 1 : 0];
    while (selector->kind == GM_PROM_PAREN) selector = selector->arg[0];
    gm_prom_state *state = &query->states[selector->id];
    gm_prom_vector out = gm_prom_vector_new(query, state->n_cursors);
    gm_prom_window window = {.to_ms = query->at_ms - selector->offset_ms, .at_ms = query->at_ms, .v3 = query->v3};
    window.from_ms = window.to_ms - selector->range_ms;
    if (node->n_args == 2) window.argument = gm_prom_eval_scalar(query, node->arg[range_last ? 0 : 1]);
    for (size_t i = 0; i < state->n_cursors; i++) {
        gm_prom_cursor *cursor = &state->cursors[i];
        double value = NAN;
        move(query, cursor, window.from_ms, window.to_ms);
        take_window(query, cursor, &window);
        if (!function->range(&window, &value)) continue;
        const gm_prom_labels *labels =
            function->keeps_name ? cursor->series->labels : gm_prom_without_name(query, node, cursor->series->labels);
        out.at[out.n++] = (gm_prom_element){labels, value, query->at_ms};
    }
    return gm_prom_unique(query, node, out);
}

static gm_prom_vector eval_math(gm_prom_query *query, const gm_prom_node *node, const gm_prom_function *function) {
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]), out = gm_prom_vector_new(query, in.n);
    double arguments[2] = {NAN, NAN};
    for (int i = 1; i < node->n_args; i++) arguments[i - 1] = gm_prom_eval_scalar(query, node->arg[i]);
    if (node->function == GM_PROM_FN_clamp && arguments[0] > arguments[1]) return out;
    for (size_t i = 0; i < in.n; i++)
        out.at[out.n++] = (gm_prom_element){gm_prom_without_name(query, node, in.at[i].labels),
                                            function->math(in.at[i].value, arguments), query->at_ms};
    return gm_prom_unique(query, node, out);
}

/* What an absent series would be called, as far as its selector says. */
static gm_prom_vector eval_absent(gm_prom_query *query, const gm_prom_node *node) {
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]), out = gm_prom_vector_new(query, 1);
    const gm_prom_node *selector = node->arg[0];
    if (in.n) return out;
    g_autofree gm_prom_label *labels = g_new0(gm_prom_label, selector->n_matchers + 1);
    size_t n = 0;
    for (size_t i = 0; selector->kind == GM_PROM_SELECTOR && i < selector->n_matchers; i++) {
        const gm_prom_matcher *m = &selector->matchers[i];
        size_t same = 0;
        for (size_t k = 0; k < selector->n_matchers; k++) same += strcmp(selector->matchers[k].label, m->label) == 0;
        if (m->compare == GM_PROM_EQUAL && same == 1 && strcmp(m->label, GM_PROM_NAME) != 0)
            labels[n++] = (gm_prom_label){m->label, m->value};
    }
    out.at[out.n++] = (gm_prom_element){gm_prom_labels_of(query->history, labels, n), 1, query->at_ms};
    return out;
}

static gm_prom_vector eval_timestamp(gm_prom_query *query, const gm_prom_node *node) {
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]), out = gm_prom_vector_new(query, in.n);
    for (size_t i = 0; i < in.n; i++)
        out.at[out.n++] = (gm_prom_element){gm_prom_without_name(query, node, in.at[i].labels),
                                            (double)in.at[i].t_ms / 1000, query->at_ms};
    return gm_prom_unique(query, node, out);
}

static gm_prom_vector eval_call(gm_prom_query *query, const gm_prom_node *node) {
    const gm_prom_function *function = &gm_prom_functions[node->function];
    if (function->range) return eval_range(query, node, function);
    if (function->math) return eval_math(query, node, function);
    if (node->function == GM_PROM_FN_absent) return eval_absent(query, node);
    if (node->function == GM_PROM_FN_timestamp) return eval_timestamp(query, node);
    gm_prom_vector out = gm_prom_vector_new(query, 1); /* vector () */
    out.at[out.n++] = (gm_prom_element){gm_prom_labels_of(query->history, NULL, 0),
                                        gm_prom_eval_scalar(query, node->arg[0]), query->at_ms};
    return out;
}

static gm_prom_vector eval_negate(gm_prom_query *query, const gm_prom_node *node) {
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]), out = gm_prom_vector_new(query, in.n);
    for (size_t i = 0; i < in.n; i++)
        out.at[out.n++] =
            (gm_prom_element){gm_prom_without_name(query, node, in.at[i].labels), -in.at[i].value, query->at_ms};
    return gm_prom_unique(query, node, out);
}

gm_prom_vector gm_prom_eval(gm_prom_query *query, const gm_prom_node *node) {
    switch (node->kind) {
    case GM_PROM_SELECTOR: return eval_selector(query, node);
    case GM_PROM_CALL: return eval_call(query, node);
    case GM_PROM_AGGREGATE: return gm_prom_eval_aggregate(query, node);
    case GM_PROM_BINARY: return gm_prom_eval_binary(query, node);
    case GM_PROM_NEGATE: return eval_negate(query, node);
    default: return gm_prom_eval(query, node->arg[0]); /* parentheses */
    }
}

double gm_prom_eval_scalar(gm_prom_query *query, const gm_prom_node *node) {
    switch (node->kind) {
    case GM_PROM_NUMBER: return node->number;
    case GM_PROM_NEGATE: return -gm_prom_eval_scalar(query, node->arg[0]);
    case GM_PROM_PAREN: return gm_prom_eval_scalar(query, node->arg[0]);
    case GM_PROM_BINARY: {
        bool keep = true;
        double value = gm_prom_compute(node->op, gm_prom_eval_scalar(query, node->arg[0]),
                                       gm_prom_eval_scalar(query, node->arg[1]), &keep);
        return node->return_bool ? keep : value;
    }
    default: break;
    }
    if (node->function == GM_PROM_FN_time) return (double)query->at_ms / 1000;
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]); /* scalar () */
    return in.n == 1 ? in.at[0].value : NAN;
}

bool gm_prom_query_at(gm_prom_query *query, int64_t t_ms, gm_prom_vector *result) {
    gm_arena_reset(query->arena);
    query->error[0] = '\0';
    query->at_ms = t_ms;
    const gm_prom_node *root = query->expr->root;
    if (root->type == GM_PROM_SCALAR) {
        *result = gm_prom_vector_new(query, 1);
        result->at[result->n++] =
            (gm_prom_element){gm_prom_labels_of(query->history, NULL, 0), gm_prom_eval_scalar(query, root), t_ms};
    } else {
        *result = gm_prom_eval(query, root);
    }
    query->last_ms = t_ms;
    return query->error[0] == '\0';
}
