/* What eval.c, operators.c and aggregate.c share. */
#ifndef GM_ANALYZER_REPLAY_EVAL_PRIVATE_H
#define GM_ANALYZER_REPLAY_EVAL_PRIVATE_H

#include "analyzer/replay/eval.h"

typedef struct {
    gm_prom_series *series;
    size_t from, behind; /* samples [from, behind) lie in the window of the last evaluation */
    gm_prom_sums sums;   /* of the series, as far as lines were asked for */
} gm_prom_cursor;

typedef struct {             /* of one node of the tree */
    gm_prom_cursor *cursors; /* of a selector */
    size_t n_cursors;
    GHashTable *derived;    /* label set -> the set that becomes of it here */
    GHashTable *signatures; /* label set -> what it is matched by */
} gm_prom_state;

struct gm_prom_query {
    const gm_prom_expr *expr;
    gm_prom_history *history;
    gm_prom_state *states; /* by node */
    gm_arena *arena;       /* of one evaluation */
    size_t sums_rows;      /* of all cursors */
    int64_t at_ms, last_ms;
    bool v3;
    char error[256];
};

gm_prom_vector gm_prom_eval(gm_prom_query *query, const gm_prom_node *node);
double gm_prom_eval_scalar(gm_prom_query *query, const gm_prom_node *node);
gm_prom_vector gm_prom_eval_binary(gm_prom_query *query, const gm_prom_node *node);
gm_prom_vector gm_prom_eval_aggregate(gm_prom_query *query, const gm_prom_node *node);
double gm_prom_compute(gm_prom_op op, double left, double right, bool *keep);

gm_prom_vector gm_prom_vector_new(gm_prom_query *query, size_t most);
void gm_prom_fail(gm_prom_query *query, const gm_prom_node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Of a set: without the name; only the labels of a matching; what a matching compares by (never the name). */
const gm_prom_labels *gm_prom_without_name(gm_prom_query *query, const gm_prom_node *node,
                                           const gm_prom_labels *labels);
const gm_prom_labels *gm_prom_signature(gm_prom_query *query, const gm_prom_node *node, const gm_prom_labels *labels);
/* Complains when two elements bear the same labels. */
gm_prom_vector gm_prom_unique(gm_prom_query *query, const gm_prom_node *node, gm_prom_vector vector);

#endif
