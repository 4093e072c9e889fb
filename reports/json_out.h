/* JSON out: yajl_gen with the conventions of the contract. Unknown numbers and texts become null, texts are made
 * valid UTF-8, numbers are written without locale so that they read back as the same. */
#ifndef GM_JSON_OUT_H
#define GM_JSON_OUT_H

#include "gomortem/base.h"

#include <glib.h>
#include <yajl/yajl_gen.h>

typedef struct {
    yajl_gen gen;
} gm_json_out;

/* lines: the whole document in one line, for NDJSON. */
void gm_json_out_init(gm_json_out *o, bool lines);
/* Appends the document to text and a line end; o is released. */
void gm_json_out_finish(gm_json_out *o, GString *text);

void gm_json_out_key(gm_json_out *o, const char *key);
/* key NULL: an element of a list. */
void gm_json_out_text(gm_json_out *o, const char *key, const char *text);
void gm_json_out_int(gm_json_out *o, const char *key, int64_t value);
void gm_json_out_double(gm_json_out *o, const char *key, double value);
void gm_json_out_bool(gm_json_out *o, const char *key, bool value);
void gm_json_out_null(gm_json_out *o, const char *key);
void gm_json_out_raw(gm_json_out *o, const char *key, const char *json); /* a value that is JSON already */
void gm_json_out_time(gm_json_out *o, const char *key, int64_t t_ns);
void gm_json_out_open_map(gm_json_out *o, const char *key);
void gm_json_out_close_map(gm_json_out *o);
void gm_json_out_open_list(gm_json_out *o, const char *key);
void gm_json_out_close_list(gm_json_out *o);

#endif
