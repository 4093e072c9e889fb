/* A PromQL expression asked of a history at one time after another; see eval.c. */
#ifndef GM_ANALYZER_REPLAY_EVAL_H
#define GM_ANALYZER_REPLAY_EVAL_H

#include "analyzer/replay/history.h"
#include "analyzer/replay/promql.h"

#define GM_PROM_LOOKBACK_MS INT64_C(300000)

typedef struct {
    const gm_prom_labels *labels;
    double value;
    int64_t t_ms; /* of the sample, for timestamp () */
} gm_prom_element;

typedef struct {
    gm_prom_element *at;
    size_t n;
} gm_prom_vector;

typedef struct gm_prom_query gm_prom_query;

/* v3: windows and lookback open on the left, as in Prometheus 3; else closed, as in 2. Both outlive the query. */
gm_prom_query *gm_prom_query_new(const gm_prom_expr *expr, gm_prom_history *history, bool v3);
void gm_prom_query_free(gm_prom_query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_prom_query, gm_prom_query_free)

/* The result at a time; a scalar is an element without labels. It holds until the next call. False: the evaluation
 * failed as Prometheus' would, gm_prom_query_error tells why. */
bool gm_prom_query_at(gm_prom_query *query, int64_t t_ms, gm_prom_vector *result);
const char *gm_prom_query_error(const gm_prom_query *query);
typedef struct { /* a part of the record, of whatever belongs to somebody; belongs NULL: everything does */
    int64_t from_ms, to_ms;
    bool (*belongs)(const gm_prom_labels *labels, const void *whom);
    const void *whom;
} gm_prom_cover;
/* The metric that a selector asks for and that was not recorded there; NULL: all are there. Under absent (), on the
 * right of unless and on one side of or nothing needs to be there. */
const char *gm_prom_query_missing(const gm_prom_query *query, const gm_prom_cover *cover);
/* The series that the expression looks at, each once, in the order of the history. */
GPtrArray *gm_prom_query_series(const gm_prom_query *query);

#endif
