/* Names of the vocabulary of quantities. Importers map their own names onto it, the store fills the table
 * `quantity` from it when an incident is created, the analyzer reads by it. The list is quantities.def. */
#include "gomortem/quantity.h"

#include "importer/store/quantity_rows.h"

#include <stddef.h>

const gm_quantity_row gm_quantity_rows[GM_Q_COUNT] = {
#define GM_QUANTITY(symbol, name, unit, kind, description) [GM_Q_##symbol] = {name, unit, kind, description},
#include "gomortem/quantities.def"
#undef GM_QUANTITY
};

const char *gm_quantity_name(gm_quantity quantity) {
    if (quantity <= GM_Q_NONE || quantity >= GM_Q_COUNT) return NULL;
    return gm_quantity_rows[quantity].name;
}
