/* What the rules about the Go runtime ask of the facts, beside rules/common.h. Implemented in analyzer/rule_go.c. */
#ifndef GM_ANALYZER_RULES_GO_H
#define GM_ANALYZER_RULES_GO_H

#include "analyzer/rules/common.h"

/* For evidence SQL: rows of this container and life in a table or view that has both columns. */
#define GM_OF_LIFE " WHERE container_id = {c} AND life = {l}"
/* Samples of a quantity within the life; the view samples has no life of its own. */
#define GM_SAMPLES_OF(quantity) \
    " FROM samples WHERE container_id = {c} AND quantity = '" quantity \
    "' AND t_ns BETWEEN (SELECT from_ns FROM life" GM_OF_LIFE ") AND (SELECT to_ns FROM life" GM_OF_LIFE ") "
#define GM_FROM_SUMMARY " FROM gc_summary" GM_OF_LIFE

typedef struct { /* a quantity's samples within the life; NAN without any */
    double first, last, least, most;
    size_t n;
} gm_readings;

gm_readings gm_readings_of(const gm_facts *facts, gm_quantity quantity);
double gm_column_quantile(const gm_facts *facts, int column, double q); /* over the life's points; NAN */

bool gm_regime_is(const gm_facts *facts, const char *regime);
/* Memory that the kernel cannot take back rises without bound somewhere, or goroutines or threads do. */
bool gm_anything_rises(const gm_facts *facts);
bool gm_live_rises(const gm_facts *facts);

/* Memory held beside the Go heap: the runtime's own, native, other processes, kernel, tmpfs, unwritten files; 99 % of
 * the points hold less. An SQL expression for evidence and the same number; parts that are not known count as none. */
extern const char gm_beside_heap_sql[];
extern const char gm_beside_go_sql[]; /* the same without the runtime's own */
double gm_beside_heap(const gm_facts *facts);
double gm_beside_go(const gm_facts *facts);
double gm_value_of_sql(const gm_facts *facts, const char *sql);

/* A bucket grew by a material amount, and by this rule's share of the growth of usage where usage grew. */
bool gm_bucket_speaks(const gm_facts *facts, int column);

/* How far a series rose and fell in all, in moves of at least this size. */
typedef struct {
    double up, down, fall_pct; /* fall_pct: the deepest fall below the highest level before it, % of that level */
} gm_swings;
gm_swings gm_swings_of(const gm_facts *facts, int series, double least_move);

#endif
