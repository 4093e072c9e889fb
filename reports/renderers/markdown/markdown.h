/* What the parts of the markdown renderer share: text that opens no markup. */
#ifndef GM_REPORTS_MARKDOWN_H
#define GM_REPORTS_MARKDOWN_H

#include "gomortem/renderer.h"

void gm_md_put(GString *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void gm_md_esc(GString *out, const char *text);  /* one line of text */
void gm_md_code(GString *out, const char *text); /* a name in a code span */

/* The tables of what differs, area by area; folded: behind a summary line. */
void gm_md_pair(GString *out, const gm_model_pair *pair, const char *a_words, const char *b_words, bool folded);
bool gm_md_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error);

#endif
