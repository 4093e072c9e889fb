/* Two incidents side by side as JSON: every difference, also what is the same or unknown. The contract is
 * docs/diff.schema.json. */
#include "reports/renderers/json/diff.h"

#include "reports/json_out.h"

static void put_incident(gm_json_out *o, const char *key, const char *id, const char *name) {
    gm_json_out_open_map(o, key);
    gm_json_out_text(o, "id", id);
    gm_json_out_text(o, "name", name);
    gm_json_out_close_map(o);
}

static void put_side(gm_json_out *o, const char *key, const gm_model_pair_side *side) {
    if (!side->n_containers) {
        gm_json_out_null(o, key);
        return;
    }
    gm_json_out_open_map(o, key);
    gm_json_out_text(o, "namespace", side->namespace_name);
    gm_json_out_text(o, "pod", side->pod);
    gm_json_out_text(o, "container", side->container);
    gm_json_out_int(o, "containers", side->n_containers);
    gm_json_out_double(o, "seconds", side->seconds);
    gm_json_out_close_map(o);
}

static void put_half(gm_json_out *o, const char *key, double value, const char *text, const char *sql) {
    gm_json_out_open_map(o, key);
    gm_json_out_double(o, "value", value);
    gm_json_out_text(o, "text", text);
    gm_json_out_text(o, "sql", sql);
    gm_json_out_close_map(o);
}

static void put_difference(gm_json_out *o, const gm_model_difference *d) {
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "area", d->area);
    gm_json_out_text(o, "item", d->item);
    gm_json_out_text(o, "measure", d->measure);
    gm_json_out_text(o, "judgement", d->judgement);
    gm_json_out_bool(o, "material", d->material);
    gm_json_out_text(o, "severity", d->severity);
    gm_json_out_text(o, "rule", d->rule);
    gm_json_out_text(o, "unit", d->unit);
    put_half(o, "a", d->a_value, d->a_text, d->a_sql);
    put_half(o, "b", d->b_value, d->b_text, d->b_sql);
    gm_json_out_double(o, "change", d->change);
    gm_json_out_text(o, "text", d->text);
    gm_json_out_close_map(o);
}

static void put_pair(gm_json_out *o, const gm_model_pair *pair) {
    gm_json_out_open_map(o, NULL);
    put_side(o, "a", &pair->a);
    put_side(o, "b", &pair->b);
    gm_json_out_text(o, "matched_by", pair->matched_by);
    gm_json_out_text(o, "status", pair->status);
    gm_json_out_text(o, "windows", pair->windows);
    gm_json_out_text(o, "summary", pair->summary);
    gm_json_out_open_list(o, "differences");
    for (size_t i = 0; i < pair->n_differences; i++) put_difference(o, &pair->differences[i]);
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

bool gm_json_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    gm_json_out o;
    gm_json_out_init(&o, false);
    gm_json_out_open_map(&o, NULL);
    gm_json_out_int(&o, "schema_version", 1);
    gm_json_out_open_map(&o, "tool");
    gm_json_out_text(&o, "name", "gomortem");
    gm_json_out_text(&o, "version", GM_VERSION);
    gm_json_out_close_map(&o);
    put_incident(&o, "a", diff->a_id, diff->a_name);
    put_incident(&o, "b", diff->b_id, diff->b_name);
    gm_json_out_text(&o, "summary", diff->summary);
    gm_json_out_open_list(&o, "pairs");
    for (size_t i = 0; i < diff->n_pairs; i++) put_pair(&o, &diff->pairs[i]);
    gm_json_out_close_list(&o);
    gm_json_out_close_map(&o);
    gm_json_out_finish(&o, out);
    return true;
}
