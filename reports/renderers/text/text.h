/* What the parts of the text renderer share: lines that are filled and harmless, curves of blocks. */
#ifndef GM_REPORTS_TEXT_H
#define GM_REPORTS_TEXT_H

#include "gomortem/renderer.h"

typedef struct {
    GString *out;
    bool colour;
    int width;
} gm_text_out;

gm_text_out gm_text_begin(const gm_render_options *options, GString *out);
void gm_text_style(gm_text_out *o, const char *code); /* "0" ends it */
const char *gm_text_severity(const char *severity);   /* its style */
/* Control bytes and what turns text around are replaced. To be freed. */
char *gm_text_safe(const char *text);
int gm_text_columns(const char *text); /* that it takes on a terminal */
/* Fills lines at blanks; the first goes on at column, the others are indented. */
void gm_text_wrap(gm_text_out *o, const char *text, int indent, int column);
void gm_text_item(gm_text_out *o, const char *label, const char *text); /* a label and filled lines beside it */

/* One line of blocks: per step of time the greatest value, so that no spike is lost. value answers NAN for unknown. */
typedef struct {
    const void *rows;
    size_t n;
    int64_t (*time)(const void *rows, size_t index);
    double (*value)(const void *rows, size_t index);
    int64_t from_ns, span_ns;
    double most; /* what fills a block; 0: the greatest value */
} gm_text_curve;
void gm_text_spark(gm_text_out *o, const char *label, const gm_text_curve *curve, const char *unit);

bool gm_text_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error);

#endif
