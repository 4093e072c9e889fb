/* Renderer json: the JSON contract, what every CI format agrees with. Keys and types are fixed; see the README. */
#include "gomortem/renderer.h"
#include "reports/json_out.h"
#include "reports/renderers/json/diff.h"

#include <math.h>

static void put_eta(gm_json_out *o, const gm_model_verdict *v) {
    if (v->eta_ns == GM_UNKNOWN) {
        gm_json_out_null(o, "eta");
        return;
    }
    gm_json_out_open_map(o, "eta");
    gm_json_out_time(o, "at", v->eta_ns);
    gm_json_out_time(o, "from", v->eta_from_ns);
    gm_json_out_time(o, "to", v->eta_to_ns);
    gm_json_out_close_map(o);
}

static void put_verdict(gm_json_out *o, const gm_model_verdict *v) {
    gm_json_out_open_map(o, "verdict");
    gm_json_out_text(o, "cause", v->cause);
    gm_json_out_text(o, "family", v->family);
    gm_json_out_text(o, "level", v->level);
    gm_json_out_double(o, "confidence", round(v->confidence * 1000) / 1000);
    gm_json_out_text(o, "severity", v->severity);
    gm_json_out_text(o, "summary", v->summary);
    gm_json_out_time(o, "from", v->from_ns);
    gm_json_out_time(o, "to", v->to_ns);
    gm_json_out_double(o, "bytes_per_min", v->bytes_per_min);
    put_eta(o, v);
    gm_json_out_text(o, "site", v->site);
    gm_json_out_text(o, "would_change_my_mind", v->would_change_my_mind);
    gm_json_out_close_map(o);
}

static void put_causes(gm_json_out *o, const gm_model_verdict *v) {
    gm_json_out_open_list(o, "contributing");
    for (size_t i = 0; i < v->n_contributing; i++) {
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "cause", v->contributing[i].cause);
        gm_json_out_double(o, "share_pct", v->contributing[i].share_pct);
        gm_json_out_text(o, "summary", v->contributing[i].text);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
    gm_json_out_open_list(o, "ruled_out");
    for (size_t i = 0; i < v->n_ruled_out; i++) {
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "cause", v->ruled_out[i].cause);
        gm_json_out_text(o, "why", v->ruled_out[i].text);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
}

static void put_finding(gm_json_out *o, const gm_model_finding *f) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "rule", f->rule);
    gm_json_out_text(o, "outcome", f->outcome);
    gm_json_out_text(o, "severity", f->severity);
    gm_json_out_text(o, "summary", f->summary);
    gm_json_out_text(o, "remedy", f->remedy);
    gm_json_out_open_list(o, "evidence");
    for (size_t i = 0; i < f->n_evidence; i++) {
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "text", f->evidence[i].text);
        gm_json_out_double(o, "value", f->evidence[i].value);
        gm_json_out_text(o, "unit", f->evidence[i].unit);
        gm_json_out_text(o, "sql", f->evidence[i].sql);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

static void put_measures(gm_json_out *o, const gm_model_measures *m) {
    gm_json_out_open_map(o, "measures");
    gm_json_out_double(o, "growth_bytes_per_min", m->growth_bytes_per_min);
    gm_json_out_double(o, "peak_bytes", m->peak_bytes);
    gm_json_out_double(o, "gc_cpu_pct", m->gc_cpu_pct);
    gm_json_out_close_map(o);
}

static void put_comparison(gm_json_out *o, const gm_model_comparison *comparison) {
    if (!comparison->status) return;
    gm_json_out_open_map(o, "baseline");
    gm_json_out_text(o, "status", comparison->status);
    gm_json_out_open_list(o, "changes");
    for (size_t i = 0; i < comparison->n_changes; i++) {
        const gm_model_change *change = &comparison->changes[i];
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "state", change->state);
        gm_json_out_text(o, "rule", change->rule);
        gm_json_out_text(o, "severity", change->severity);
        gm_json_out_text(o, "text", change->text);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

static void put_baseline(gm_json_out *o, const gm_model_baseline *baseline) {
    if (!baseline->name) return;
    gm_json_out_open_map(o, "baseline");
    gm_json_out_text(o, "id", baseline->incident_id);
    gm_json_out_text(o, "name", baseline->name);
    gm_json_out_open_list(o, "missing");
    for (size_t i = 0; i < baseline->n_missing; i++) gm_json_out_text(o, NULL, baseline->missing[i]);
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

static void put_container(gm_json_out *o, const gm_model_container *c) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "namespace", c->namespace_name);
    gm_json_out_text(o, "pod", c->pod);
    gm_json_out_text(o, "container", c->container);
    gm_json_out_int(o, "limit_bytes", c->limit_bytes);
    gm_json_out_int(o, "lives", (int64_t)c->n_lives);
    gm_json_out_int(o, "oom_kills", (int64_t)c->n_kills);
    put_verdict(o, &c->verdict);
    put_causes(o, &c->verdict);
    gm_json_out_open_list(o, "findings");
    for (size_t i = 0; i < c->n_findings; i++)
        if (gm_model_finding_leads(c, i)) put_finding(o, &c->findings[i]);
    gm_json_out_close_list(o);
    put_measures(o, &c->measures);
    put_comparison(o, &c->comparison);
    gm_json_out_close_map(o);
}

static void put_document(gm_json_out *o, const gm_model *model) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_int(o, "schema_version", 1);
    gm_json_out_open_map(o, "tool");
    gm_json_out_text(o, "name", "gomortem");
    gm_json_out_text(o, "version", GM_VERSION);
    gm_json_out_close_map(o);
    gm_json_out_open_map(o, "incident");
    gm_json_out_text(o, "id", model->incident_id);
    gm_json_out_text(o, "name", model->name);
    gm_json_out_time(o, "from", model->from_ns);
    gm_json_out_time(o, "to", model->to_ns);
    gm_json_out_int(o, "members", (int64_t)model->n_members);
    gm_json_out_int(o, "diagnostics", model->n_diagnostics);
    gm_json_out_close_map(o);
    put_baseline(o, &model->baseline);
    gm_json_out_open_list(o, "containers");
    for (size_t i = 0; i < model->n_containers; i++) put_container(o, &model->containers[i]);
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    gm_json_out o;
    gm_json_out_init(&o, false);
    put_document(&o, model);
    gm_json_out_finish(&o, out);
    return true;
}

const gm_renderer gm_renderer_json = {.name = "json",
                                      .file_name = "report.json",
                                      .title = "JSON, the contract",
                                      .render = render,
                                      .render_diff = gm_json_diff};
