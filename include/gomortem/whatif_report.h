/* What other settings would have done, printed: what gomortem whatif writes. */
#ifndef GOMORTEM_WHATIF_REPORT_H
#define GOMORTEM_WHATIF_REPORT_H

#include "gomortem/model.h"

/* text, json, markdown or csv; false for another format. Where settings were asked for, they stand for the grid. */
bool gm_whatif_render(const gm_model *model, const char *format, GString *out);

#endif
