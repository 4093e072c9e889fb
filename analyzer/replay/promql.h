/* PromQL, the part that alert rules over memory are written in: text -> tree. See parse.c; functions.def lists what may
 * be called. What lies outside is refused with its name and its position, never guessed.
 *
 * Everything lies in the arena given to the parser, which checks all limits; compiled patterns are freed by
 * gm_prom_expr_release. https://prometheus.io/docs/prometheus/latest/querying/basics/ */
#ifndef GM_ANALYZER_REPLAY_PROMQL_H
#define GM_ANALYZER_REPLAY_PROMQL_H

#include "analyzer/replay/sums.h"
#include "gomortem/arena.h"

#define GM_PROM_MAX_TEXT     65536 /* bytes of one expression */
#define GM_PROM_MAX_NODES    2000
#define GM_PROM_MAX_DEPTH    100
#define GM_PROM_MAX_RANGE_MS (INT64_C(100) * 365 * 86400000) /* a hundred years */

typedef enum { GM_PROM_SCALAR, GM_PROM_VECTOR, GM_PROM_MATRIX, GM_PROM_STRING } gm_prom_type;

typedef enum { /* by rising precedence; GM_PROM_POW alone groups to the right */
               GM_PROM_OR,
               GM_PROM_AND,
               GM_PROM_UNLESS,
               GM_PROM_EQ,
               GM_PROM_NE,
               GM_PROM_LE,
               GM_PROM_LT,
               GM_PROM_GE,
               GM_PROM_GT,
               GM_PROM_ADD,
               GM_PROM_SUB,
               GM_PROM_MUL,
               GM_PROM_DIV,
               GM_PROM_MOD,
               GM_PROM_POW,
               GM_PROM_OPS
} gm_prom_op;

typedef enum {
    GM_PROM_SUM,
    GM_PROM_MIN,
    GM_PROM_MAX,
    GM_PROM_AVG,
    GM_PROM_COUNT,
    GM_PROM_GROUP,
    GM_PROM_STDDEV,
    GM_PROM_STDVAR
} gm_prom_aggregation;

typedef enum { GM_PROM_EQUAL, GM_PROM_UNEQUAL, GM_PROM_LIKE, GM_PROM_UNLIKE } gm_prom_compare;

typedef struct {
    const char *label, *value;
    gm_prom_compare compare;
    struct pcre2_real_code_8 *pattern; /* of LIKE and UNLIKE, anchored at both ends */
} gm_prom_matcher;

typedef enum { GM_PROM_ONE_TO_ONE, GM_PROM_MANY_TO_ONE, GM_PROM_ONE_TO_MANY } gm_prom_cardinality;

typedef struct { /* on, ignoring, group_left and group_right; by and without */
    bool on;     /* on or by: the labels named; else all but them */
    const char **labels;
    size_t n_labels;
    gm_prom_cardinality cardinality;
    const char **include; /* labels taken over from the side of one */
    size_t n_include;
} gm_prom_matching;

typedef enum {
    GM_PROM_NUMBER,
    GM_PROM_TEXT,
    GM_PROM_SELECTOR,
    GM_PROM_CALL,
    GM_PROM_AGGREGATE,
    GM_PROM_BINARY,
    GM_PROM_NEGATE,
    GM_PROM_PAREN
} gm_prom_kind;

typedef struct gm_prom_node gm_prom_node;
struct gm_prom_node {
    gm_prom_kind kind;
    gm_prom_type type;
    int id;          /* 0.. within the expression */
    size_t position; /* 0-based byte in the text */
    double number;
    const char *text;
    gm_prom_matcher *matchers;
    size_t n_matchers;
    int64_t range_ms, offset_ms; /* range 0: instant */
    int function;                /* line of functions.def */
    gm_prom_aggregation aggregation;
    gm_prom_op op;
    bool return_bool;
    gm_prom_matching matching;
    gm_prom_node *arg[3]; /* of a call; left and right; of what is aggregated, negated or in parentheses */
    int n_args;
};

typedef struct {
    gm_prom_node *root; /* NULL: refused, see error */
    int n_nodes;
    char error[256]; /* what is wrong */
    size_t error_at; /* and where: 0-based byte in the text */
    struct pcre2_real_code_8 **patterns;
    size_t n_patterns, patterns_size;
} gm_prom_expr;

bool gm_prom_parse(gm_span text, gm_arena *arena, gm_prom_expr *expr);
void gm_prom_expr_release(gm_prom_expr *expr);
/* "1h30m" in milliseconds; -1 when it is none. */
int64_t gm_prom_duration(gm_span text);
bool gm_prom_matches(const gm_prom_matcher *matcher, const char *value);

/* --- functions --- */
typedef struct { /* the samples of a range, markers of staleness taken out */
    const int64_t *t_ms;
    const double *value;
    size_t n;
    gm_prom_sums *sums; /* of the series that the range is cut from, behind sample "from"; NULL: it is no plain cut */
    size_t from;
    int64_t from_ms, to_ms, at_ms; /* edges of the range; time of the evaluation */
    double argument;               /* of predict_linear and quantile_over_time */
    bool v3;
} gm_prom_window;

typedef bool gm_prom_range_function(const gm_prom_window *window, double *result); /* false: no result */
typedef double gm_prom_math_function(double value, const double *arguments);

typedef struct {
    const char *name;
    gm_prom_type result;
    const char *arguments; /* m range, v vector, s scalar; behind '?' they may be left out */
    gm_prom_range_function *range;
    gm_prom_math_function *math;
    bool keeps_name; /* the metric's name stays */
} gm_prom_function;

extern const gm_prom_function gm_prom_functions[]; /* name NULL at the end */
enum {
#define GM_PROM_RANGE(name, arguments, keeps)  GM_PROM_FN_##name,
#define GM_PROM_MATH(name, arguments)          GM_PROM_FN_##name,
#define GM_PROM_OTHER(name, result, arguments) GM_PROM_FN_##name,
#include "analyzer/replay/functions.def"
};

#endif
