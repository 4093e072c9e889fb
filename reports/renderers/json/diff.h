/* The part of the json renderer that writes two incidents side by side. */
#ifndef GM_REPORTS_JSON_DIFF_H
#define GM_REPORTS_JSON_DIFF_H

#include "gomortem/renderer.h"

bool gm_json_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error);

#endif
