/* The tables of schema part 2, children before parents: what an analysis replaces. */
#ifndef GM_ANALYZER_ANALYSIS_TABLES_H
#define GM_ANALYZER_ANALYSIS_TABLES_H

extern const char *const gm_analysis_tables[]; /* NULL at the end */

#endif
