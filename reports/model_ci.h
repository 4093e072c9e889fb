/* Between model.c and model_ci.c. */
#ifndef GM_MODEL_CI_PRIVATE_H
#define GM_MODEL_CI_PRIVATE_H

#include "gomortem/model.h"

/* Fills measures and members of all containers. */
bool gm_model_read_ci(gm_store *store, gm_model *model, GError **error);

/* The pod's name without what its controller made up: hashes of replica sets and jobs, ordinals. Never NULL; to be
 * freed. */
char *gm_workload_name(const char *pod);

#endif
