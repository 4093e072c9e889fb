/* The pictures of bars: usage at the worst moment taken apart down to the allocation sites, the functions that grew,
 * the groups of goroutines. Called by pictures.c; laid out by chart_bars.c. */
#include "reports/pictures_private.h"

#include "gomortem/human.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SITES 6
#define MAX_BARS  32
#define ROW       34.0

static void add_bar(gm_plate *plate, gm_chart_bar bar) {
    if (!plate->chart.bars) plate->chart.bars = GM_ARENA_NEW(plate->arena, gm_chart_bar, MAX_BARS);
    if (plate->chart.n_bars < MAX_BARS) ((gm_chart_bar *)plate->chart.bars)[plate->chart.n_bars++] = bar;
}

static double height_of(const gm_plate *plate) {
    return MAX(150, 76 + ROW * (double)plate->chart.n_bars);
}

/* --- waterfall --- */

typedef struct {
    gm_chart_fill fill;
    const char *label;
    double value;
} part;

static int by_value(const void *a, const void *b) {
    const part *x = a, *y = b;
    if (x->value != y->value) return x->value > y->value ? -1 : 1;
    return (int)x->fill - (int)y->fill;
}

static size_t collect_parts(const gm_model_point *p, part parts[GM_COL_COUNT], double *known) {
    size_t n = 0;
    for (int column = 0; column < GM_COL_COUNT; column++) {
        gm_chart_fill fill = GM_FILL_UNEXPLAINED;
        g_autofree char *name = g_strndup(gm_column_name((gm_column)column),
                                          strlen(gm_column_name((gm_column)column)) - 6); /* without _bytes */
        if (gm_column_kind_of((gm_column)column) != GM_COLUMN_BUCKET || p->value[column] == GM_UNKNOWN ||
            p->value[column] <= 0)
            continue;
        gm_chart_fill_find(name, &fill);
        parts[n++] = (part){fill, gm_column_label((gm_column)column), (double)p->value[column]};
        *known += (double)p->value[column];
    }
    qsort(parts, n, sizeof *parts, by_value);
    return n;
}

static const char *percent_of(gm_plate *plate, double part_bytes, double whole) {
    return whole > 0 ? gm_plate_printf(plate, "%.0f %%", 100 * part_bytes / whole) : NULL;
}

/* The live heap by allocation site, as the last profiles of that life charge it. False when no profile tells. */
static bool add_live_sites(gm_plate *plate, const gm_model_container *c, const gm_model_point *p, double live,
                           double usage) {
    double left = live;
    size_t n = 0;
    bool used[20] = {false};
    for (size_t round = 0; round < MAX_SITES; round++) {
        size_t best = G_N_ELEMENTS(used);
        for (size_t i = 0; i < c->n_sites && i < G_N_ELEMENTS(used); i++) {
            bool fits = !used[i] && c->sites[i].life == p->life && c->sites[i].last_bytes > usage / 100 &&
                        (double)c->sites[i].last_bytes <= left;
            if (fits && (best == G_N_ELEMENTS(used) || c->sites[i].last_bytes > c->sites[best].last_bytes)) best = i;
        }
        if (best == G_N_ELEMENTS(used)) break;
        used[best] = true;
        double value = (double)c->sites[best].last_bytes;
        add_bar(plate, (gm_chart_bar){gm_plate_printf(plate, "live: %s", c->sites[best].function), value,
                                      percent_of(plate, value, usage), GM_FILL_GO_LIVE});
        left -= value;
        n++;
    }
    if (n && left > usage / 200)
        add_bar(plate, (gm_chart_bar){"live: elsewhere, or between the profiles", left, percent_of(plate, left, usage),
                                      GM_FILL_GO_LIVE});
    return n > 0;
}

bool gm_plate_waterfall(gm_plate *plate, const gm_model_container *c) {
    size_t at;
    double usage = (double)gm_picture_peak(c, &at), known = 0, small = 0;
    if (c->n_points == 0 || c->points[at].value[GM_COL_USAGE] == GM_UNKNOWN || usage <= 0) return false;
    const gm_model_point *p = &c->points[at];
    part parts[GM_COL_COUNT + 1];
    char time[GM_HUMAN_SIZE];
    size_t n = collect_parts(p, parts, &known);
    double untold = (double)gm_picture_untold(p);
    if (untold > 0) {
        parts[n++] = (part){GM_FILL_UNTOLD, "anonymous memory, not told apart", untold};
        known += untold;
        qsort(parts, n, sizeof *parts, by_value);
    }
    if (n == 0) return false;
    add_bar(plate, (gm_chart_bar){"cgroup usage", usage, NULL, GM_FILL_INK});
    for (size_t i = 0; i < n; i++) {
        if (parts[i].fill == GM_FILL_GO_LIVE && add_live_sites(plate, c, p, parts[i].value, usage)) continue;
        if (parts[i].value < usage / 100) small += parts[i].value;
        else
            add_bar(plate, (gm_chart_bar){parts[i].label, parts[i].value, percent_of(plate, parts[i].value, usage),
                                          parts[i].fill});
    }
    if (small > 0)
        add_bar(plate, (gm_chart_bar){"buckets below 1 %", small, percent_of(plate, small, usage), GM_FILL_DIRTY});
    if (fabs(usage - known) > usage / 200)
        add_bar(plate, (gm_chart_bar){"not explained by any source", usage - known,
                                      percent_of(plate, usage - known, usage), GM_FILL_UNEXPLAINED});
    plate->chart.kind = GM_CHART_WATERFALL;
    plate->chart.title = gm_plate_printf(plate, "From usage down to the allocation sites, at the worst moment (%s)",
                                         gm_human_time(time, p->t_ns));
    plate->chart.unit = GM_UNIT_BYTES;
    plate->height = height_of(plate);
    return true;
}

/* --- growth and goroutines --- */

bool gm_plate_sites(gm_plate *plate, const gm_model_container *c) {
    for (size_t i = 0; i < c->n_sites && plate->chart.n_bars < 10; i++) {
        int64_t grown = c->sites[i].last_bytes - c->sites[i].first_bytes;
        bool again = false; /* the same function in another life */
        for (size_t k = 0; k < i; k++) again = again || strcmp(c->sites[k].function, c->sites[i].function) == 0;
        if (grown < 65536 || again) continue;
        add_bar(plate,
                (gm_chart_bar){c->sites[i].function, (double)grown, c->sites[i].significant ? NULL : "within noise",
                               c->sites[i].significant ? GM_FILL_GO_LIVE : GM_FILL_UNEXPLAINED});
    }
    plate->chart.kind = GM_CHART_BARS;
    plate->chart.title = "Functions whose live heap grew most";
    plate->chart.unit = GM_UNIT_BYTES;
    plate->chart.show_sign = true;
    plate->height = height_of(plate);
    return plate->chart.n_bars > 0;
}

/* The service's own call stands for a group, or else the outermost call that is known. */
static const char *short_signature(gm_plate *plate, const gm_model_goroutines *g) {
    if (g->site && *g->site) return g->site;
    const char *last = g->signature ? g->signature : "";
    for (const char *p = strstr(last, " < "); p; p = strstr(last, " < ")) last = p + 3;
    return gm_arena_strndup(plate->arena, last, strlen(last));
}

bool gm_plate_goroutines(gm_plate *plate, const gm_model_container *c) {
    int64_t most = 0;
    for (size_t i = 0; i < c->n_groups; i++) most = MAX(most, c->groups[i].last_count);
    for (size_t i = 0; i < c->n_groups && plate->chart.n_bars < 10; i++) {
        const gm_model_goroutines *g = &c->groups[i];
        if (g->life != c->groups[0].life || g->last_count < MAX(most / 100, 1)) continue; /* the life that grew most */
        int64_t growth = g->last_count - g->first_count;
        const char *note =
            gm_plate_printf(plate, "%s%s%+" G_GINT64_FORMAT, g->state ? g->state : "", g->state ? ", " : "", growth);
        add_bar(plate, (gm_chart_bar){short_signature(plate, g), (double)g->last_count, note,
                                      growth > 0 ? GM_FILL_LINE_2 : GM_FILL_LINE_1});
    }
    plate->chart.kind = GM_CHART_BARS;
    plate->chart.title =
        c->n_groups
            ? gm_plate_printf(plate, "Goroutines by where they are in life %d, with the change since its first dump",
                              c->groups[0].life)
            : NULL;
    plate->chart.unit = GM_UNIT_COUNT;
    plate->height = height_of(plate);
    return plate->chart.n_bars > 0 && most >= 10; /* a handful is better read in the table */
}
