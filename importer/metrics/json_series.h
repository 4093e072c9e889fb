/* The map of labels that JSON histories put before a series' values, gathered from events. */
#ifndef GM_IMPORTER_METRICS_JSON_SERIES_H
#define GM_IMPORTER_METRICS_JSON_SERIES_H

#include "importer/metrics/labels.h"
#include "importer/metrics/metric.h"
#include "importer/text/json.h"

typedef struct {
    gm_member *member;
    gm_metrics *metrics;
    gm_arena *scratch; /* holds one map's bytes */
    gm_labels labels;
    gm_span name, key;
    bool too_many, unnamed_told;
    gm_metric *metric; /* the series whose values come now; NULL: its map did not come yet */
} gm_json_series;

/* False when memory is out (already reported); then there is nothing to end. */
bool gm_json_series_begin(gm_json_series *series, gm_member *member);
gm_status gm_json_series_end(gm_json_series *series); /* of gm_metrics_end */

void gm_json_series_reset(gm_json_series *series);
/* An event from inside the map. Answers GM_END when memory or patience is out, to stop the reading. */
gm_status gm_json_series_label(gm_json_series *series, const gm_json_event *event);
/* The map is complete: finds the series. A name that is missing (an aggregated query drops it) is taken from
 * the member's file name when that is a known metric's. */
gm_status gm_json_series_find(gm_json_series *series);

#endif
