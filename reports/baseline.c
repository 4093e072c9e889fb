/* Compares the containers of a run with those of a good one. After both models; before the renderers, which tell what is
 * new or worse. What the baseline could not check does not count as good: a rule that fires now is new then. */
#include "gomortem/baseline.h"

#include "gomortem/human.h"
#include "reports/ci.h"
#include "reports/model_ci.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    gm_model *now;
    const gm_model *base;
    const double *threshold;
    char **now_workloads, **base_workloads;
    bool *matched; /* of the baseline's containers */
} gm_comparison;

typedef struct { /* one container and what it is compared with */
    gm_comparison *all;
    gm_model_container *c;
    GPtrArray *base; /* const gm_model_container *; empty: it is new */
    GArray *changes;
} gm_pairing;

/* --- matching ---------------------------------------------------------------------------------------------- */

static char **workloads_of(const gm_model *model) {
    char **names = g_new0(char *, model->n_containers + 1);
    for (size_t i = 0; i < model->n_containers; i++) names[i] = gm_workload_name(model->containers[i].pod);
    return names;
}

static bool same_place(const gm_model_container *a, const gm_model_container *b) {
    return g_strcmp0(a->namespace_name, b->namespace_name) == 0 && g_strcmp0(a->container, b->container) == 0;
}

static size_t count_place(const gm_model *model, const gm_model_container *c) {
    size_t n = 0;
    for (size_t i = 0; i < model->n_containers; i++) n += same_place(&model->containers[i], c);
    return n;
}

static void match(gm_comparison *all, size_t index, GPtrArray *base) {
    const gm_model_container *c = &all->now->containers[index];
    bool alone = count_place(all->now, c) == 1 && count_place(all->base, c) == 1;
    for (size_t i = 0; i < all->base->n_containers; i++) {
        const gm_model_container *other = &all->base->containers[i];
        if (!same_place(c, other) || (!alone && strcmp(all->now_workloads[index], all->base_workloads[i]) != 0)) continue;
        all->matched[i] = true;
        g_ptr_array_add(base, (void *)other);
    }
}

/* --- what the baseline knows ------------------------------------------------------------------------------- */

static int base_rank(const gm_pairing *p) {
    int rank = -1;
    for (guint i = 0; i < p->base->len; i++) rank = MAX(rank, gm_model_severity_rank(((const gm_model_container *)p->base->pdata[i])->verdict.severity));
    return rank;
}

/* Highest severity with which the rule fired, as cause that of the verdict; -1: it did not fire. */
static int base_rule(const gm_pairing *p, const char *rule) {
    int rank = -1;
    for (guint i = 0; i < p->base->len; i++) {
        const gm_model_container *c = p->base->pdata[i];
        for (size_t k = 0; k < c->n_findings; k++) {
            if (strcmp(c->findings[k].rule, rule) != 0 || strcmp(c->findings[k].outcome, "fired") != 0) continue;
            rank = MAX(rank, gm_model_severity_rank(c->findings[k].severity));
            if (strcmp(c->verdict.cause, rule) == 0) rank = MAX(rank, gm_model_severity_rank(c->verdict.severity));
        }
    }
    return rank;
}

/* A site that the baseline has for the same cause, the very one if it can be; NULL: none. */
static const char *base_site(const gm_pairing *p) {
    const char *site = NULL;
    for (guint i = 0; i < p->base->len; i++) {
        const gm_model_verdict *v = &((const gm_model_container *)p->base->pdata[i])->verdict;
        if (!v->site || strcmp(v->cause, p->c->verdict.cause) != 0) continue;
        if (!site || g_strcmp0(v->site, p->c->verdict.site) == 0) site = v->site;
    }
    return site;
}

static double base_measure(const gm_pairing *p, size_t offset) {
    double most = NAN;
    for (guint i = 0; i < p->base->len; i++) most = fmax(most, *(const double *)((const char *)&((const gm_model_container *)p->base->pdata[i])->measures + offset));
    return most;
}

/* --- changes ----------------------------------------------------------------------------------------------- */

static void add(gm_pairing *p, const char *state, const char *rule, const char *severity, const char *format, ...) __attribute__((format(printf, 5, 6)));
static void add(gm_pairing *p, const char *state, const char *rule, const char *severity, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    gm_model_change change = {state, rule, severity, gm_arena_strndup(p->all->now->arena, text, strlen(text))};
    g_array_append_val(p->changes, change);
}

static bool told(const gm_pairing *p, const char *rule) {
    for (guint i = 0; i < p->changes->len; i++)
        if (strcmp(g_array_index(p->changes, gm_model_change, i).rule, rule) == 0) return true;
    return false;
}

static void compare_findings(gm_pairing *p) {
    const gm_model_verdict *v = &p->c->verdict;
    for (size_t i = 0; i < p->c->n_findings; i++) {
        const gm_model_finding *f = &p->c->findings[i];
        if (!gm_model_finding_leads(p->c, i)) continue;
        bool is_cause = strcmp(f->rule, v->cause) == 0, fired = strcmp(f->outcome, "fired") == 0;
        const char *severity = is_cause ? v->severity : f->severity;
        int now = fired ? gm_model_severity_rank(severity) : 0, before = base_rule(p, f->rule);
        if (now > 0 && now > before) add(p, before > 0 ? "worse" : "new", f->rule, severity, "%s", is_cause ? v->summary : f->summary);
        else if (strcmp(f->outcome, "clean") == 0 && before > 0) add(p, "better", f->rule, "info", "%s", f->summary);
    }
}

static void compare_verdict(gm_pairing *p) {
    const gm_model_verdict *v = &p->c->verdict;
    int now = gm_model_severity_rank(v->severity), before = base_rank(p);
    const char *site = base_site(p);
    if (told(p, v->cause)) return;
    if (now > before && now > 0) add(p, p->base->len ? "worse" : "new", p->base->len ? "baseline_verdict" : v->cause, v->severity, "%s", v->summary);
    else if (now < before) add(p, "better", "baseline_verdict", v->severity, "%s", v->summary);
    else if (now > 0 && v->site && site && strcmp(site, v->site) != 0) add(p, "worse", "baseline_site", v->severity, "%s is to blame now; in the baseline it was %s", v->site, site);
}

static const char *at_least_medium(const char *severity) {
    return gm_model_severity_rank(severity) < gm_model_severity_rank("medium") ? "medium" : severity;
}

static void compare_measures(gm_pairing *p) {
    const double *t = p->all->threshold;
    const struct {
        const char *rule, *what, *unit;
        size_t offset;
        double pct, least;
    } rows[] = {
        {"baseline_growth", "growth of memory", "bytes/min", offsetof(gm_model_measures, growth_bytes_per_min), t[GM_TH_BASELINE_GROWTH_PCT], t[GM_TH_BASELINE_GROWTH_BYTES]},
        {"baseline_peak", "peak usage", "bytes", offsetof(gm_model_measures, peak_bytes), t[GM_TH_BASELINE_PEAK_PCT], t[GM_TH_MATERIAL_BYTES]},
        {"baseline_gc_cpu", "CPU of the collector", "%", offsetof(gm_model_measures, gc_cpu_pct), t[GM_TH_BASELINE_GC_PCT], t[GM_TH_BASELINE_GC_POINTS]},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        double now = *(const double *)((const char *)&p->c->measures + rows[i].offset), before = base_measure(p, rows[i].offset);
        char now_text[GM_HUMAN_SIZE], before_text[GM_HUMAN_SIZE];
        if (isnan(now) || isnan(before) || fabs(now - before) <= rows[i].least) continue;
        bool worse = now > before * (1 + rows[i].pct / 100), better = before > now * (1 + rows[i].pct / 100);
        if (worse || better)
            add(p, worse ? "worse" : "better", rows[i].rule, worse ? at_least_medium(p->c->verdict.severity) : "info", "%s is %s; in the baseline it was %s", rows[i].what,
                gm_human(now_text, now, rows[i].unit), gm_human(before_text, before, rows[i].unit));
    }
}

/* What is worse before what is better, then by severity, then findings before numbers. */
static gint by_weight(gconstpointer a, gconstpointer b) {
    const gm_model_change *x = a, *y = b;
    bool x_better = strcmp(x->state, "better") == 0, y_better = strcmp(y->state, "better") == 0;
    if (x_better != y_better) return x_better - y_better;
    int rank = gm_model_severity_rank(y->severity) - gm_model_severity_rank(x->severity);
    if (rank) return rank;
    bool x_number = g_str_has_prefix(x->rule, "baseline_"), y_number = g_str_has_prefix(y->rule, "baseline_");
    return x_number != y_number ? x_number - y_number : strcmp(x->rule, y->rule);
}

static void keep_changes(gm_pairing *p) {
    gm_model_comparison *out = &p->c->comparison;
    g_array_sort(p->changes, by_weight);
    out->n_changes = p->changes->len;
    out->changes = GM_ARENA_NEW(p->all->now->arena, gm_model_change, out->n_changes + 1);
    if (out->n_changes) memcpy(out->changes, p->changes->data, out->n_changes * sizeof *out->changes);
    bool worse = out->n_changes && strcmp(out->changes[0].state, "better") != 0;
    out->status = p->base->len == 0 ? "new" : worse ? "worse" : out->n_changes ? "better" : "unchanged";
}

static void list_missing(gm_comparison *all) {
    gm_model_baseline *out = &all->now->baseline;
    out->missing = GM_ARENA_NEW(all->now->arena, const char *, all->base->n_containers + 1);
    for (size_t i = 0; i < all->base->n_containers; i++) {
        if (all->matched[i]) continue;
        g_autofree char *name = gm_ci_container_name(&all->base->containers[i]);
        out->missing[out->n_missing++] = gm_arena_strndup(all->now->arena, name, strlen(name));
    }
}

void gm_baseline_compare(gm_model *now, const gm_model *base, const gm_thresholds *thresholds) {
    gm_comparison all = {now, base, thresholds->value, workloads_of(now), workloads_of(base), g_new0(bool, base->n_containers + 1)};
    for (size_t i = 0; i < now->n_containers; i++) {
        gm_pairing p = {&all, &now->containers[i], g_ptr_array_new(), g_array_new(FALSE, FALSE, sizeof(gm_model_change))};
        match(&all, i, p.base);
        compare_findings(&p);
        compare_verdict(&p);
        compare_measures(&p);
        keep_changes(&p);
        g_ptr_array_unref(p.base);
        g_array_unref(p.changes);
    }
    now->baseline.incident_id = gm_arena_strndup(now->arena, base->incident_id, strlen(base->incident_id));
    now->baseline.name = gm_arena_strndup(now->arena, base->name, strlen(base->name));
    list_missing(&all);
    g_strfreev(all.now_workloads);
    g_strfreev(all.base_workloads);
    g_free(all.matched);
}
