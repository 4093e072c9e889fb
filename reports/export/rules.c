/* A Prometheus rules file that would have told of this incident earlier. https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 *
 * Memory is a gauge: its slope is deriv (), never rate (), which adds the whole value at each fall. A young process is
 * let warm up (the age gate), and the window spans many collections, so that the collector's saw-tooth is no slope.
 * Windows, gate and threshold come from the incident; a comment says from which of its numbers. */
#include "gomortem/export.h"

#include <math.h>

typedef struct {
    char *selector;      /* {namespace="...",container="..."} */
    char *title, *cause;
    const char *metric;  /* what to watch: rss, or the working set when the cause lies outside it */
    double slope_per_s;  /* of the incident; NAN: nothing grew */
    double limit_bytes;  /* NAN: unknown */
    double killed_s;     /* shortest life that a kill ended; NAN: none */
    double gc_period_s;  /* NAN: unknown */
} target;

/* One row a workload: pods of the same namespace and container name share the rules. */
static const char targets_sql[] =
    "SELECT c.namespace, c.container, v.cause, v.family,"
    " (SELECT max (t.slope_per_min) / 60 FROM trend t WHERE t.container_id = c.container_id AND t.fires AND t.slope_per_min > 0"
    "   AND t.series = CASE WHEN v.family IN ('file', 'kernel') THEN 'working_set_bytes' ELSE 'anon_bytes' END),"
    " (SELECT l.limit_bytes FROM life l WHERE l.container_id = c.container_id AND l.limit_bytes > 0 ORDER BY l.life DESC LIMIT 1),"
    " (SELECT min (l.to_ns - l.from_ns) / 1e9 FROM life l WHERE l.container_id = c.container_id AND l.ended_by = 'oom_kill' AND l.cut_by <> 'first_record'),"
    " (SELECT max ((g.to_ns - g.from_ns) / 1e9 / g.cycles) FROM gc_summary g WHERE g.container_id = c.container_id AND g.cycles > 0), c.pod "
    "FROM container c JOIN verdict v ON v.container_id = c.container_id AND v.life IS NULL "
    "WHERE c.container IS NOT NULL AND (?1 IS NULL OR coalesce (c.namespace, '') || '/' || coalesce (c.pod, '') || '/' || c.container GLOB ?1) "
    "AND c.container_id = (SELECT o.container_id FROM container o JOIN verdict w ON w.container_id = o.container_id AND w.life IS NULL"
    "  WHERE o.namespace IS c.namespace AND o.container = c.container"
    "  ORDER BY CASE w.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END, o.container_id LIMIT 1) "
    "ORDER BY c.namespace, c.container";

/* A PromQL string; what is not plain ASCII is escaped, so that YAML cannot be broken either. */
static void put_matcher(GString *out, const char *label, const char *value) {
    if (!value) return;
    g_string_append_printf(out, "%s%s=\"", out->len > 1 ? "," : "", label);
    for (; *value; value++) {
        bool plain = *value >= ' ' && *value <= '~' && *value != '"' && *value != '\\';
        if (plain) g_string_append_c(out, *value);
        else g_string_append_printf(out, "\\x%02x", (unsigned char)*value);
    }
    g_string_append_c(out, '"');
}

/* For comments and names: what YAML takes without quotes. */
static char *plain_word(const char *text) {
    return text ? g_strcanon(g_strdup(text), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", '_') : g_strdup("_");
}

static target read_target(sqlite3_stmt *row) {
    const char *ns = gm_column_text(row, 0), *container = gm_column_text(row, 1), *family = gm_column_text(row, 3);
    g_autoptr(GString) selector = g_string_new("{");
    put_matcher(selector, "namespace", ns);
    put_matcher(selector, "container", container);
    g_autofree char *ns_word = plain_word(ns), *word = plain_word(container);
    bool outside = strcmp(family, "file") == 0 || strcmp(family, "kernel") == 0;
    return (target){.selector = g_strdup_printf("%s}", selector->str),
                    .title = g_strdup_printf("%s-%s", ns_word, word),
                    .cause = plain_word(gm_column_text(row, 2)),
                    .metric = outside ? "container_memory_working_set_bytes" : "container_memory_rss",
                    .slope_per_s = gm_column_double(row, 4),
                    .limit_bytes = gm_column_double(row, 5),
                    .killed_s = gm_column_double(row, 6),
                    .gc_period_s = gm_column_double(row, 7)};
}

static void release_target(target *t) {
    g_free(t->selector);
    g_free(t->title);
    g_free(t->cause);
}

typedef struct {
    int window_min, age_min, horizon_min, hold_min;
    double threshold;
    const char *why;
} tuning;

/* Half an hour and four collections, unless a process was killed sooner than two such windows. */
static tuning tune(const target *t) {
    double window_min = 30, age_min = 30, horizon_min = 240;
    if (t->gc_period_s * 4 / 60 > window_min) window_min = t->gc_period_s * 4 / 60;
    if (window_min > 360) window_min = 360;
    if (t->killed_s / 60 / 4 < age_min) age_min = t->killed_s / 60 / 4;
    if (t->killed_s / 60 / 2 < window_min) window_min = t->killed_s / 60 / 2;
    if (t->killed_s / 60 < horizon_min) horizon_min = t->killed_s / 60;
    tuning tuned = {.window_min = (int)fmax(5, round(window_min)), .age_min = (int)fmax(2, round(age_min)), .horizon_min = (int)fmax(15, round(horizon_min))};
    tuned.hold_min = MAX(1, tuned.window_min / 4);
    bool grew = t->slope_per_s > 0, limited = t->limit_bytes > 0;
    tuned.threshold = grew ? t->slope_per_s / 2 : limited ? t->limit_bytes / 86400 : NAN;
    tuned.why = grew ? "half the growth of this incident" : "would fill the limit within a day";
    return tuned;
}

static void put_alert(FILE *out, const char *name, const char *expression, int hold_min, const char *severity, const char *summary) {
    fprintf(out, "      - alert: %s\n        expr: |-\n          %s\n        for: %dm\n        labels:\n          severity: %s\n        annotations:\n"
                 "          summary: '%s'\n", name, expression, hold_min, severity, summary);
}

static void put_growth(FILE *out, const target *t, const tuning *tuned, const char *gate) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    if (!(tuned->threshold > 0)) return;
    g_ascii_formatd(number, sizeof(number), "%.0f", ceil(tuned->threshold));
    g_autofree char *growth = g_strdup_printf("deriv(%s%s[%dm]) > %s\n          %s", t->metric, t->selector, tuned->window_min, number, gate);
    g_ascii_formatd(number, sizeof(number), "%.2f", tuned->threshold * 60 / 1048576);
    fprintf(out, "      # %s MiB/min: %s\n", number, tuned->why);
    put_alert(out, "MemoryGrowsSteadily", growth, tuned->hold_min, "warning", "{{ $labels.pod }}/{{ $labels.container }} grows by {{ $value | humanize1024 }}B a second");
}

static void put_target(FILE *out, const target *t) {
    tuning tuned = tune(t);
    g_autofree char *gate = g_strdup_printf("and on (namespace, pod, container) (time() - container_start_time_seconds%s > %d)", t->selector, tuned.age_min * 60);
    g_autofree char *limit = g_strdup_printf("on (namespace, pod, container) group_left () (max by (namespace, pod, container) (container_spec_memory_limit_bytes%s) > 0)", t->selector);
    g_autofree char *reach = g_strdup_printf("predict_linear(%s%s[%dm], %d)\n          > %s\n          %s", t->metric, t->selector, tuned.window_min, tuned.horizon_min * 60, limit, gate);
    g_autofree char *near = g_strdup_printf("container_memory_working_set_bytes%s\n          / %s > 0.9", t->selector, limit);
    fprintf(out, "  - name: gomortem-%s\n    rules:\n", t->title);
    if (t->killed_s > 0) fprintf(out, "      # cause here: %s; the shortest life that a kill ended lasted %.0f min\n", t->cause, t->killed_s / 60);
    else fprintf(out, "      # cause here: %s\n", t->cause);
    put_growth(out, t, &tuned, gate);
    put_alert(out, "MemoryReachesLimitSoon", reach, tuned.hold_min, "critical", "{{ $labels.pod }}/{{ $labels.container }} will reach its memory limit");
    put_alert(out, "MemoryNearLimit", near, 10, "warning", "{{ $labels.pod }}/{{ $labels.container }} uses {{ $value | humanizePercentage }} of its memory limit");
}

static bool write_rules(gm_store *store, const gm_export_options *options, FILE *out, GError **error) {
    g_autoptr(sqlite3_stmt) rows = gm_store_prepare(store, targets_sql, error);
    int step = SQLITE_DONE, count = 0;
    if (!rows) return false;
    gm_bind_text(rows, 1, options->container);
    for (; (step = sqlite3_step(rows)) == SQLITE_ROW; count++) {
        if (!count) fputs("# Suggested by gomortem from one incident: check the thresholds against healthy days before paging anybody.\ngroups:\n", out);
        target t = read_target(rows);
        put_target(out, &t);
        release_target(&t);
    }
    if (step != SQLITE_DONE) return gm_store_error_set(store, error);
    if (!count) g_set_error_literal(error, GM_EXPORT_ERROR, GM_EXPORT_ERROR_NOTHING, "there is no analyzed container with a name to write rules for");
    return count > 0;
}

const gm_exporter gm_exporter_rules = {.name = "rules", .title = "Prometheus alert rules tuned to this incident", .write = write_rules};
