/* Between model.c and model_ci.c. */
#ifndef GM_MODEL_CI_PRIVATE_H
#define GM_MODEL_CI_PRIVATE_H

#include "gomortem/model.h"

/* Fills measures and members of all containers. */
bool gm_model_read_ci(gm_store *store, gm_model *model, GError **error);

#endif
