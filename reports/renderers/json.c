/* Renderer json: the JSON contract, what every CI format agrees with. Keys and types are fixed; see the README. */
#include "gomortem/human.h"
#include "gomortem/renderer.h"

#include <math.h>
#include <yajl/yajl_gen.h>

typedef struct {
    yajl_gen gen;
} gm_json_out;

static void put_key(gm_json_out *o, const char *key) {
    yajl_gen_string(o->gen, (const unsigned char *)key, strlen(key));
}

static void put_text(gm_json_out *o, const char *key, const char *text) {
    put_key(o, key);
    if (!text) {
        yajl_gen_null(o->gen);
        return;
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    yajl_gen_string(o->gen, (const unsigned char *)valid, strlen(valid));
}

static void put_int(gm_json_out *o, const char *key, int64_t value) {
    put_key(o, key);
    if (value == GM_UNKNOWN) yajl_gen_null(o->gen);
    else yajl_gen_integer(o->gen, value);
}

/* The shortest text that reads back as the same number, without locale. */
static void put_double(gm_json_out *o, const char *key, double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    put_key(o, key);
    if (!isfinite(value)) {
        yajl_gen_null(o->gen);
        return;
    }
    if (value == floor(value) && fabs(value) < 9e15) g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, (gint64)value);
    else g_ascii_formatd(text, sizeof text, "%.15g", value);
    if (g_ascii_strtod(text, NULL) != value) g_ascii_formatd(text, sizeof text, "%.17g", value);
    yajl_gen_number(o->gen, text, strlen(text));
}

static void put_time(gm_json_out *o, const char *key, int64_t t_ns) {
    char text[GM_HUMAN_SIZE];
    put_text(o, key, t_ns == GM_UNKNOWN ? NULL : gm_human_time(text, t_ns));
}

static void open_list(gm_json_out *o, const char *key) {
    put_key(o, key);
    yajl_gen_array_open(o->gen);
}

static void put_eta(gm_json_out *o, const gm_model_verdict *v) {
    put_key(o, "eta");
    if (v->eta_ns == GM_UNKNOWN) {
        yajl_gen_null(o->gen);
        return;
    }
    yajl_gen_map_open(o->gen);
    put_time(o, "at", v->eta_ns);
    put_time(o, "from", v->eta_from_ns);
    put_time(o, "to", v->eta_to_ns);
    yajl_gen_map_close(o->gen);
}

static void put_verdict(gm_json_out *o, const gm_model_verdict *v) {
    put_key(o, "verdict");
    yajl_gen_map_open(o->gen);
    put_text(o, "cause", v->cause);
    put_text(o, "family", v->family);
    put_text(o, "level", v->level);
    put_double(o, "confidence", round(v->confidence * 1000) / 1000);
    put_text(o, "severity", v->severity);
    put_text(o, "summary", v->summary);
    put_time(o, "from", v->from_ns);
    put_time(o, "to", v->to_ns);
    put_double(o, "bytes_per_min", v->bytes_per_min);
    put_eta(o, v);
    put_text(o, "site", v->site);
    put_text(o, "would_change_my_mind", v->would_change_my_mind);
    yajl_gen_map_close(o->gen);
}

static void put_causes(gm_json_out *o, const gm_model_verdict *v) {
    open_list(o, "contributing");
    for (size_t i = 0; i < v->n_contributing; i++) {
        yajl_gen_map_open(o->gen);
        put_text(o, "cause", v->contributing[i].cause);
        put_double(o, "share_pct", v->contributing[i].share_pct);
        put_text(o, "summary", v->contributing[i].text);
        yajl_gen_map_close(o->gen);
    }
    yajl_gen_array_close(o->gen);
    open_list(o, "ruled_out");
    for (size_t i = 0; i < v->n_ruled_out; i++) {
        yajl_gen_map_open(o->gen);
        put_text(o, "cause", v->ruled_out[i].cause);
        put_text(o, "why", v->ruled_out[i].text);
        yajl_gen_map_close(o->gen);
    }
    yajl_gen_array_close(o->gen);
}

static void put_finding(gm_json_out *o, const gm_model_finding *f) {
    yajl_gen_map_open(o->gen);
    put_text(o, "rule", f->rule);
    put_text(o, "outcome", f->outcome);
    put_text(o, "severity", f->severity);
    put_text(o, "summary", f->summary);
    put_text(o, "remedy", f->remedy);
    open_list(o, "evidence");
    for (size_t i = 0; i < f->n_evidence; i++) {
        yajl_gen_map_open(o->gen);
        put_text(o, "text", f->evidence[i].text);
        put_double(o, "value", f->evidence[i].value);
        put_text(o, "unit", f->evidence[i].unit);
        put_text(o, "sql", f->evidence[i].sql);
        yajl_gen_map_close(o->gen);
    }
    yajl_gen_array_close(o->gen);
    yajl_gen_map_close(o->gen);
}

static void put_container(gm_json_out *o, const gm_model_container *c) {
    yajl_gen_map_open(o->gen);
    put_text(o, "namespace", c->namespace_name);
    put_text(o, "pod", c->pod);
    put_text(o, "container", c->container);
    put_int(o, "limit_bytes", c->limit_bytes);
    put_int(o, "lives", (int64_t)c->n_lives);
    put_int(o, "oom_kills", (int64_t)c->n_kills);
    put_verdict(o, &c->verdict);
    put_causes(o, &c->verdict);
    open_list(o, "findings");
    for (size_t i = 0; i < c->n_findings; i++)
        if (gm_model_finding_leads(c, i)) put_finding(o, &c->findings[i]);
    yajl_gen_array_close(o->gen);
    yajl_gen_map_close(o->gen);
}

static void put_document(gm_json_out *o, const gm_model *model) {
    yajl_gen_map_open(o->gen);
    put_int(o, "schema_version", 1);
    put_key(o, "tool");
    yajl_gen_map_open(o->gen);
    put_text(o, "name", "gomortem");
    put_text(o, "version", GM_VERSION);
    yajl_gen_map_close(o->gen);
    put_key(o, "incident");
    yajl_gen_map_open(o->gen);
    put_text(o, "id", model->incident_id);
    put_text(o, "name", model->name);
    put_time(o, "from", model->from_ns);
    put_time(o, "to", model->to_ns);
    put_int(o, "members", (int64_t)model->n_members);
    put_int(o, "diagnostics", model->n_diagnostics);
    yajl_gen_map_close(o->gen);
    open_list(o, "containers");
    for (size_t i = 0; i < model->n_containers; i++) put_container(o, &model->containers[i]);
    yajl_gen_array_close(o->gen);
    yajl_gen_map_close(o->gen);
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    gm_json_out o = {yajl_gen_alloc(NULL)};
    g_assert(o.gen);
    yajl_gen_config(o.gen, yajl_gen_beautify, 1);
    yajl_gen_config(o.gen, yajl_gen_indent_string, "  ");
    put_document(&o, model);
    const unsigned char *text;
    size_t n;
    yajl_gen_get_buf(o.gen, &text, &n);
    g_string_append_len(out, (const char *)text, (gssize)n);
    yajl_gen_free(o.gen);
    return true;
}

const gm_renderer gm_renderer_json = {.name = "json", .file_name = "report.json", .title = "JSON, the contract", .render = render};
