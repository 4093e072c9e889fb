/* PromQL's operators between scalars and vectors: arithmetic, comparisons, sets, and how two vectors find each other.
 * Called by eval.c. https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching */
#include "analyzer/replay/eval_private.h"

#include <math.h>

double gm_prom_compute(gm_prom_op op, double left, double right, bool *keep) {
    switch (op) {
    case GM_PROM_ADD: return left + right;
    case GM_PROM_SUB: return left - right;
    case GM_PROM_MUL: return left * right;
    case GM_PROM_DIV: return left / right;
    case GM_PROM_MOD: return fmod(left, right);
    case GM_PROM_POW: return pow(left, right);
    case GM_PROM_EQ: *keep = left == right; return left;
    case GM_PROM_NE: *keep = left != right; return left;
    case GM_PROM_LE: *keep = left <= right; return left;
    case GM_PROM_LT: *keep = left < right; return left;
    case GM_PROM_GE: *keep = left >= right; return left;
    case GM_PROM_GT: *keep = left > right; return left;
    default: return NAN; /* sets are not computed */
    }
}

static bool is_comparison(gm_prom_op op) {
    return op >= GM_PROM_EQ && op <= GM_PROM_GT;
}

/* Arithmetic makes a new quantity; a comparison that filters leaves the old one with its name. */
static bool loses_name(const gm_prom_node *node) {
    return !is_comparison(node->op) || node->return_bool;
}

/* --- a vector and a scalar --- */

static gm_prom_vector with_scalar(gm_prom_query *query, const gm_prom_node *node, bool scalar_left) {
    double scalar = gm_prom_eval_scalar(query, node->arg[scalar_left ? 0 : 1]);
    gm_prom_vector in = gm_prom_eval(query, node->arg[scalar_left ? 1 : 0]), out = gm_prom_vector_new(query, in.n);
    for (size_t i = 0; i < in.n; i++) {
        bool keep = true;
        double own = in.at[i].value, value = scalar_left ? gm_prom_compute(node->op, scalar, own, &keep)
                                                         : gm_prom_compute(node->op, own, scalar, &keep);
        if (is_comparison(node->op)) value = node->return_bool ? keep : own; /* the vector's value stays */
        if (!keep && !node->return_bool) continue;
        const gm_prom_labels *labels =
            loses_name(node) ? gm_prom_without_name(query, node, in.at[i].labels) : in.at[i].labels;
        out.at[out.n++] = (gm_prom_element){labels, value, query->at_ms};
    }
    return loses_name(node) ? gm_prom_unique(query, node, out) : out;
}

/* --- two vectors --- */

enum { FEW = 8 };

typedef struct { /* finds elements by what they are matched by */
    gm_prom_vector vector;
    const gm_prom_labels **signatures;
    GHashTable *table; /* NULL when there are few */
} lookup;

static void lookup_init(lookup *l, gm_prom_query *query, const gm_prom_node *node, gm_prom_vector vector) {
    *l = (lookup){.vector = vector, .signatures = gm_arena_calloc(query->arena, vector.n + 1, sizeof(*l->signatures))};
    if (!l->signatures) g_error("out of memory");
    if (vector.n > FEW) l->table = g_hash_table_new(NULL, NULL);
    for (size_t i = vector.n; i-- > 0;) {
        l->signatures[i] = gm_prom_signature(query, node, vector.at[i].labels);
        if (l->table) g_hash_table_insert(l->table, (gpointer)l->signatures[i], &vector.at[i]);
    }
}

static const gm_prom_element *lookup_find(const lookup *l, const gm_prom_labels *signature) {
    if (l->table) return g_hash_table_lookup(l->table, signature);
    for (size_t i = 0; i < l->vector.n; i++)
        if (l->signatures[i] == signature) return &l->vector.at[i];
    return NULL;
}

static void lookup_release(lookup *l) {
    g_clear_pointer(&l->table, g_hash_table_unref);
}

static bool lookup_is_unique(const lookup *l) {
    for (size_t i = 0; i < l->vector.n; i++)
        if (lookup_find(l, l->signatures[i]) != &l->vector.at[i]) return false;
    return true;
}

static gm_prom_vector eval_set(gm_prom_query *query, const gm_prom_node *node, gm_prom_vector left,
                               gm_prom_vector right) {
    gm_prom_vector out = gm_prom_vector_new(query, left.n + right.n);
    lookup other;
    lookup_init(&other, query, node, node->op == GM_PROM_OR ? left : right);
    gm_prom_vector chosen = node->op == GM_PROM_OR ? right : left;
    if (node->op == GM_PROM_OR)
        for (size_t i = 0; i < left.n; i++) out.at[out.n++] = left.at[i];
    for (size_t i = 0; i < chosen.n; i++) {
        bool found = lookup_find(&other, gm_prom_signature(query, node, chosen.at[i].labels)) != NULL;
        if (found == (node->op == GM_PROM_AND)) out.at[out.n++] = chosen.at[i];
    }
    lookup_release(&other);
    return out;
}

static const gm_prom_labels *with_included(gm_prom_query *query, const gm_prom_node *node, const gm_prom_labels *labels,
                                           const gm_prom_labels *one) {
    const gm_prom_matching *m = &node->matching;
    g_autofree gm_prom_label *kept = g_new(gm_prom_label, labels->n + m->n_include + 1);
    size_t n = 0;
    for (size_t i = 0; i < m->n_include; i++)
        kept[n++] = (gm_prom_label){m->include[i], gm_prom_label_value(one, m->include[i])};
    for (size_t i = 0; i < labels->n; i++) {
        bool taken = false;
        for (size_t k = 0; k < m->n_include; k++) taken |= strcmp(m->include[k], labels->at[i].name) == 0;
        if (!taken) kept[n++] = labels->at[i];
    }
    return gm_prom_labels_of(query->history, kept, n);
}

static const gm_prom_labels *result_labels(gm_prom_query *query, const gm_prom_node *node, const gm_prom_labels *many,
                                           const gm_prom_labels *one) {
    const gm_prom_matching *m = &node->matching;
    const gm_prom_labels *labels = loses_name(node) ? gm_prom_without_name(query, node, many) : many;
    if (m->cardinality != GM_PROM_ONE_TO_ONE) return m->n_include ? with_included(query, node, labels, one) : labels;
    if (m->on) return gm_prom_signature(query, node, labels);
    if (loses_name(node)) return m->n_labels ? gm_prom_signature(query, node, labels) : labels;
    const gm_prom_labels *kept = gm_prom_signature(query, node, labels); /* ignoring: the name comes back */
    g_autofree gm_prom_label *all = g_new(gm_prom_label, kept->n + 1);
    memcpy(all, kept->at, kept->n * sizeof(*all));
    all[kept->n] = (gm_prom_label){GM_PROM_NAME, gm_prom_label_value(many, GM_PROM_NAME)};
    return gm_prom_labels_of(query->history, all, kept->n + 1);
}

static gm_prom_vector match(gm_prom_query *query, const gm_prom_node *node, const lookup *one, gm_prom_vector many) {
    bool swapped = node->matching.cardinality == GM_PROM_ONE_TO_MANY,
         single = node->matching.cardinality == GM_PROM_ONE_TO_ONE;
    gm_prom_vector out = gm_prom_vector_new(query, many.n);
    g_autoptr(GHashTable) used = many.n > 1 ? g_hash_table_new(NULL, NULL) : NULL;
    for (size_t i = 0; i < many.n; i++) {
        const gm_prom_labels *signature = gm_prom_signature(query, node, many.at[i].labels);
        const gm_prom_element *other = lookup_find(one, signature);
        if (!other) continue;
        bool keep = true;
        double left = swapped ? other->value : many.at[i].value, right = swapped ? many.at[i].value : other->value;
        double value = gm_prom_compute(node->op, left, right, &keep);
        if (node->return_bool) value = keep;
        else if (!keep) continue;
        const gm_prom_labels *labels = result_labels(query, node, many.at[i].labels, other->labels);
        if (used && !g_hash_table_add(used, (gpointer)(single ? signature : labels)))
            gm_prom_fail(query, node,
                         single ? "several series match one: many-to-one matching must be said with group_left"
                                : "several results have the same labels");
        out.at[out.n++] = (gm_prom_element){labels, value, query->at_ms};
    }
    return out;
}

gm_prom_vector gm_prom_eval_binary(gm_prom_query *query, const gm_prom_node *node) {
    if (node->arg[0]->type == GM_PROM_SCALAR) return with_scalar(query, node, true);
    if (node->arg[1]->type == GM_PROM_SCALAR) return with_scalar(query, node, false);
    gm_prom_vector left = gm_prom_eval(query, node->arg[0]), right = gm_prom_eval(query, node->arg[1]);
    if (node->op <= GM_PROM_UNLESS) return eval_set(query, node, left, right);
    bool swapped = node->matching.cardinality == GM_PROM_ONE_TO_MANY;
    if (left.n == 0 || right.n == 0) return gm_prom_vector_new(query, 0);
    lookup one;
    lookup_init(&one, query, node, swapped ? left : right);
    if (!lookup_is_unique(&one))
        gm_prom_fail(query, node, "several series on the %s side match the same series", swapped ? "left" : "right");
    gm_prom_vector out = match(query, node, &one, swapped ? right : left);
    lookup_release(&one);
    return out;
}
