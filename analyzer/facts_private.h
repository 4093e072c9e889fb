/* The parts that analyzer/facts.c puts together. Each fills its own fields of the facts and writes its table. */
#ifndef GM_ANALYZER_FACTS_PRIVATE_H
#define GM_ANALYZER_FACTS_PRIVATE_H

#include "gomortem/facts.h"
#include "gomortem/rule.h"

bool gm_facts_settings(gm_facts *facts, GError **error);    /* limits, environment, versions */
void gm_facts_trends(gm_facts *facts);                      /* trend and growth of the timeline's columns */
void gm_facts_gc(gm_facts *facts);                          /* gc summary and the live heap's trend */
bool gm_facts_heap(gm_facts *facts, GError **error);        /* heap_site */
bool gm_facts_goroutines(gm_facts *facts, GError **error);  /* goroutine_group */
bool gm_facts_mappings(gm_facts *facts, GError **error);    /* mapping_growth */
bool gm_facts_doubts(gm_facts *facts, GError **error);      /* what lowers the trust; after all others */
bool gm_facts_write(const gm_facts *facts, GError **error); /* trend, growth, gc_summary */

/* Tests one series: t in ns ascending. */
void gm_facts_test(gm_facts *facts, int series, const int64_t *t_ns, const double *y, size_t n,
                   const gm_trend_options *options);

/* Least length of a block of the trend tests: three GC periods, but never so long that too few blocks are left. */
double gm_facts_block_s(const gm_facts *facts);

/* Start of the part of the life that is looked at, behind the start-up. */
int64_t gm_facts_from(const gm_facts *facts);

/* The load at each time, lag earlier: what is in flight, else requests per second. NAN where unknown; false: none
 * known. */
bool gm_facts_load(const gm_facts *facts, const int64_t *t_ns, size_t n, int64_t lag_ns, double *load);

#endif
