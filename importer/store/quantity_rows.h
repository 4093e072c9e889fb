/* The vocabulary's rows as the table `quantity` holds them; index 0 (GM_Q_NONE) is empty. */
#ifndef GM_STORE_QUANTITY_ROWS_H
#define GM_STORE_QUANTITY_ROWS_H

#include "gomortem/quantity.h"

typedef struct {
    const char *name, *unit, *kind, *description;
} gm_quantity_row;

extern const gm_quantity_row gm_quantity_rows[GM_Q_COUNT];

#endif
