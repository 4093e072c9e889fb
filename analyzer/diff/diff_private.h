/* What the files of the comparison share: facts, families of facts, pairs. In the order of the flow: families.c says
 * what is asked, read.c and result.c ask, match.c pairs, judge.c judges, gate.c says what calls for action, prose.c
 * words it, write.c writes it. */
#ifndef GM_DIFF_PRIVATE_H
#define GM_DIFF_PRIVATE_H

#include "gomortem/arena.h"
#include "gomortem/diff.h"

typedef enum {
    GM_DIFF_LEVEL,   /* a number of which more is worse */
    GM_DIFF_GROWTH,  /* a rate; what shrinks counts as flat */
    GM_DIFF_COUNT,   /* events over the hours of the record */
    GM_DIFF_NEUTRAL, /* a number of which neither more nor less is worse */
    GM_DIFF_WORDS,   /* compared as it is written, or by its number where both have one */
    GM_DIFF_RANK,    /* severity of a finding, 0: clean */
} gm_diff_kind;

typedef enum {
#define GM_DIFF_FAMILY(symbol, ...) GM_DIFF_FAMILY_##symbol,
#include "analyzer/diff/families.def"
#undef GM_DIFF_FAMILY
    GM_DIFF_FAMILIES
} gm_diff_family_id;

typedef struct {
    const char *area, *measure, *unit;
    gm_diff_kind kind;
    const char *rule;        /* what a gate calls it; NULL: a detail */
    bool material;           /* worth a look when it differs */
    gm_threshold pct, least; /* GM_TH_COUNT: none */
    const char *known;       /* SQL: was looked at, so that what is not listed is 0; NULL: not listed is unknown */
    const char *sql;         /* item, value, noise, text, unit of container ?1 */
} gm_diff_family;

extern const gm_diff_family gm_diff_families[GM_DIFF_FAMILIES];

typedef struct {
    int family;
    int64_t container_id; /* GM_UNKNOWN: from a result without a database */
    double value, noise;  /* noise: standard error, hours of a count, least rate of a growth */
    const char *item, *text, *unit;
} gm_diff_fact;

typedef struct {
    int64_t since_ns, life, value[5]; /* usage, anon, live heap, limit, goroutines */
} gm_diff_point;

typedef struct { /* a container, or several that count as one */
    int64_t container_id;
    const char *namespace_name, *pod, *container;
    char *workload;
    GArray *facts; /* gm_diff_fact by family and item */
    bool known[GM_DIFF_FAMILIES];
    gm_diff_point *points;
    size_t n_points;
    double seconds;   /* of the compared life; NAN: unknown */
    size_t n_members; /* containers that count as this one */
} gm_diff_container;

struct gm_diff_side {
    gm_arena *arena;
    const char *incident_id, *name;
    GPtrArray *containers; /* gm_diff_container *, in the order of ids */
};

gm_diff_side *gm_diff_side_new(void);
gm_diff_container *gm_diff_container_new(gm_diff_side *side);
void gm_diff_container_free(gm_diff_container *container);
void gm_diff_sort_facts(gm_diff_container *container);
/* NULL: not there. */
const gm_diff_fact *gm_diff_find(const gm_diff_container *container, int family, const char *item);

typedef enum {
    GM_JUDGE_NEW,
    GM_JUDGE_GONE,
    GM_JUDGE_WORSE,
    GM_JUDGE_BETTER,
    GM_JUDGE_CHANGED,
    GM_JUDGE_SAME,
    GM_JUDGE_UNKNOWN
} gm_judgement;

typedef struct { /* a fact on both sides */
    int family;
    const char *item, *unit;
    gm_diff_fact a, b; /* value NAN and text NULL: unknown there */
    gm_judgement judgement;
    bool material;
    const char *severity, *rule; /* for gates; NULL: a detail */
    char *text;
} gm_difference;

typedef struct {
    gm_diff_container *a, *b; /* NULL: nothing on this side */
    const char *matched_by, *status, *windows;
    GArray *differences; /* gm_difference, the most important first */
    char *summary;
} gm_pair;

typedef struct {
    const gm_diff_side *a, *b;
    gm_diff_mode mode;
    const double *threshold;
    const char *a_words, *b_words; /* what the texts call the sides */
    GPtrArray *pairs;              /* gm_pair * */
    GPtrArray *merged;             /* containers made for groups */
    char *summary;
} gm_diff;

void gm_diff_match(gm_diff *diff);
void gm_diff_judge(const gm_diff *diff, gm_pair *pair);
void gm_diff_gate(gm_pair *pair);
/* The worst pair first. */
void gm_diff_order_pairs(gm_diff *diff);
/* What matters first, less what is too much of one kind; details: also what is the same or unknown. */
void gm_diff_order(gm_pair *pair, bool details);
void gm_diff_word(const gm_diff *diff, gm_pair *pair);
void gm_diff_summarize(gm_diff *diff);
bool gm_diff_write_rows(const gm_diff *diff, gm_store *out, GError **error);

const gm_difference *gm_pair_find(const gm_pair *pair, int family, const char *item);
const char *gm_diff_severity(double rank);                    /* "info" .. "critical" */
int gm_diff_verdict_rank(const gm_diff_container *container); /* -1: there is no container */

#endif
