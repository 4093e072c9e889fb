/* What the two halves of the model's reader share: model.c reads the incident, model_container.c one container. */
#ifndef GM_REPORTS_MODEL_PRIVATE_H
#define GM_REPORTS_MODEL_PRIVATE_H

#include "gomortem/model.h"

#define GM_MODEL_DETAILED 12 /* containers with a flame graph, decoded kills and gauges: the worst ones */

typedef struct {
    gm_store *store;
    gm_model *model;
    GError **error;
} gm_reading;

typedef void (*gm_row_reader)(gm_reading *reading, sqlite3_stmt *stmt, void *element);

const char *gm_model_text(gm_reading *reading, sqlite3_stmt *stmt, int column); /* NULL stays NULL */
const char *gm_model_word(gm_reading *reading, sqlite3_stmt *stmt,
                          int column); /* of a column that may not be NULL: never is */
/* Runs sql, with id bound if it has a parameter, and hands each row to read, which fills one element of the array. */
bool gm_model_rows(gm_reading *reading, const char *sql, int64_t id, size_t size, gm_row_reader read, void *array,
                   size_t *n);
/* A growing array becomes one in the arena; rows is released. */
void gm_model_keep(gm_reading *reading, GByteArray *rows, size_t size, void *array, size_t *n);

/* Everything of a container but its name and verdict. */
bool gm_model_container_read(gm_reading *reading, gm_model_container *container, bool detailed);
bool gm_model_whatif_read(gm_reading *reading, gm_model_container *container);
bool gm_model_history_read(gm_reading *reading, gm_model_container *container,
                           bool detailed); /* or only usage and counts */

#endif
