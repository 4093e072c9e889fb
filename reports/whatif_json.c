/* The what-if for programs: JSON with a schema of its own (docs/whatif.schema.json), and CSV, a row for each setting.
 */
#include "reports/json_out.h"
#include "reports/plain.h"
#include "reports/whatif_out.h"

#include <math.h>

static void put_setting(gm_json_out *o, const char *key, int64_t gogc, int64_t memlimit_bytes, int64_t limit_bytes) {
    gm_json_out_open_map(o, key);
    gm_json_out_int(o, "gogc", gogc);
    gm_json_out_int(o, "memlimit_bytes", memlimit_bytes);
    gm_json_out_int(o, "limit_bytes", limit_bytes);
    gm_json_out_close_map(o);
}

static void put_advice(gm_json_out *o, const gm_model_whatif *w) {
    gm_json_out_open_map(o, "advice");
    gm_json_out_text(o, "action", w->action);
    gm_json_out_text(o, "summary", w->summary);
    gm_json_out_text(o, "reasoning", w->reasoning);
    gm_json_out_int(o, "lives", w->lives);
    gm_json_out_int(o, "lives_used", w->lives_used);
    put_setting(o, "now", w->now_gogc, w->now_memlimit_bytes, w->now_limit_bytes);
    put_setting(o, "recommended", w->gogc, w->memlimit_bytes, w->limit_bytes);
    gm_json_out_int(o, "peak_bytes", w->peak_bytes);
    gm_json_out_int(o, "bound_bytes", w->bound_bytes);
    gm_json_out_int(o, "margin_bytes", w->margin_bytes);
    gm_json_out_double(o, "gc_cpu_now_pct", w->gc_cpu_now_pct);
    gm_json_out_double(o, "gc_cpu_pct", w->gc_cpu_pct);
    gm_json_out_time(o, "killed", w->killed_ns);
    gm_json_out_time(o, "delayed", w->delayed_ns);
    gm_json_out_close_map(o);
}

static void put_check(gm_json_out *o, const char *key, int64_t recorded, int64_t predicted, double error_pct) {
    gm_json_out_open_map(o, key);
    gm_json_out_int(o, "recorded", recorded);
    gm_json_out_int(o, "predicted", predicted);
    gm_json_out_double(o, "error_pct", error_pct);
    gm_json_out_close_map(o);
}

static void put_life(gm_json_out *o, const gm_model_whatif_life *life) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_int(o, "life", life->life);
    gm_json_out_text(o, "status", life->status);
    gm_json_out_text(o, "reason", life->reason);
    put_setting(o, "setting", life->gogc, life->memlimit_bytes, life->limit_bytes);
    gm_json_out_text(o, "gogc_source", life->gogc_source);
    gm_json_out_bool(o, "grows", life->grows);
    put_check(o, "heap_bytes", life->recorded_heap_bytes, life->predicted_heap_bytes, life->heap_error_pct);
    put_check(o, "peak_bytes", life->recorded_peak_bytes, life->predicted_peak_bytes, life->peak_error_pct);
    put_check(o, "cycles", life->recorded_cycles, life->predicted_cycles, life->cycles_error_pct);
    gm_json_out_close_map(o);
}

static void put_run(gm_json_out *o, const gm_model_whatif_run *run) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_int(o, "life", run->life ? run->life : GM_UNKNOWN);
    gm_json_out_int(o, "gogc", run->gogc);
    gm_json_out_int(o, "memlimit_bytes", run->memlimit_bytes);
    gm_json_out_int(o, "limit_bytes", run->limit_bytes);
    gm_json_out_text(o, "verdict", run->verdict);
    gm_json_out_int(o, "peak_bytes", run->peak_bytes);
    gm_json_out_int(o, "bound_bytes", run->bound_bytes);
    gm_json_out_double(o, "gc_cpu_pct", run->gc_cpu_pct);
    gm_json_out_double(o, "cycles_per_s", run->cycles_per_s);
    gm_json_out_time(o, "killed", run->killed_ns);
    gm_json_out_time(o, "killed_from", run->killed_from_ns);
    gm_json_out_time(o, "killed_to", run->killed_to_ns);
    gm_json_out_close_map(o);
}

static void put_container(gm_json_out *o, const gm_model_container *c) {
    const gm_model_whatif *w = &c->whatif;
    const gm_model_whatif_run *runs = w->asked ? w->asked : w->grid;
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "namespace", c->namespace_name);
    gm_json_out_text(o, "pod", c->pod);
    gm_json_out_text(o, "container", c->container);
    if (w->action) put_advice(o, w);
    else gm_json_out_null(o, "advice");
    gm_json_out_open_list(o, "lives");
    for (size_t i = 0; i < w->n_inputs; i++) put_life(o, &w->inputs[i]);
    gm_json_out_close_list(o);
    gm_json_out_open_list(o, "settings");
    for (size_t i = 0; i < (w->asked ? w->n_asked : w->n_grid); i++) put_run(o, &runs[i]);
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

void gm_whatif_json(const gm_model *model, GString *out) {
    gm_json_out o;
    gm_json_out_init(&o, false);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_int(&o, "schema_version", 1);
    gm_json_out_open_map(&o, "tool");
    gm_json_out_text(&o, "name", "gomortem");
    gm_json_out_text(&o, "version", GM_VERSION);
    gm_json_out_close_map(&o);
    gm_json_out_text(&o, "incident", model->incident_id);
    gm_json_out_open_list(&o, "containers");
    for (size_t i = 0; i < model->n_containers; i++) put_container(&o, &model->containers[i]);
    gm_json_out_close_list(&o);
    gm_json_out_open_list(&o, "cannot_tell");
    for (size_t i = 0; gm_whatif_limits[i]; i++) gm_json_out_text(&o, NULL, gm_whatif_limits[i]);
    gm_json_out_close_list(&o);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
}

/* --- CSV --- */

/* A spreadsheet takes a cell that begins so for a formula. */
static bool is_formula(const char *text) {
    return *text && strchr("=+-@\t", *text);
}

static void put_text(GString *out, const char *text) {
    g_autofree char *plain = gm_plain(text ? text : "");
    g_string_append_c(out, '"');
    if (is_formula(plain)) g_string_append_c(out, '\'');
    for (const char *p = plain; *p; p++) {
        if (*p == '"') g_string_append_c(out, '"');
        g_string_append_c(out, *p);
    }
    g_string_append(out, "\",");
}

static void put_int(GString *out, int64_t value) {
    if (value != GM_UNKNOWN) g_string_append_printf(out, "%lld", (long long)value);
    g_string_append_c(out, ',');
}

static void put_double(GString *out, double value, const char *end) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (isfinite(value)) g_string_append(out, g_ascii_formatd(text, sizeof text, "%.6g", value));
    g_string_append(out, end);
}

void gm_whatif_csv(const gm_model *model, GString *out) {
    g_string_append(
        out,
        "namespace,pod,container,life,gogc,memlimit_bytes,limit_bytes,verdict,peak_bytes,bound_bytes,killed_ns,gc_cpu_pct,cycles_per_s\r\n");
    for (size_t i = 0; i < model->n_containers; i++) {
        const gm_model_container *c = &model->containers[i];
        const gm_model_whatif *w = &c->whatif;
        const gm_model_whatif_run *runs = w->asked ? w->asked : w->grid;
        for (size_t k = 0; k < (w->asked ? w->n_asked : w->n_grid); k++) {
            const char *names[] = {c->namespace_name, c->pod, c->container};
            const int64_t numbers[] = {runs[k].life ? runs[k].life : GM_UNKNOWN, runs[k].gogc, runs[k].memlimit_bytes,
                                       runs[k].limit_bytes};
            const int64_t more[] = {runs[k].peak_bytes, runs[k].bound_bytes, runs[k].killed_ns};
            for (size_t n = 0; n < G_N_ELEMENTS(names); n++) put_text(out, names[n]);
            for (size_t n = 0; n < G_N_ELEMENTS(numbers); n++) put_int(out, numbers[n]);
            put_text(out, runs[k].verdict);
            for (size_t n = 0; n < G_N_ELEMENTS(more); n++) put_int(out, more[n]);
            put_double(out, runs[k].gc_cpu_pct, ",");
            put_double(out, runs[k].cycles_per_s, "\r\n");
        }
    }
}
