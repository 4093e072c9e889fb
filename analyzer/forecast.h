/* When the limit would be reached; see forecast.c. */
#ifndef GM_ANALYZER_FORECAST_H
#define GM_ANALYZER_FORECAST_H

#include "gomortem/verdict.h"

enum { GM_REACH_1H, GM_REACH_24H, GM_REACH_7D, GM_REACH_COUNT };

typedef struct {
    gm_trend_eta eta; /* from the last point; kind GM_ETA_UNKNOWN when the life ended or the inputs are missing */
    double from_live_s, to_live_s; /* bracket by the live heap's growth with and without its garbage; NAN */
    double ceiling;                /* of a plateau, NAN */
    double chance[GM_REACH_COUNT]; /* of reaching the limit within 1 h, 24 h, 7 d; NAN when no time is given */
} gm_forecast;

void gm_forecast_make(const gm_facts *facts, gm_forecast *forecast);
/* Adds the chances to a finding that grows towards the limit. */
void gm_forecast_evidence(const gm_facts *facts, gm_finding *finding);
/* Fills the verdict's times. */
void gm_forecast_verdict(const gm_facts *facts, const gm_finding *finding, gm_verdict *verdict);
/* One sentence with a space in front, or nothing. */
void gm_forecast_words(const gm_facts *facts, const gm_finding *finding, GString *text);

#endif
