/* From a metric's name and labels to a series, and from there to samples, settings and events.
 *
 * One gm_metrics a member. A format finds the series once and then hands its samples over. Shape:
 *     gm_metrics *metrics = gm_metrics_new(member, "prometheus");
 *     gm_metrics_find(metrics, name, &labels, &metric);  gm_metric_sample(metrics, metric, t_ns, value); ...
 *     gm_metrics_end(metrics);                           always, also after damage */
#ifndef GM_IMPORTER_METRICS_METRIC_H
#define GM_IMPORTER_METRICS_METRIC_H

#include "gomortem/member.h"
#include "importer/metrics/labels.h"

typedef struct gm_metrics gm_metrics;
typedef struct gm_metric gm_metric; /* one series; lives as long as its gm_metrics */

/* source: the series table's word for it. NULL when memory is out (already reported). */
gm_metrics *gm_metrics_new(gm_member *member, const char *source);

/* The series of a name and its labels; labels are sorted and marked. Never NULL with GM_OK: what is not kept,
 * or finds no place, has a series too, which counts. The labels' bytes are needed during the call only. The
 * answer is GM_OK or GM_FATAL, here and for samples. */
gm_status gm_metrics_find(gm_metrics *metrics, gm_span name, gm_labels *labels, gm_metric **metric);

/* Would samples of such a series be kept? For sources that can pass over what is not. labels NULL: could they,
 * whatever the labels? */
bool gm_metrics_wants(gm_metrics *metrics, gm_span name, gm_labels *labels);

gm_status gm_metric_sample(gm_metrics *metrics, gm_metric *metric, int64_t t_ns, double value);
/* A value that is there and not a number that could be stored (a native histogram): counts it as left out. */
void gm_metric_skip(gm_metrics *metrics, gm_left_reason reason);
/* A record that cannot be read: counts it as rejected; the first few are reported with line and reason. */
void gm_metrics_reject(gm_metrics *metrics, int64_t line, const char *reason);

/* The latest time handed over, or GM_UNKNOWN. */
int64_t gm_metrics_latest(const gm_metrics *metrics);

/* Writes what could only be told at the end, adds the counts to the member and frees. A member whose series
 * got one sample each is a snapshot, and its content tells its time unless something else did. */
gm_status gm_metrics_end(gm_metrics *metrics);

#endif
