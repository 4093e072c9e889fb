/* What several rules ask of the facts. Implemented in analyzer/rule_help.c. */
#ifndef GM_ANALYZER_RULES_COMMON_H
#define GM_ANALYZER_RULES_COMMON_H

#include <math.h>

#include "gomortem/rule.h"

/* The series rises: significant, material, still rising at the end (no plateau, no step alone). */
bool gm_rises(const gm_facts *facts, int series);
/* Confidence that a trend alone earns: by the test's own trust. 0 when it does not rise. */
double gm_trend_confidence(const gm_facts *facts, int series);
/* The best series of the live heap: collector's lines, heap/live metric, low envelope of HeapAlloc, heap profiles. -1:
 * none. */
int gm_live_series(const gm_facts *facts);

double gm_growth_of(const gm_facts *facts, int column); /* bytes, 0 when unknown */
double gm_share_of(const gm_facts *facts, int column);  /* percent of the growth of usage, NAN when unknown */
/* Growth of a column is material and holds at least this share of the growth of usage. */
bool gm_material_share(const gm_facts *facts, int column, double share_pct);
double gm_slope_per_min(const gm_facts *facts, int series); /* NAN when not tested */

bool gm_was_killed(const gm_facts *facts); /* the life ended by its own memory limit */
/* Bytes that goroutines account for: their growth times the floor per goroutine, and stacks that grew. */
double gm_goroutine_bytes(const gm_facts *facts);
/* Goroutines in a C call or a system call, or locked: each of them holds an OS thread. */
bool gm_holds_thread(const gm_goroutines *group);
/* Significance of the first own function in the heap profiles' growth; NULL when none stands out. */
const gm_site *gm_leak_site(const gm_facts *facts);
/* Severity of a cause that uses up the limit: critical after a kill, high when the limit is near in time, else medium.
 */
gm_severity gm_leak_severity(const gm_facts *facts, int series);

/* How old the last heap profile is at the life's end and what grew since; adds nothing when it is recent. */
void gm_finding_last_profile(const gm_facts *facts, gm_finding *finding);
/* Heap profiles that do not agree with the collector's own numbers: another pod's, or another sampling rate. */
bool gm_profiles_disagree(const gm_facts *facts, gm_finding *finding);

#endif
