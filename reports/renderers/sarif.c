/* Renderer sarif: SARIF 2.1.0 for code scanning. A result per item, a notification for what could not be checked.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
#include "gomortem/renderer.h"
#include "reports/ci.h"
#include "reports/json_out.h"
#include "reports/plain.h"

typedef struct {
    gm_json_out json;
    const gm_model *model;
    const GArray *items;
    GPtrArray *rules; /* slugs in use, sorted */
} gm_sarif;

static const char *level_of(const char *severity) {
    int rank = gm_model_severity_rank(severity);
    return rank >= 3 ? "error" : rank == 2 ? "warning" : "note";
}

static gint by_text(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void collect_rules(gm_sarif *s) {
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    s->rules = g_ptr_array_new();
    for (guint i = 0; i < s->items->len; i++)
        g_hash_table_add(seen, (void *)g_array_index(s->items, gm_ci_item, i).rule);
    for (size_t i = 0; i < s->model->n_containers; i++)
        for (size_t k = 0; k < s->model->containers[i].n_findings; k++)
            g_hash_table_add(seen, (void *)s->model->containers[i].findings[k].rule);
    GHashTableIter iter;
    void *rule;
    for (g_hash_table_iter_init(&iter, seen); g_hash_table_iter_next(&iter, &rule, NULL);)
        g_ptr_array_add(s->rules, rule);
    g_ptr_array_sort(s->rules, by_text);
}

static int64_t index_of(const gm_sarif *s, const char *rule) {
    for (guint i = 0; i < s->rules->len; i++)
        if (strcmp(s->rules->pdata[i], rule) == 0) return i;
    return GM_UNKNOWN;
}

static void put_message(gm_json_out *o, const char *key, const char *text) {
    g_autofree char *plain = gm_plain(text);
    gm_json_out_open_map(o, key);
    gm_json_out_text(o, "text", plain);
    gm_json_out_close_map(o);
}

static void put_tool(gm_sarif *s) {
    gm_json_out *o = &s->json;
    gm_json_out_open_map(o, "tool");
    gm_json_out_open_map(o, "driver");
    gm_json_out_text(o, "name", "gomortem");
    gm_json_out_text(o, "version", GM_VERSION);
    gm_json_out_open_list(o, "rules");
    for (guint i = 0; i < s->rules->len; i++) {
        g_autofree char *words = g_strdelimit(g_strdup(s->rules->pdata[i]), "_", ' ');
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "id", s->rules->pdata[i]);
        put_message(o, "shortDescription", words);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
}

/* A relative reference whatever the member is called: no scheme, no way up that was not in the bundle. */
static void put_artifact(gm_json_out *o, const char *path) {
    g_autofree char *uri = g_uri_escape_string(path, "/", FALSE);
    gm_json_out_open_map(o, "physicalLocation");
    gm_json_out_open_map(o, "artifactLocation");
    gm_json_out_text(o, "uri", uri);
    gm_json_out_text(o, "uriBaseId", "BUNDLE");
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
}

static void put_logical(gm_json_out *o, const gm_model_container *c) {
    static const char *const kinds[] = {"namespace", "pod", "container"};
    const char *names[] = {c->namespace_name, c->pod, c->container};
    g_autoptr(GString) whole = g_string_new(NULL);
    gm_json_out_open_list(o, "logicalLocations");
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (!names[i]) continue;
        g_autofree char *name = gm_plain(names[i]);
        g_string_append_printf(whole, "%s%s", whole->len ? "/" : "", name);
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "name", name);
        gm_json_out_text(o, "fullyQualifiedName", whole->str);
        gm_json_out_text(o, "kind", kinds[i]);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
}

static void put_properties(gm_json_out *o, const gm_ci_item *item) {
    const gm_model_finding *f = item->finding;
    gm_json_out_open_map(o, "properties");
    gm_json_out_text(o, "severity", item->severity);
    gm_json_out_text(o, "site", item->site);
    gm_json_out_double(o, "confidence", f ? f->confidence : item->container->verdict.confidence);
    gm_json_out_text(o, "remedy", f ? f->remedy : NULL);
    gm_json_out_open_list(o, "evidence");
    for (size_t i = 0; f && i < f->n_evidence; i++) {
        g_autofree char *plain = gm_plain(f->evidence[i].text);
        gm_json_out_text(o, NULL, plain);
    }
    gm_json_out_close_list(o);
    gm_json_out_close_map(o);
}

static void put_result(gm_sarif *s, const gm_ci_item *item) {
    gm_json_out *o = &s->json;
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "ruleId", item->rule);
    gm_json_out_int(o, "ruleIndex", index_of(s, item->rule));
    gm_json_out_text(o, "kind", "fail");
    gm_json_out_text(o, "level", level_of(item->severity));
    put_message(o, "message", item->text);
    gm_json_out_open_list(o, "locations");
    gm_json_out_open_map(o, NULL);
    if (item->member) put_artifact(o, item->member);
    put_logical(o, item->container);
    gm_json_out_close_map(o);
    gm_json_out_close_list(o);
    gm_json_out_open_map(o, "partialFingerprints");
    gm_json_out_text(o, "gomortem/v1", item->fingerprint);
    gm_json_out_close_map(o);
    if (item->state) gm_json_out_text(o, "baselineState", strcmp(item->state, "new") == 0 ? "new" : "updated");
    put_properties(o, item);
    gm_json_out_close_map(o);
}

static void put_unchecked(gm_sarif *s, const gm_model_container *c, const gm_model_finding *f) {
    gm_json_out *o = &s->json;
    bool failed = strcmp(f->outcome, "failed") == 0;
    g_autofree char *name = gm_ci_container_name(c),
                    *text = g_strdup_printf("%s: %s %s: %s", name, f->rule, failed ? "failed" : "could not be checked",
                                            f->summary);
    gm_json_out_open_map(o, NULL);
    gm_json_out_text(o, "level", failed ? "error" : "note");
    put_message(o, "message", text);
    gm_json_out_open_map(o, "associatedRule");
    gm_json_out_text(o, "id", f->rule);
    gm_json_out_int(o, "index", index_of(s, f->rule));
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
}

/* Answers whether every rule came to an end. */
static bool put_rules_unchecked(gm_sarif *s) {
    bool whole = true;
    gm_json_out_open_list(&s->json, "toolConfigurationNotifications");
    for (size_t i = 0; i < s->model->n_containers; i++) {
        const gm_model_container *c = &s->model->containers[i];
        for (size_t k = 0; k < c->n_findings; k++) {
            bool failed = strcmp(c->findings[k].outcome, "failed") == 0,
                 unchecked = failed || strcmp(c->findings[k].outcome, "not_applicable") == 0;
            whole &= !failed;
            if (unchecked && gm_model_finding_leads(c, k)) put_unchecked(s, c, &c->findings[k]);
        }
    }
    gm_json_out_close_list(&s->json);
    return whole;
}

static void put_diagnostics(gm_sarif *s) {
    gm_json_out *o = &s->json;
    gm_json_out_open_list(o, "toolExecutionNotifications");
    for (size_t i = 0; i < s->model->n_listed_diagnostics; i++) {
        const gm_model_diagnostic *d = &s->model->diagnostics[i];
        gm_json_out_open_map(o, NULL);
        gm_json_out_text(o, "level", strcmp(d->severity, "info") == 0 ? "note" : d->severity);
        put_message(o, "message", d->text);
        gm_json_out_open_list(o, "locations");
        if (d->path) {
            gm_json_out_open_map(o, NULL);
            put_artifact(o, d->path);
            gm_json_out_close_map(o);
        }
        gm_json_out_close_list(o);
        gm_json_out_close_map(o);
    }
    gm_json_out_close_list(o);
}

static void put_invocation(gm_sarif *s) {
    gm_json_out *o = &s->json;
    gm_json_out_open_list(o, "invocations");
    gm_json_out_open_map(o, NULL);
    bool whole = put_rules_unchecked(s);
    put_diagnostics(s);
    gm_json_out_bool(o, "executionSuccessful", whole);
    gm_json_out_close_map(o);
    gm_json_out_close_list(o);
}

static void put_base(gm_sarif *s) {
    g_autofree char *text = g_strdup_printf("the bundle %s", s->model->name ? s->model->name : "");
    gm_json_out_open_map(&s->json, "originalUriBaseIds");
    gm_json_out_open_map(&s->json, "BUNDLE");
    put_message(&s->json, "description", text);
    gm_json_out_close_map(&s->json);
    gm_json_out_close_map(&s->json);
}

static void put_run(gm_sarif *s) {
    gm_json_out *o = &s->json;
    gm_json_out_open_map(o, NULL);
    put_tool(s);
    put_base(s);
    put_invocation(s);
    gm_json_out_open_list(o, "results");
    for (guint i = 0; i < s->items->len; i++) put_result(s, &g_array_index(s->items, gm_ci_item, i));
    gm_json_out_close_list(o);
    gm_json_out_open_map(o, "properties");
    gm_json_out_text(o, "incident", s->model->incident_id);
    gm_json_out_close_map(o);
    gm_json_out_close_map(o);
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    g_autoptr(GArray) items = gm_ci_items(model);
    gm_sarif s = {.model = model, .items = items};
    collect_rules(&s);
    gm_json_out_init(&s.json, false);
    gm_json_out_open_map(&s.json, NULL);
    gm_json_out_text(&s.json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    gm_json_out_text(&s.json, "version", "2.1.0");
    gm_json_out_open_list(&s.json, "runs");
    put_run(&s);
    gm_json_out_close_list(&s.json);
    gm_json_out_close_map(&s.json);
    gm_json_out_finish(&s.json, out);
    g_ptr_array_unref(s.rules);
    return true;
}

const gm_renderer gm_renderer_sarif = {
    .name = "sarif", .file_name = "report.sarif", .title = "SARIF 2.1.0 for code scanning", .render = render};
