/* Numbers as a panel or a spreadsheet prints them. */
#ifndef GM_IMPORTER_FORMATS_GRAFANA_NUMBER_H
#define GM_IMPORTER_FORMATS_GRAFANA_NUMBER_H

#include "gomortem/base.h"

/* "12", "1.5e9", "1.23 GiB", "1,234.5", "1.234,5 MB", "1 234". comma_decimal: of a lone comma, what the file's
 * delimiter tells about its language. False: no number, or one with a unit that is neither bytes nor a count. */
bool gm_panel_number(gm_span cell, bool comma_decimal, double *value);

#endif
