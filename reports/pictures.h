/* The report's pictures: charts made from the model. See pictures.c. */
#ifndef GM_REPORTS_PICTURES_H
#define GM_REPORTS_PICTURES_H

#include "gomortem/chart.h"
#include "gomortem/model.h"

typedef enum { GM_PICTURE_TIMELINE, GM_PICTURE_GC, GM_PICTURE_SITES, GM_PICTURES } gm_picture;

const char *gm_picture_name(gm_picture picture); /* "timeline", file name without suffix */
double gm_picture_height(const gm_model_container *container, gm_picture picture); /* that suits its content, logical pixels */
/* False, without error, when the model has nothing for this picture. */
bool gm_picture_draw(const gm_model_container *container, gm_picture picture, const gm_chart_style *style, GByteArray *png, GError **error);

#endif
