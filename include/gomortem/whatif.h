/* Settings that are not in the tables: GOGC, GOMEMLIMIT and limit as the user names them, over the stored demand of an
 * analyzed incident. Reads only. */
#ifndef GOMORTEM_WHATIF_H
#define GOMORTEM_WHATIF_H

#include "gomortem/arena.h"
#include "gomortem/model_whatif.h"
#include "gomortem/store.h"

typedef struct {     /* every combination is simulated; an empty list stands for the setting in force */
    const int *gogc; /* -1: off */
    size_t n_gogc;
    const double *memlimit; /* NAN: none */
    size_t n_memlimit;
    const double *limit;
    size_t n_limit;
} gm_whatif_question;

/* One row for each life that was validated and each combination. Everything lies in the arena. */
bool gm_whatif_ask(gm_store *store, gm_arena *arena, int64_t container_id, const gm_whatif_question *question,
                   gm_model_whatif_run **runs, size_t *n, GError **error);

#endif
