/* What the files of the pictures share: pictures.c dispatches, one file per kind of picture fills the plate. */
#ifndef GM_REPORTS_PICTURES_PRIVATE_H
#define GM_REPORTS_PICTURES_PRIVATE_H

#include "reports/pictures.h"

/* Each answers false when there is nothing to draw. */
bool gm_plate_timeline(gm_plate *plate, const gm_model_container *c, bool memory_only);
bool gm_plate_gc(gm_plate *plate, const gm_model_container *c);
bool gm_plate_waterfall(gm_plate *plate, const gm_model_container *c);
bool gm_plate_sites(gm_plate *plate, const gm_model_container *c);
bool gm_plate_goroutines(gm_plate *plate, const gm_model_container *c);
bool gm_plate_flame(gm_plate *plate, const gm_model_container *c, bool growth);
bool gm_plate_summary(gm_plate *plate, const gm_model *model, const gm_model_container *c);

char *gm_plate_printf(gm_plate *plate, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
