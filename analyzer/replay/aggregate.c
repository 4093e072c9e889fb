/* PromQL's aggregations: elements that agree in the grouping labels become one. Called by eval.c.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
#include "analyzer/replay/eval_private.h"

#include <math.h>

typedef struct {
    double sum, lost;     /* compensated */
    double mean, squares; /* of deviations, Welford */
    double least, most, count;
} group;

static void group_add(group *g, double value) {
    double total = g->sum + value;
    g->lost += isinf(total) ? 0 : fabs(g->sum) >= fabs(value) ? (g->sum - total) + value : (value - total) + g->sum;
    g->sum = total;
    if (g->count == 0 || value < g->least || isnan(g->least)) g->least = value;
    if (g->count == 0 || value > g->most || isnan(g->most)) g->most = value;
    double delta = value - g->mean;
    g->mean += delta / ++g->count;
    g->squares += delta * (value - g->mean);
}

static double group_value(const group *g, gm_prom_aggregation aggregation) {
    double sum = isinf(g->sum) ? g->sum : g->sum + g->lost;
    switch (aggregation) {
    case GM_PROM_SUM: return sum;
    case GM_PROM_AVG: return sum / g->count;
    case GM_PROM_MIN: return g->least;
    case GM_PROM_MAX: return g->most;
    case GM_PROM_COUNT: return g->count;
    case GM_PROM_STDDEV: return sqrt(g->squares / g->count);
    case GM_PROM_STDVAR: return g->squares / g->count;
    default: return 1; /* group */
    }
}

gm_prom_vector gm_prom_eval_aggregate(gm_prom_query *query, const gm_prom_node *node) {
    gm_prom_vector in = gm_prom_eval(query, node->arg[0]), out = gm_prom_vector_new(query, in.n);
    group *groups = gm_arena_calloc(query->arena, in.n + 1, sizeof(*groups));
    g_autoptr(GHashTable) found = in.n > 1 ? g_hash_table_new(NULL, NULL) : NULL;
    if (!groups) g_error("out of memory");
    for (size_t i = 0; i < in.n; i++) {
        const gm_prom_labels *labels = gm_prom_signature(query, node, in.at[i].labels);
        size_t at = found ? GPOINTER_TO_SIZE(g_hash_table_lookup(found, labels)) : 0;
        if (at == 0) {
            out.at[out.n] = (gm_prom_element){labels, NAN, query->at_ms};
            at = ++out.n;
            if (found) g_hash_table_insert(found, (gpointer)labels, GSIZE_TO_POINTER(at));
        }
        group_add(&groups[at - 1], in.at[i].value);
    }
    for (size_t i = 0; i < out.n; i++) out.at[i].value = group_value(&groups[i], node->aggregation);
    return out;
}
