/* Renderer junit: a test suite per container, a test case per rule, for the test view of any CI system.
 *
 * failure = it fired above "info" (with a baseline: new or worse), skipped = it could not be checked, error = the rule
 * failed. tests/reports/junit.xsd is the schema. */
#include "gomortem/renderer.h"
#include "reports/ci.h"
#include "reports/plain.h"

typedef struct {
    size_t tests, failures, errors, skipped;
} gm_counts;

static void put_attribute(GString *out, const char *name, const char *value) {
    g_string_append_printf(out, " %s=\"", name);
    gm_plain_xml(out, value);
    g_string_append_c(out, '"');
}

static void put_counts(GString *out, const gm_counts *n) {
    g_string_append_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", n->tests, n->failures,
                           n->errors, n->skipped);
}

static void put_line(GString *out, const char *text) {
    gm_plain_xml(out, text);
    g_string_append_c(out, '\n');
}

static void put_failure(GString *out, const gm_ci_item *item) {
    const gm_model_finding *f = item->finding;
    g_string_append(out, "      <failure");
    put_attribute(out, "message", item->text);
    put_attribute(out, "type", item->severity);
    g_string_append(out, ">\n");
    if (item->state)
        put_line(out, strcmp(item->state, "new") == 0 ? "new against the baseline" : "worse than the baseline");
    for (size_t i = 0; f && i < f->n_evidence; i++) put_line(out, f->evidence[i].text);
    if (f && f->remedy) put_line(out, f->remedy);
    g_string_append(out, "</failure>\n");
}

static void put_message(GString *out, const char *element, const char *text) {
    g_string_append_printf(out, "      <%s", element);
    put_attribute(out, "message", text);
    g_string_append(out, "/>\n");
}

static void put_note(GString *out, const char *text) {
    g_string_append(out, "      <system-out>");
    gm_plain_xml(out, text);
    g_string_append(out, "</system-out>\n");
}

static void put_case(GString *out, const char *suite, const char *rule, const gm_model_finding *f,
                     const gm_ci_item *item, gm_counts *n) {
    n->tests++;
    g_string_append(out, "    <testcase");
    put_attribute(out, "name", rule);
    put_attribute(out, "classname", suite);
    g_string_append(out, ">\n");
    if (item) n->failures++, put_failure(out, item);
    else if (strcmp(f->outcome, "not_applicable") == 0) n->skipped++, put_message(out, "skipped", f->summary);
    else if (strcmp(f->outcome, "failed") == 0) n->errors++, put_message(out, "error", f->summary);
    else put_note(out, f->summary);
    g_string_append(out, "    </testcase>\n");
}

/* Items that stand for no rule's finding: changes of the verdict and the measures. */
static void put_other_cases(GString *out, const char *suite, const gm_model_container *c, const GArray *items,
                            gm_counts *n) {
    for (guint i = 0; i < items->len; i++) {
        const gm_ci_item *item = &g_array_index(items, gm_ci_item, i);
        if (item->container == c && !item->finding) put_case(out, suite, item->rule, NULL, item, n);
    }
}

static void put_suite(GString *out, const gm_model_container *c, const GArray *items, gm_counts *all) {
    g_autofree char *name = gm_ci_container_name(c);
    g_autoptr(GString) cases = g_string_new(NULL);
    gm_counts n = {0};
    for (size_t i = 0; i < c->n_findings; i++)
        if (gm_model_finding_leads(c, i))
            put_case(cases, name, c->findings[i].rule, &c->findings[i], gm_ci_item_of(items, c, c->findings[i].rule),
                     &n);
    put_other_cases(cases, name, c, items, &n);
    g_string_append(out, "  <testsuite");
    put_attribute(out, "name", name);
    put_counts(out, &n);
    g_string_append_printf(out, ">\n%s  </testsuite>\n", cases->str);
    *all =
        (gm_counts){all->tests + n.tests, all->failures + n.failures, all->errors + n.errors, all->skipped + n.skipped};
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)options;
    (void)error;
    g_autoptr(GArray) items = gm_ci_items(model);
    g_autoptr(GString) suites = g_string_new(NULL);
    gm_counts all = {0};
    for (size_t i = 0; i < model->n_containers; i++) put_suite(suites, &model->containers[i], items, &all);
    g_string_append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
    put_attribute(out, "name", "gomortem");
    put_counts(out, &all);
    g_string_append_printf(out, ">\n%s</testsuites>\n", suites->str);
    return true;
}

const gm_renderer gm_renderer_junit = {
    .name = "junit", .file_name = "junit.xml", .title = "JUnit XML: a test case per rule", .render = render};
