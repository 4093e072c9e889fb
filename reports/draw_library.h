/* The drawing libraries, loaded when the first chart is made: they bring thirty others with them, and most commands
 * draw nothing. Only draw.c calls them, through this table. */
#ifndef GM_DRAW_LIBRARY_H
#define GM_DRAW_LIBRARY_H

#include <glib.h>
#include <pango/pangocairo.h>
#include <stdbool.h>

typedef struct {
#define GM_DRAW_FUNCTION(name) __typeof__(name) *name;
#include "reports/draw_library.def"
#undef GM_DRAW_FUNCTION
} gm_draw_library;

extern gm_draw_library gm_library; /* filled by gm_library_load, never changed after it */

/* From any thread, any number of times. False and *error (GM_CHART_ERROR): a library is not there or too old. */
bool gm_library_load(GError **error);

#endif
