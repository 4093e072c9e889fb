/* The comparison with a good run: what is new or worse since, container by container.
 *
 * Containers are matched by namespace, workload (the pod's name without what its controller made up) and container; one
 * that stays alone on both sides of a namespace and container name is matched too, because workloads get renamed.
 * Several pods of a workload in the baseline count as one with the worst of each number. */
#ifndef GOMORTEM_BASELINE_H
#define GOMORTEM_BASELINE_H

#include "gomortem/model.h"
#include "gomortem/thresholds.h"

/* Does text begin like a JSON result of this tool? */
bool gm_baseline_is_json(const char *text, size_t n);
/* A JSON result as a model that holds what a comparison needs: names, verdicts, measures, findings. The caller frees
 * it. NULL on error: no result, or one of another version. */
gm_model *gm_baseline_read_json(const char *text, size_t n, GError **error);

/* Fills the comparison of every container of now, and what is missing; texts lie in now's arena. */
void gm_baseline_compare(gm_model *now, const gm_model *base, const gm_thresholds *thresholds);

#endif
