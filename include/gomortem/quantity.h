/* The vocabulary of measured quantities as an enum; the list itself is quantities.def. */
#ifndef GOMORTEM_QUANTITY_H
#define GOMORTEM_QUANTITY_H

typedef enum {
    GM_Q_NONE = 0, /* outside the vocabulary */
#define GM_QUANTITY(symbol, name, unit, kind, description) GM_Q_##symbol,
#include "gomortem/quantities.def"
#undef GM_QUANTITY
    GM_Q_COUNT
} gm_quantity; /* the value is quantity.quantity_id in the database */

const char *gm_quantity_name(gm_quantity quantity); /* NULL for GM_Q_NONE */

#endif
