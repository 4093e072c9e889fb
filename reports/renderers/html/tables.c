/* The tables of a container's section: buckets over time, functions, goroutines, the collector, kernel reports, events.
 */
#include "reports/renderers/html/html.h"

#include <math.h>

static void head(gm_html *page, const char *const *columns) {
    gm_html_put(page, "<div class=\"wide\"><table><thead><tr>");
    for (size_t i = 0; columns[i]; i++) {
        bool number = columns[i][0] == '#'; /* right-aligned */
        gm_html_put(page, "<th%s>%s</th>", number ? " class=\"num\"" : "", columns[i] + number);
    }
    gm_html_put(page, "</tr></thead><tbody>\n");
}

static void foot(gm_html *page) {
    gm_html_put(page, "</tbody></table></div>\n");
}

/* --- buckets --- */

#define SPARK_WIDTH  120
#define SPARK_HEIGHT 22
#define SPARK_STEPS  60

/* A small curve: per step of time the greatest value, so that no spike is lost. Points of a database that somebody made
 * up may be in any order. */
static void put_spark(gm_html *page, const gm_model_container *c, int column, const char *fill) {
    double steps[SPARK_STEPS], most = 0;
    for (int i = 0; i < SPARK_STEPS; i++) steps[i] = NAN;
    double from = (double)c->points[0].t_ns, span = fmax((double)c->points[c->n_points - 1].t_ns - from, 1);
    for (size_t i = 0; i < c->n_points; i++) {
        int64_t value = c->points[i].value[column];
        int step = (int)CLAMP(((double)c->points[i].t_ns - from) / span * (SPARK_STEPS - 1), 0, SPARK_STEPS - 1);
        if (value != GM_UNKNOWN) steps[step] = fmax(steps[step], (double)value);
        if (value != GM_UNKNOWN) most = fmax(most, (double)value);
    }
    gm_html_put(page,
                "<td><svg class=\"spark\" viewBox=\"0 0 %d %d\" aria-hidden=\"true\"><path class=\"f-%s\" d=\"M0 %d",
                SPARK_WIDTH, SPARK_HEIGHT, fill, SPARK_HEIGHT);
    double at = SPARK_HEIGHT;
    for (int i = 0; i < SPARK_STEPS; i++) {
        if (!isnan(steps[i]) && most > 0) at = SPARK_HEIGHT - steps[i] / most * (SPARK_HEIGHT - 1);
        gm_html_put(page, "L%d %.1f", i * SPARK_WIDTH / (SPARK_STEPS - 1), at);
    }
    gm_html_put(page, "L%d %dz\"/></svg></td>", SPARK_WIDTH, SPARK_HEIGHT);
}

static int64_t first_known(const gm_model_container *c, int column) {
    for (size_t i = 0; i < c->n_points; i++)
        if (c->points[i].value[column] != GM_UNKNOWN) return c->points[i].value[column];
    return GM_UNKNOWN;
}

static const gm_model_growth *growth_of(const gm_model_container *c, int life, const char *bucket) {
    for (size_t i = 0; i < c->n_growths; i++)
        if (c->growths[i].life == life && strcmp(c->growths[i].bucket, bucket) == 0) return &c->growths[i];
    return NULL;
}

static void put_bucket(gm_html *page, const gm_model_container *c, int column, size_t worst, int64_t usage) {
    g_autofree char *name = g_strdup(gm_column_name((gm_column)column));
    int64_t at_worst = c->points[worst].value[column];
    gm_chart_fill fill = GM_FILL_INK;
    if (g_str_has_suffix(name, "_bytes")) name[strlen(name) - 6] = '\0';
    bool known = gm_chart_fill_find(name, &fill);
    gm_html_put(page, "<tr><td><i class=\"key f-%s\"></i>%s</td>", known ? gm_chart_fill_name(fill) : "ink",
                gm_column_label((gm_column)column));
    put_spark(page, c, column, gm_chart_fill_name(fill));
    gm_html_bytes_cell(page, first_known(c, column));
    gm_html_bytes_cell(page, at_worst);
    gm_html_number_cell(page, at_worst != GM_UNKNOWN && usage > 0 ? 100 * (double)at_worst / (double)usage : NAN, "%");
    const gm_model_growth *growth = growth_of(c, c->points[worst].life, name);
    gm_html_bytes_cell(page, growth ? growth->delta_bytes : GM_UNKNOWN);
    gm_html_number_cell(page, growth ? growth->share_pct : NAN, "%");
    gm_html_put(page, "</tr>\n");
}

void gm_html_buckets(gm_html *page, const gm_model_container *c) {
    static const char *const columns[] = {"Bucket",           "Over time",
                                          "#At the start",    "#At the worst moment",
                                          "#Share of usage",  "#Growth in that life",
                                          "#Share of growth", NULL};
    size_t worst;
    int64_t usage = gm_picture_peak(c, &worst);
    if (c->n_points < 2) return;
    gm_html_section(page, c, "memory", "Where the memory is", NULL);
    gm_html_picture(page, c, GM_PICTURE_WATERFALL, NULL);
    head(page, columns);
    put_bucket(page, c, GM_COL_USAGE, worst, usage);
    for (int column = 0; column < GM_COL_COUNT; column++) {
        int64_t most = 0;
        for (size_t i = 0; i < c->n_points; i++) most = MAX(most, c->points[i].value[column]);
        bool bucket = gm_column_kind_of((gm_column)column) == GM_COLUMN_BUCKET || column == GM_COL_UNEXPLAINED;
        if (bucket && most > 0) put_bucket(page, c, column, worst, usage);
    }
    foot(page);
    gm_html_put(page, "</section>\n");
}

/* --- functions and goroutines --- */

void gm_html_sites(gm_html *page, const gm_model_container *c) {
    static const char *const columns[] = {
        "Function", "#Life", "#First", "#Last", "#Slope", "#Share of growth", "Beyond the sampling noise", NULL};
    if (c->n_sites == 0) return;
    gm_html_put(page, "<h3>By function of the service's own code</h3>");
    head(page, columns);
    for (size_t i = 0; i < c->n_sites && i < gm_html_most(page, 12); i++) {
        const gm_model_site *s = &c->sites[i];
        if (s->last_bytes <= s->first_bytes && i > 2) continue; /* the rest did not grow */
        gm_html_put(page, "<tr><td><code>");
        gm_html_esc(page, s->function);
        gm_html_put(page, "</code></td><td class=\"num\">%d</td>", s->life);
        gm_html_bytes_cell(page, s->first_bytes);
        gm_html_bytes_cell(page, s->last_bytes);
        gm_html_number_cell(page, s->slope_bytes_per_min, "bytes/min");
        gm_html_number_cell(page, s->share_pct, "%");
        gm_html_put(page, "<td>%s</td></tr>\n", s->significant ? "yes" : "no");
    }
    foot(page);
}

void gm_html_groups(gm_html *page, const gm_model_container *c) {
    static const char *const columns[] = {
        "Where they are, innermost call first", "State", "#Life", "#First", "#Last", "#Longest wait", NULL};
    if (c->n_groups == 0) return;
    gm_html_section(page, c, "goroutines", "Goroutines",
                    "Grouped by the calls that matter, those that grew most first.");
    gm_html_picture(page, c, GM_PICTURE_GOROUTINES, NULL);
    head(page, columns);
    for (size_t i = 0; i < c->n_groups && i < gm_html_most(page, 12); i++) {
        const gm_model_goroutines *g = &c->groups[i];
        gm_html_put(page, "<tr><td><code>");
        gm_html_esc(page, g->signature);
        gm_html_put(page, "</code></td>");
        gm_html_tag(page, "td", g->state ? g->state : "unknown");
        gm_html_put(page, "<td class=\"num\">%d</td>", g->life);
        gm_html_count_cell(page, g->first_count);
        gm_html_count_cell(page, g->last_count);
        gm_html_number_cell(page, g->max_wait_minutes == GM_UNKNOWN ? NAN : (double)g->max_wait_minutes, "min");
        gm_html_put(page, "</tr>\n");
    }
    foot(page);
    gm_html_put(page, "</section>\n");
}

/* --- collector --- */

void gm_html_collector(gm_html *page, const gm_model_container *c) {
    static const char *const columns[] = {"#Life",
                                          "#Cycles",
                                          "Paced by",
                                          "GOGC",
                                          "#Effective GOGC",
                                          "GOMEMLIMIT",
                                          "#Share of CPU",
                                          "#Allocation",
                                          "#Mark, 95th percentile",
                                          "#Longest pause",
                                          NULL};
    char text[GM_HUMAN_SIZE];
    if (c->n_collectors == 0) return;
    gm_html_section(page, c, "collector", "What the collector did", NULL);
    gm_html_picture(page, c, GM_PICTURE_GC, NULL);
    head(page, columns);
    for (size_t i = 0; i < c->n_collectors && i < gm_html_most(page, 40); i++) {
        const gm_model_gc_summary *g = &c->collectors[i];
        gm_html_put(page, "<tr><td class=\"num\">%d</td>", g->life);
        gm_html_count_cell(page, g->cycles);
        gm_html_tag(page, "td", g->regime);
        if (g->gogc == GM_UNKNOWN) gm_html_put(page, "<td>unknown</td>");
        else if (g->gogc < 0) gm_html_put(page, "<td>off</td>");
        else
            gm_html_put(page, "<td>%lld <span class=\"soft\">%s</span></td>", (long long)g->gogc,
                        g->gogc_source && strcmp(g->gogc_source, "inferred") == 0 ? "inferred" : "");
        gm_html_number_cell(page, g->effective_gogc_pct, "%");
        gm_html_put(page, "<td>%s</td>",
                    g->memlimit_bytes == GM_UNKNOWN ? "not found" : gm_human(text, (double)g->memlimit_bytes, "bytes"));
        gm_html_number_cell(page, g->gc_share_pct, "%");
        gm_html_number_cell(page, g->alloc_bytes_per_s, "bytes/s");
        gm_html_number_cell(page, g->mark_p95_ms, "ms");
        gm_html_number_cell(page, g->pause_max_ms, "ms");
        gm_html_put(page, "</tr>\n");
    }
    foot(page);
    gm_html_put(page, "</section>\n");
}

/* --- kernel reports --- */

/* What a class of kill means to somebody who does not read kernel logs. */
static const char *class_words(const char *class_name) {
    static const char *const words[][2] = {
        {"own_limit", "The container reached its own memory limit"},
        {"ancestor", "A cgroup above the container (pod or slice) reached its limit"},
        {"node", "The node itself was out of memory"},
        {"child", "A cgroup below the container reached its limit"},
        {"eviction", "The kubelet evicted the pod"},
        {"sigkill", "Killed by a signal; nothing says that memory was the reason"},
        {"go_throw", "The Go runtime gave up by itself"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
        if (class_name && strcmp(class_name, words[i][0]) == 0) return words[i][1];
    return "Of unknown class";
}

/* ["kernel_log","pod_status"] -> kernel log, pod status */
static void put_sources(gm_html *page, const char *sources) {
    g_autoptr(GString) text = g_string_new(NULL);
    for (const char *p = sources ? sources : ""; *p; p++) {
        if (*p == ',') g_string_append(text, ", ");
        else if (*p == '_') g_string_append_c(text, ' ');
        else if (!strchr("[]\"", *p)) g_string_append_c(text, *p);
    }
    gm_html_put(page, " <span class=\"soft\">Known from ");
    gm_html_esc(page, text->str);
    gm_html_put(page, "</span>");
}

static void put_pair(gm_html *page, const char *name, int64_t bytes) {
    char text[GM_HUMAN_SIZE];
    if (bytes != GM_UNKNOWN)
        gm_html_put(page, "<div><dt>%s</dt><dd>%s</dd></div>", name, gm_human(text, (double)bytes, "bytes"));
}

static void put_kernel_tables(gm_html *page, const gm_model_kill *k) {
    static const char *const stats[] = {"memory.stat", "#Value", NULL}, *const tasks[] = {
                                                                            "Task",           "#pid",
                                                                            "#Resident",      "#Address space",
                                                                            "#oom_score_adj", NULL};
    if (k->n_stats == 0 && k->n_tasks == 0) return;
    gm_html_put(page, "<details><summary>What the kernel printed</summary><div class=\"columns\">");
    if (k->n_stats) {
        head(page, stats);
        for (size_t i = 0; i < k->n_stats; i++) {
            gm_html_put(page, "<tr>");
            gm_html_tag(page, "td", k->stats[i].key);
            gm_html_bytes_cell(page, k->stats[i].value);
            gm_html_put(page, "</tr>\n");
        }
        foot(page);
    }
    if (k->n_tasks) {
        head(page, tasks);
        for (size_t i = 0; i < k->n_tasks; i++) {
            const gm_model_oom_task *t = &k->tasks[i];
            gm_html_put(page, "<tr>");
            gm_html_tag(page, "td", t->name);
            gm_html_put(page, "<td class=\"num\">%lld</td>", (long long)t->pid);
            gm_html_bytes_cell(page, t->rss_bytes);
            gm_html_bytes_cell(page, t->total_vm_bytes);
            gm_html_count_cell(page, t->score_adj);
            gm_html_put(page, "</tr>\n");
        }
        foot(page);
    }
    gm_html_put(page, "</div></details>");
}

static void put_kill(gm_html *page, const gm_model_kill *k) {
    char text[GM_HUMAN_SIZE];
    gm_html_put(page, "<article class=\"kill\"><h3>");
    gm_html_time(page, k->t_ns);
    if (k->uncertainty_ns != GM_UNKNOWN && k->uncertainty_ns > GM_NS_PER_S)
        gm_html_put(page, " <span class=\"soft\">&plusmn; %s</span>",
                    gm_human_duration(text, (double)k->uncertainty_ns / 1e9));
    gm_html_put(page, " <span class=\"soft\">life %d</span></h3><p>%s.", k->life, class_words(k->class_name));
    if (k->victim) {
        gm_html_put(page, " Victim <b>");
        gm_html_esc(page, k->victim);
        gm_html_put(page, "</b>");
        if (k->pid != GM_UNKNOWN) gm_html_put(page, " (pid %lld)", (long long)k->pid);
        gm_html_put(page, ".");
    }
    put_sources(page, k->sources);
    gm_html_put(page, "</p>");
    if (k->usage_bytes == GM_UNKNOWN && k->anon_rss_bytes == GM_UNKNOWN) {
        gm_html_put(page, "<p class=\"soft\">No kernel report of it is in the bundle.</p></article>\n");
        return;
    }
    gm_html_put(page, "<dl class=\"facts small\">");
    put_pair(page, "Usage", k->usage_bytes);
    put_pair(page, "Limit", k->limit_bytes);
    put_pair(page, "Anonymous, victim", k->anon_rss_bytes);
    put_pair(page, "File, victim", k->file_rss_bytes);
    put_pair(page, "Shared, victim", k->shmem_rss_bytes);
    if (k->constraint_name) {
        gm_html_put(page, "<div><dt>Constraint</dt><dd>");
        gm_html_esc(page, k->constraint_name);
        gm_html_put(page, "</dd></div>");
    }
    if (k->oom_cgroup) {
        gm_html_put(page, "<div><dt>Cgroup over its limit</dt><dd><code>");
        gm_html_esc(page, k->oom_cgroup);
        gm_html_put(page, "</code></dd></div>");
    }
    if (k->failcnt != GM_UNKNOWN)
        gm_html_put(page, "<div><dt>Failed charges</dt><dd>%lld</dd></div>", (long long)k->failcnt);
    gm_html_put(page, "</dl>");
    put_kernel_tables(page, k);
    gm_html_put(page, "</article>\n");
}

void gm_html_kills(gm_html *page, const gm_model_container *c) {
    if (c->n_kills == 0) return;
    size_t shown = MIN(c->n_kills, gm_html_most(page, 12));
    gm_html_section(page, c, "oom", "Kills, decoded", NULL);
    for (size_t i = 0; i < shown; i++) put_kill(page, &c->kills[i]);
    if (shown < c->n_kills)
        gm_html_put(page, "<p class=\"soft\">%zu more are in the database, view oom_kills.</p>", c->n_kills - shown);
    gm_html_put(page, "</section>\n");
}

/* --- events --- */

void gm_html_events(gm_html *page, const gm_model_container *c) {
    size_t shown = MIN(c->n_events, gm_html_most(page, 120));
    if (c->n_events == 0) return;
    gm_html_put(
        page,
        "<details><summary>%zu events and captures</summary><div class=\"wide\"><table><thead><tr><th>Time</th><th>Kind</th><th>What</th></tr></thead><tbody>\n",
        c->n_events);
    for (size_t i = 0; i < shown; i++) {
        gm_html_put(page, "<tr><td class=\"nowrap\">");
        gm_html_time(page, c->events[i].t_ns);
        gm_html_put(page, "</td>");
        gm_html_tag(page, "td", c->events[i].kind);
        gm_html_tag(page, "td", c->events[i].text);
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(page, "</tbody></table></div>");
    if (shown < c->n_events)
        gm_html_put(page, "<p class=\"soft\">%zu more are in the database, tables event and profile.</p>",
                    c->n_events - shown);
    gm_html_put(page, "</details>\n");
}
