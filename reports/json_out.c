/* Writes JSON: the one place that knows how an unknown value, a number and a text of a stranger are spelled. Used by
 * the renderers json, sarif and gitlab and by the lines and the overview of a batch. */
#include "reports/json_out.h"

#include "gomortem/human.h"

#include <math.h>

void gm_json_out_init(gm_json_out *o, bool lines) {
    o->gen = yajl_gen_alloc(NULL);
    g_assert(o->gen);
    if (lines) return;
    yajl_gen_config(o->gen, yajl_gen_beautify, 1);
    yajl_gen_config(o->gen, yajl_gen_indent_string, "  ");
}

void gm_json_out_finish(gm_json_out *o, GString *text) {
    const unsigned char *bytes;
    size_t n;
    yajl_gen_get_buf(o->gen, &bytes, &n);
    g_string_append_len(text, (const char *)bytes, (gssize)n);
    if (n == 0 || bytes[n - 1] != '\n') g_string_append_c(text, '\n');
    yajl_gen_free(o->gen);
}

void gm_json_out_key(gm_json_out *o, const char *key) {
    if (key) yajl_gen_string(o->gen, (const unsigned char *)key, strlen(key));
}

void gm_json_out_null(gm_json_out *o, const char *key) {
    gm_json_out_key(o, key);
    yajl_gen_null(o->gen);
}

void gm_json_out_text(gm_json_out *o, const char *key, const char *text) {
    gm_json_out_key(o, key);
    if (!text) {
        yajl_gen_null(o->gen);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    yajl_gen_string(o->gen, (const unsigned char *)valid, strlen(valid));
}

void gm_json_out_int(gm_json_out *o, const char *key, int64_t value) {
    gm_json_out_key(o, key);
    if (value == GM_UNKNOWN) yajl_gen_null(o->gen);
    else yajl_gen_integer(o->gen, value);
}

/* The shortest text that reads back as the same number. */
void gm_json_out_double(gm_json_out *o, const char *key, double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    gm_json_out_key(o, key);
    if (!isfinite(value)) {
        yajl_gen_null(o->gen);
        return;
    }
    if (value == floor(value) && fabs(value) < 9e15) g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, (gint64)value);
    else g_ascii_formatd(text, sizeof text, "%.15g", value);
    if (g_ascii_strtod(text, NULL) != value) g_ascii_formatd(text, sizeof text, "%.17g", value);
    yajl_gen_number(o->gen, text, strlen(text));
}

void gm_json_out_bool(gm_json_out *o, const char *key, bool value) {
    gm_json_out_key(o, key);
    yajl_gen_bool(o->gen, value);
}

void gm_json_out_raw(gm_json_out *o, const char *key, const char *json) {
    gm_json_out_key(o, key);
    yajl_gen_number(o->gen, json, strlen(json)); /* puts any text where a value belongs */
}

void gm_json_out_time(gm_json_out *o, const char *key, int64_t t_ns) {
    char text[GM_HUMAN_SIZE];
    gm_json_out_text(o, key, t_ns == GM_UNKNOWN ? NULL : gm_human_time(text, t_ns));
}

void gm_json_out_open_map(gm_json_out *o, const char *key) {
    gm_json_out_key(o, key);
    yajl_gen_map_open(o->gen);
}

void gm_json_out_close_map(gm_json_out *o) {
    yajl_gen_map_close(o->gen);
}

void gm_json_out_open_list(gm_json_out *o, const char *key) {
    gm_json_out_key(o, key);
    yajl_gen_array_open(o->gen);
}

void gm_json_out_close_list(gm_json_out *o) {
    yajl_gen_array_close(o->gen);
}
