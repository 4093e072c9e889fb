/* Picks what the CI formats tell, with the member to point at and a fingerprint that outlives the run. After the model
 * and its comparison; before the renderers sarif, junit, github, github_summary and gitlab. */
#include "reports/ci.h"

#include "gomortem/workload.h"
#include "reports/plain.h"

static gm_model_source source_of(const gm_model_finding *f) {
    static const struct {
        const char *word;
        gm_model_source source;
    } words[] = {{"heap_", GM_SOURCE_PROFILES},
                 {"alloc_site", GM_SOURCE_PROFILES},
                 {"goroutine_group", GM_SOURCE_GOROUTINES},
                 {"FROM goroutine", GM_SOURCE_GOROUTINES},
                 {"FROM gc", GM_SOURCE_COLLECTIONS},
                 {"gc_", GM_SOURCE_COLLECTIONS},
                 {"oom_", GM_SOURCE_KERNEL}};
    for (size_t w = 0; w < G_N_ELEMENTS(words); w++)
        for (size_t i = 0; i < f->n_evidence; i++)
            if (f->evidence[i].sql && strstr(f->evidence[i].sql, words[w].word)) return words[w].source;
    return GM_SOURCE_SAMPLES;
}

static const char *member_of(const gm_model_container *c, const gm_model_finding *f) {
    const char *member = c->member_of[f ? source_of(f) : GM_SOURCE_SAMPLES];
    for (int i = 0; !member && i < GM_SOURCES; i++) member = c->member_of[i];
    return member;
}

static void hash_word(GChecksum *hash, const char *word) {
    if (word) g_checksum_update(hash, (const guchar *)word, (gssize)strlen(word) + 1);
    else g_checksum_update(hash, (const guchar *)"", 1);
}

/* Neither numbers nor the pod's made-up suffix take part: they differ in every run. */
static void fill_fingerprint(gm_ci_item *item) {
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    g_autofree char *workload = gm_workload_name(item->container->pod);
    const char *words[] = {
        "gomortem/1", item->rule, item->container->namespace_name, workload, item->container->container, item->site};
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++) hash_word(hash, words[i]);
    g_strlcpy(item->fingerprint, g_checksum_get_string(hash), sizeof item->fingerprint);
}

static const gm_model_finding *leading(const gm_model_container *c, const char *rule) {
    for (size_t i = 0; i < c->n_findings; i++)
        if (strcmp(c->findings[i].rule, rule) == 0 && gm_model_finding_leads(c, i)) return &c->findings[i];
    return NULL;
}

static void add(GArray *items, const gm_model_container *c, gm_ci_item item) {
    bool is_cause = strcmp(item.rule, c->verdict.cause) == 0 || g_str_has_prefix(item.rule, "baseline_");
    item.container = c;
    item.finding = leading(c, item.rule);
    item.site = is_cause ? c->verdict.site : NULL;
    item.member = member_of(c, item.finding ? item.finding : leading(c, c->verdict.cause));
    fill_fingerprint(&item);
    g_array_append_val(items, item);
}

static void add_findings(GArray *items, const gm_model_container *c) {
    const gm_model_verdict *v = &c->verdict;
    bool told = false;
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        if (strcmp(f->outcome, "fired") != 0 || gm_model_severity_rank(f->severity) <= 0 ||
            !gm_model_finding_leads(c, i))
            continue;
        bool is_cause = strcmp(f->rule, v->cause) == 0;
        told |= is_cause;
        add(items, c,
            (gm_ci_item){.rule = f->rule,
                         .severity = is_cause ? v->severity : f->severity,
                         .text = is_cause ? v->summary : f->summary});
    }
    if (!told && gm_model_severity_rank(v->severity) > 0)
        add(items, c, (gm_ci_item){.rule = v->cause, .severity = v->severity, .text = v->summary});
}

static void add_changes(GArray *items, const gm_model_container *c) {
    for (size_t i = 0; i < c->comparison.n_changes; i++) {
        const gm_model_change *change = &c->comparison.changes[i];
        if (strcmp(change->state, "better") == 0 || gm_model_severity_rank(change->severity) <= 0) continue;
        add(items, c,
            (gm_ci_item){
                .rule = change->rule, .severity = change->severity, .text = change->text, .state = change->state});
    }
}

GArray *gm_ci_items(const gm_model *model) {
    GArray *items = g_array_new(FALSE, FALSE, sizeof(gm_ci_item));
    for (size_t i = 0; i < model->n_containers; i++) {
        if (model->containers[i].comparison.status) add_changes(items, &model->containers[i]);
        else add_findings(items, &model->containers[i]);
    }
    return items;
}

const gm_ci_item *gm_ci_item_of(const GArray *items, const gm_model_container *container, const char *rule) {
    for (guint i = 0; i < items->len; i++) {
        const gm_ci_item *item = &g_array_index(items, gm_ci_item, i);
        if (item->container == container && strcmp(item->rule, rule) == 0) return item;
    }
    return NULL;
}

char *gm_ci_container_name(const gm_model_container *container) {
    return gm_plain_name(container->namespace_name, container->pod, container->container);
}
