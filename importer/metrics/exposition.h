/* Lines of the Prometheus and OpenMetrics text formats and of "promtool tsdb dump". */
#ifndef GM_IMPORTER_METRICS_EXPOSITION_H
#define GM_IMPORTER_METRICS_EXPOSITION_H

#include "gomortem/format.h"
#include "importer/metrics/labels.h"
#include "importer/metrics/metric.h"
#include "importer/metrics/table.h"

/* Splits "name{labels}" or "{labels}" off the front of a line; *key is the text of it, as written. */
bool gm_exposition_take_key(gm_span *rest, gm_span *key);
/* Reads a key's labels; *name is the one before the brace, a quoted one within, or the label __name__. Spans
 * are the key's, or in the arena where escapes had to be undone. */
bool gm_exposition_read_key(gm_span key, gm_arena *arena, gm_span *name, gm_labels *labels);
/* The same for what stands between braces, without a name. */
bool gm_exposition_read_labels(gm_span text, gm_arena *arena, gm_labels *labels, gm_span *name);

/* Value and time behind a key. *stamp is empty when there is none; an exemplar is passed over. False:
 * neither. */
bool gm_exposition_read_value(gm_span rest, double *value, gm_span *stamp);
/* The rule for both formats: with a '.' or below 1e11 seconds, else milliseconds. */
bool gm_exposition_read_stamp(gm_span stamp, int64_t *t_ns);

/* What kinds of lines a head begins with. For bids. */
typedef struct {
    int types;           /* # TYPE, # HELP */
    int labelled, plain; /* samples with and without braces */
    int known;           /* plain samples whose name is in the dictionary */
    int others;
} gm_exposition_look;

gm_exposition_look gm_exposition_look_at(const gm_head *head);

/* Finds series by the lines' own bytes, so that a series met again costs a comparison. */
typedef struct {
    gm_metrics *metrics;
    gm_arena *scratch;
    gm_table series; /* key as written -> gm_metric */
    gm_span last_key;
    gm_metric *last;
} gm_exposition;

/* Makes the member's gm_metrics too. False when memory is out (already reported); then there is nothing to
 * end. */
bool gm_exposition_begin(gm_exposition *lines, gm_member *member);
gm_status gm_exposition_end(gm_exposition *lines); /* of gm_metrics_end */
/* Takes the key off the line's front; *metric is NULL when it has none. */
gm_status gm_exposition_series(gm_exposition *lines, gm_span *rest, gm_metric **metric);

#endif
