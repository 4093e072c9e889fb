/* Reads a comparison into its model: all of it for gomortem diff, and for an incident that was compared with a baseline
 * what belongs to each of its containers. After analyzer/diff has written the tables; before the renderers. */
#include "gomortem/human.h"
#include "reports/ci.h"
#include "reports/model_private.h"

#include <math.h>

/* --- rows --- */

static void read_difference(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_difference *d = element;
    const char **texts[] = {&d->area, &d->item, &d->measure, &d->unit,   &d->judgement, &d->severity,
                            &d->rule, &d->text, &d->a_text,  &d->b_text, &d->a_sql,     &d->b_sql};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) *texts[i] = gm_model_text(reading, stmt, (int)i);
    d->a_value = gm_column_double(stmt, 12);
    d->b_value = gm_column_double(stmt, 13);
    d->change = gm_column_double(stmt, 14);
    d->material = sqlite3_column_int(stmt, 15) != 0;
}

static void read_point(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_diff_point *point = element;
    (void)reading;
    point->since_ns = sqlite3_column_int64(stmt, 0);
    point->life = sqlite3_column_int(stmt, 1);
    for (int i = 0; i < GM_DIFF_VALUES; i++) point->value[i] = gm_column_int(stmt, 2 + i);
}

static void read_side(gm_reading *reading, sqlite3_stmt *stmt, int from, gm_model_pair_side *side) {
    side->container_id = gm_column_int(stmt, from);
    side->namespace_name = gm_model_text(reading, stmt, from + 1);
    side->pod = gm_model_text(reading, stmt, from + 2);
    side->container = gm_model_text(reading, stmt, from + 3);
    side->n_containers = sqlite3_column_int64(stmt, from + 4);
    side->seconds = gm_column_double(stmt, from + 5);
}

static void read_pair(gm_reading *reading, sqlite3_stmt *stmt, void *element) {
    gm_model_pair *pair = element;
    pair->pair_id = sqlite3_column_int64(stmt, 0);
    read_side(reading, stmt, 1, &pair->a);
    read_side(reading, stmt, 7, &pair->b);
    pair->matched_by = gm_model_text(reading, stmt, 13);
    pair->status = gm_model_text(reading, stmt, 14);
    pair->windows = gm_model_text(reading, stmt, 15);
    pair->summary = gm_model_text(reading, stmt, 16);
}

static bool read_parts(gm_reading *reading, gm_model_pair *pair) {
    static const char *const points[] = {
        "SELECT since_ns, life, usage_bytes, anon_bytes, go_live_bytes, limit_bytes, goroutines FROM comparison_point WHERE pair_id = ?1 AND side = 'a' ORDER BY since_ns",
        "SELECT since_ns, life, usage_bytes, anon_bytes, go_live_bytes, limit_bytes, goroutines FROM comparison_point WHERE pair_id = ?1 AND side = 'b' ORDER BY since_ns"};
    return gm_model_rows(
               reading,
               "SELECT area, item, measure, unit, judgement, severity, rule, text, a_text, b_text, a_sql, b_sql, a_value, b_value, change, material "
               "FROM difference WHERE pair_id = ?1 ORDER BY difference_id",
               pair->pair_id, sizeof(gm_model_difference), read_difference, &pair->differences, &pair->n_differences) &&
           gm_model_rows(reading, points[0], pair->pair_id, sizeof(gm_model_diff_point), read_point, &pair->a.points,
                         &pair->a.n_points) &&
           gm_model_rows(reading, points[1], pair->pair_id, sizeof(gm_model_diff_point), read_point, &pair->b.points,
                         &pair->b.n_points);
}

/* False without an error: there is no comparison. */
static bool read_head(gm_reading *reading, gm_model_diff *diff) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(
        reading->store, "SELECT a_incident_id, a_name, b_incident_id, b_name, summary FROM comparison", reading->error);
    if (!stmt) return false;
    int step = sqlite3_step(stmt);
    if (step != SQLITE_ROW) return step != SQLITE_DONE && gm_store_error_set(reading->store, reading->error);
    const char **texts[] = {&diff->a_id, &diff->a_name, &diff->b_id, &diff->b_name, &diff->summary};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) *texts[i] = gm_model_text(reading, stmt, (int)i);
    return true;
}

static bool read_pairs(gm_reading *reading, gm_model_diff *diff) {
    bool ok = gm_model_rows(
        reading,
        "SELECT pair_id, a_container_id, a_namespace, a_pod, a_container, a_containers, a_seconds, b_container_id, b_namespace, b_pod, b_container, "
        "b_containers, b_seconds, matched_by, status, windows, summary FROM comparison_pair ORDER BY pair_id",
        0, sizeof(gm_model_pair), read_pair, &diff->pairs, &diff->n_pairs);
    for (size_t i = 0; ok && i < diff->n_pairs; i++) ok = read_parts(reading, &diff->pairs[i]);
    return ok;
}

gm_model_diff *gm_model_diff_read(gm_store *store, GError **error) {
    g_autoptr(gm_model_diff) diff = g_new0(gm_model_diff, 1);
    GError *problem = NULL;
    diff->arena = gm_arena_new(0);
    diff->a_words = "A", diff->b_words = "B";
    gm_model shell = {.arena = diff->arena};
    gm_reading reading = {store, &shell, &problem};
    if (read_head(&reading, diff) && read_pairs(&reading, diff)) return g_steal_pointer(&diff);
    if (problem) g_propagate_error(error, problem);
    else g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_FORMAT, "it holds no comparison of two incidents");
    return NULL;
}

void gm_model_diff_free(gm_model_diff *diff) {
    if (!diff) return;
    gm_arena_free(diff->arena);
    g_free(diff);
}

/* --- a baseline --- */

/* What a gate calls it: what could not be checked before does not count as good, and a number is never new. */
static const char *state_of(const gm_model_difference *d) {
    bool better = strcmp(d->judgement, "better") == 0 || strcmp(d->judgement, "gone") == 0,
         fresh = strcmp(d->judgement, "new") == 0 || strcmp(d->judgement, "unknown") == 0;
    if (better) return "better";
    return fresh && !g_str_has_prefix(d->rule, "baseline_") ? "new" : "worse";
}

static void fill_comparison(gm_model *model, gm_model_container *c, const gm_model_pair *pair) {
    gm_model_comparison *out = &c->comparison;
    *out = (gm_model_comparison){.status = pair->status,
                                 .pair = pair,
                                 .changes = GM_ARENA_NEW(model->arena, gm_model_change, pair->n_differences + 1)};
    for (size_t i = 0; i < pair->n_differences; i++) {
        const gm_model_difference *d = &pair->differences[i];
        if (d->rule) out->changes[out->n_changes++] = (gm_model_change){state_of(d), d->rule, d->severity, d->text};
    }
}

static void list_missing(gm_model *model, const gm_model_diff *diff) {
    gm_model_baseline *out = &model->baseline;
    *out = (gm_model_baseline){.incident_id = diff->a_id,
                               .name = diff->a_name,
                               .missing = GM_ARENA_NEW(model->arena, const char *, diff->n_pairs + 1)};
    for (size_t i = 0; i < diff->n_pairs; i++) {
        const gm_model_pair_side *a = &diff->pairs[i].a;
        if (diff->pairs[i].b.n_containers) continue;
        gm_model_container shell = {.namespace_name = a->namespace_name, .pod = a->pod, .container = a->container};
        g_autofree char *name = gm_ci_container_name(&shell);
        out->missing[out->n_missing++] = gm_arena_strndup(model->arena, name, strlen(name));
    }
}

bool gm_model_compare(gm_model *model, gm_store *store, GError **error) {
    GError *problem = NULL;
    gm_reading reading = {store, model, &problem};
    gm_model_diff diff = {.arena = model->arena};
    bool there = read_head(&reading, &diff) && read_pairs(&reading, &diff);
    if (problem) g_propagate_error(error, problem);
    if (!there) return problem == NULL;
    list_missing(model, &diff);
    for (size_t i = 0; i < model->n_containers; i++)
        for (size_t k = 0; k < diff.n_pairs; k++)
            if (diff.pairs[k].b.container_id == model->containers[i].container_id)
                fill_comparison(model, &model->containers[i], &diff.pairs[k]);
    return true;
}

/* --- words --- */

const char *const gm_model_diff_areas[] = {"verdict",   "finding", "kill",   "limit", "setting",
                                           "version",   "trend",   "bucket", "site",  "goroutines",
                                           "collector", "load",    "record", NULL};

const char *gm_model_diff_area(const char *area) {
    static const char *const titles[] = {"Verdict",
                                         "Findings",
                                         "Deaths",
                                         "Limits",
                                         "Settings",
                                         "Versions",
                                         "Trends",
                                         "Where the memory is",
                                         "Who holds and grows the heap",
                                         "Goroutines",
                                         "Collector",
                                         "Load",
                                         "Record"};
    for (size_t i = 0; gm_model_diff_areas[i]; i++)
        if (strcmp(gm_model_diff_areas[i], area) == 0) return titles[i];
    return area;
}

char *gm_model_diff_label(const gm_model_difference *difference) {
    const char *area = difference->area, *measure = difference->measure;
    bool column = strcmp(area, "bucket") == 0 || strcmp(area, "trend") == 0;
    if (strcmp(area, "verdict") == 0 || strcmp(area, "collector") == 0) return g_strdup(measure);
    if (strcmp(area, "trend") == 0 && strcmp(measure, "growth") == 0) return g_strdup("growth of memory");
    const char *item = column ? gm_series_label(difference->item) : difference->item;
    bool plain = !*measure || strcmp(area, "finding") == 0 || strcmp(area, "load") == 0 || strcmp(area, "record") == 0;
    return plain ? g_strdup(item) : g_strdup_printf("%s: %s", item, measure);
}

char *gm_model_diff_words(const gm_model_difference *difference, int side) {
    static const char *const severities[] = {"info", "low", "medium", "high", "critical"};
    char text[GM_HUMAN_SIZE];
    double value = side ? difference->b_value : difference->a_value;
    const char *words = side ? difference->b_text : difference->a_text, *judgement = difference->judgement;
    bool absent = strcmp(judgement, side ? "gone" : "new") == 0, ranked = strcmp(difference->measure, "severity") == 0;
    if (ranked && value >= 0 && value <= 4)
        return g_strdup(value > 0                                  ? severities[(int)value]
                        : strcmp(difference->area, "finding") == 0 ? "clean"
                                                                   : "info");
    if (ranked) return g_strdup(absent ? "\xe2\x80\x93" : "not checked");
    if (!difference->unit)
        return g_strdup(words                                      ? words
                        : !absent                                  ? "unknown"
                        : strcmp(difference->area, "setting") == 0 ? "not set"
                                                                   : "none");
    bool slope = strcmp(difference->measure, "slope") == 0,
         flat = value == 0 && (slope || strcmp(difference->measure, "growth") == 0);
    if (flat || (slope && isnan(value))) return g_strdup(slope && words ? words : "flat"); /* the shape of the trend */
    return g_strdup(gm_human(text, value, difference->unit));
}
