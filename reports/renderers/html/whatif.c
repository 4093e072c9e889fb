/* What other settings would have done: the recommended one with its price, the grid as a coloured table with the safe
 * region, how well the simulation repeats the record, and what it cannot tell. Works without script and on paper: each
 * cell says in words what its colour says. */
#include "reports/renderers/html/html.h"
#include "reports/whatif_out.h"

#include <math.h>

#define MIB 1048576.0

static void put_fact(gm_html *page, const char *name, const char *value, const char *more) {
    gm_html_put(page, "<div><dt>%s</dt><dd>", name);
    gm_html_esc(page, value);
    if (more) {
        gm_html_put(page, "<small>");
        gm_html_esc(page, more);
        gm_html_put(page, "</small>");
    }
    gm_html_put(page, "</dd></div>");
}

static void put_setting(gm_html *page, const char *name, int64_t gogc, int64_t memlimit, int64_t limit) {
    char text[32], bytes[GM_HUMAN_SIZE];
    if (gogc == GM_UNKNOWN) return;
    g_autofree char *first = g_strdup_printf("GOGC=%s", gm_whatif_gogc(text, gogc));
    g_autoptr(GString) more = g_string_new(NULL);
    if (memlimit == GM_UNKNOWN) g_string_append(more, "no GOMEMLIMIT");
    else g_string_append_printf(more, "GOMEMLIMIT=%s", gm_whatif_memlimit(text, memlimit));
    if (limit != GM_UNKNOWN) g_string_append_printf(more, ", limit %s", gm_human(bytes, (double)limit, "bytes"));
    put_fact(page, name, first, more->str);
}

static void put_facts(gm_html *page, const gm_model_whatif *w) {
    char text[GM_HUMAN_SIZE], before[GM_HUMAN_SIZE];
    bool change = strcmp(w->action, "change") == 0 || strcmp(w->action, "raise_limit") == 0;
    gm_html_put(page, "<dl class=\"facts small\">");
    put_setting(page, "In force", w->now_gogc, w->now_memlimit_bytes, w->now_limit_bytes);
    if (change) put_setting(page, "Recommended", w->gogc, w->memlimit_bytes, w->limit_bytes);
    if (w->peak_bytes != GM_UNKNOWN) {
        g_autofree char *margin =
            w->margin_bytes == GM_UNKNOWN
                ? NULL
                : g_strdup_printf("margin %s", gm_human(before, (double)w->margin_bytes, "bytes"));
        put_fact(page, "Memory at its peak", gm_human(text, (double)w->peak_bytes, "bytes"), margin);
    }
    if (!isnan(w->gc_cpu_pct) && !isnan(w->gc_cpu_now_pct)) {
        g_autofree char *now = g_strdup_printf("of the CPU, now %s", gm_human(before, w->gc_cpu_now_pct, "%"));
        put_fact(page, "Price: collector", gm_human(text, w->gc_cpu_pct, "%"), now);
    }
    gm_html_put(page, "</dl>\n");
}

/* --- the grid --- */

static const char *class_of(const char *verdict) {
    static const char *const known[] = {"safe", "tight", "delays", "thrash", "killed", NULL};
    return verdict && g_strv_contains(known, verdict) ? verdict : "unknown";
}

/* The cell of the grid that lies nearest to the recommended setting; n_grid: none does. */
static size_t nearest(const gm_model_whatif *w, size_t columns) {
    size_t best = w->n_grid;
    double least = INFINITY;
    bool change = strcmp(w->action, "change") == 0 || strcmp(w->action, "keep") == 0;
    for (size_t i = 0; change && columns && i < w->n_grid; i++) {
        const gm_model_whatif_run *run = &w->grid[i];
        bool same = (run->memlimit_bytes == GM_UNKNOWN) == (w->memlimit_bytes == GM_UNKNOWN);
        if (!same || run->gogc < 0 || w->gogc < 1 || strcmp(class_of(run->verdict), "safe") != 0) continue;
        double gogc = fabs(log((double)run->gogc / (double)w->gogc)),
               memlimit = same && run->memlimit_bytes != GM_UNKNOWN
                              ? fabs((double)(run->memlimit_bytes - w->memlimit_bytes)) / (double)w->memlimit_bytes
                              : 0;
        if (10 * gogc + memlimit >= least) continue;
        least = 10 * gogc + memlimit;
        best = i;
    }
    return best;
}

static void put_cell(gm_html *page, const gm_model_whatif_run *run, bool marked) {
    char text[GM_HUMAN_SIZE];
    gm_html_put(page, "<td class=\"num w-%s%s\">", class_of(run->verdict), marked ? " w-here" : "");
    if (run->peak_bytes == GM_UNKNOWN) gm_html_put(page, "?");
    else gm_html_put(page, "<b>%.0f</b>", (double)run->peak_bytes / MIB);
    gm_html_put(page, " %s<br><small>%s</small></td>", class_of(run->verdict), gm_human(text, run->gc_cpu_pct, "%"));
}

static void put_grid(gm_html *page, const gm_model_whatif *w) {
    char text[GM_HUMAN_SIZE];
    size_t columns = gm_whatif_columns(w), here = nearest(w, columns);
    if (w->n_grid == 0) return;
    gm_html_put(page,
                "<h3>GOGC and GOMEMLIMIT</h3><p class=\"soft\">Highest memory in MiB that the kernel cannot take back");
    if (w->grid[0].limit_bytes != GM_UNKNOWN)
        gm_html_put(page, ", under a limit of %s", gm_human(text, (double)w->grid[0].limit_bytes, "bytes"));
    gm_html_put(page, "; below it the collector's share of the CPU. %s</p>\n",
                here < w->n_grid ? "The frame marks what lies nearest to the recommended setting." : "");
    gm_html_put(page, "<div class=\"wide\"><table class=\"whatif\"><thead><tr><th class=\"num\">GOGC</th>");
    for (size_t i = 0; i < columns; i++)
        gm_html_put(page, "<th class=\"num\">%s</th>",
                    w->grid[i].memlimit_bytes == GM_UNKNOWN ? "no GOMEMLIMIT"
                                                            : gm_whatif_memlimit(text, w->grid[i].memlimit_bytes));
    gm_html_put(page, "</tr></thead><tbody>\n");
    for (size_t i = 0; columns && i + columns <= w->n_grid; i += columns) {
        gm_html_put(page, "<tr><th class=\"num\" scope=\"row\">%s</th>", gm_whatif_gogc(text, w->grid[i].gogc));
        for (size_t k = 0; k < columns; k++) put_cell(page, &w->grid[i + k], i + k == here);
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(
        page,
        "</tbody></table></div>\n<p class=\"soft\">safe: a tenth of the limit stays free, or 5 %% where GOMEMLIMIT holds the heap. tight: less, or a quarter of the CPU. "
        "delays: the demand rises without bound, the kill comes later. thrash: collections back to back. killed: within the record.</p>\n");
}

/* --- validation --- */

static void put_check(gm_html *page, int64_t predicted, int64_t recorded, double error_pct, const char *unit) {
    char text[GM_HUMAN_SIZE], other[GM_HUMAN_SIZE];
    if (predicted == GM_UNKNOWN || recorded == GM_UNKNOWN) gm_html_put(page, "<td class=\"num none\">&ndash;</td>");
    else
        gm_html_put(page, "<td class=\"num\">%s <span class=\"soft\">of %s, %.0f %% off</span></td>",
                    gm_human(text, (double)predicted, unit), gm_human(other, (double)recorded, unit), error_pct);
}

static void put_validation(gm_html *page, const gm_model_whatif *w) {
    size_t shown = MIN(w->n_inputs, gm_html_most(page, 24));
    if (shown == 0) return;
    gm_html_put(
        page,
        "<details><summary>The recorded setting, simulated, against the record</summary><div class=\"wide\"><table><thead><tr><th class=\"num\">Life</th><th>Result</th>"
        "<th class=\"num\">Largest heap</th><th class=\"num\">Memory</th><th class=\"num\">Collections</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        const gm_model_whatif_life *life = &w->inputs[i];
        gm_html_put(page, "<tr><td class=\"num\">%d</td><td>%s", life->life, life->status);
        if (life->reason) gm_html_put(page, ": ");
        if (life->reason) gm_html_esc(page, life->reason);
        gm_html_put(page, "</td>");
        put_check(page, life->predicted_heap_bytes, life->recorded_heap_bytes, life->heap_error_pct, "bytes");
        put_check(page, life->predicted_peak_bytes, life->recorded_peak_bytes, life->peak_error_pct, "bytes");
        put_check(page, life->predicted_cycles, life->recorded_cycles, life->cycles_error_pct, "count");
        gm_html_put(page, "</tr>\n");
    }
    gm_html_put(page, "</tbody></table></div></details>\n");
}

void gm_html_whatif(gm_html *page, const gm_model_container *c) {
    const gm_model_whatif *w = &c->whatif;
    if (!w->action) return;
    gm_html_section(
        page, c, "whatif", "What other settings would have done",
        "The recorded demand, replayed by the Go pacer's formulas under other values of GOGC and GOMEMLIMIT. gomortem whatif takes values of your own.");
    gm_html_put(page, "<p>");
    gm_html_prose(page, w->summary);
    gm_html_put(page, "</p>\n<p class=\"soft\">");
    gm_html_prose(page, w->reasoning);
    gm_html_put(page, "</p>\n");
    if (w->lives_used > 0 && strcmp(w->action, "no_setting_helps") != 0) put_facts(page, w);
    put_grid(page, w);
    put_validation(page, w);
    gm_html_put(page, "<details><summary>What this cannot tell</summary><ul>");
    for (size_t i = 0; gm_whatif_limits[i]; i++) gm_html_tag(page, "li", gm_whatif_limits[i]);
    gm_html_put(page, "</ul></details></section>\n");
}
