/* The colours of the charts, for the charts and for whatever stands beside them (legends, style sheets,
 * tables). The fills are derived from the Okabe-Ito set: Go heap in greens and oranges, native memory in
 * vermilion, kernel in purples, files in blues and greys. In the order below neighbours stay distinct under
 * protan-, deutan- and tritanopia, so stack them in this order, from the bottom. The severities and LINE_n
 * hold at least 3:1 against the plot and may be used as thin strokes; text uses the ink of the theme only. */
#ifndef GOMORTEM_CHART_PALETTE_H
#define GOMORTEM_CHART_PALETTE_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { GM_THEME_LIGHT, GM_THEME_DARK } gm_chart_theme;

typedef enum {
    GM_FILL_GO_LIVE,
    GM_FILL_GO_GARBAGE,
    GM_FILL_GO_FRAG,
    GM_FILL_GO_IDLE,
    GM_FILL_GO_STACKS,
    GM_FILL_GO_META,
    GM_FILL_LAZYFREE,
    GM_FILL_NATIVE,
    GM_FILL_OTHER_PROCESSES,
    GM_FILL_SHMEM,
    GM_FILL_KERNEL_STACK,
    GM_FILL_PAGETABLES,
    GM_FILL_SLAB_UNRECLAIMABLE,
    GM_FILL_SLAB_RECLAIMABLE,
    GM_FILL_SOCK,
    GM_FILL_KERNEL_OTHER,
    GM_FILL_DIRTY,
    GM_FILL_ACTIVE_FILE,
    GM_FILL_INACTIVE_FILE,
    GM_FILL_UNEXPLAINED,
    GM_FILL_INK, /* from here on: strokes */
    GM_FILL_CRITICAL,
    GM_FILL_WARNING,
    GM_FILL_INFO,
    GM_FILL_LINE_1,
    GM_FILL_LINE_2,
    GM_FILL_LINE_3,
    GM_FILL_LINE_4,
    GM_FILL_LINE_5,
    GM_FILL_LINE_6,
    GM_FILL_FLAME_OWN, /* from here on: grounds that the theme's ink is readable on */
    GM_FILL_FLAME_LIBRARY,
    GM_FILL_FLAME_STANDARD,
    GM_FILL_FLAME_RUNTIME,
    GM_FILL_FLAME_GROWN,
    GM_FILL_FLAME_GROWN_LITTLE,
    GM_FILL_FLAME_SAME,
    GM_FILL_FLAME_SHRUNK,
    GM_FILL_UNTOLD, /* anonymous memory that no source tells apart */
    GM_FILL_COUNT
} gm_chart_fill;

/* "go_live", "inactive_file": the bucket's column in the timeline view without "_bytes". */
const char *gm_chart_fill_name(gm_chart_fill fill);
/* False, and *fill untouched, for a name that is not in the palette. */
bool gm_chart_fill_find(const char *name, gm_chart_fill *fill);
uint32_t gm_chart_fill_color(gm_chart_theme theme, gm_chart_fill fill); /* 0xRRGGBBAA, opaque */

#endif
