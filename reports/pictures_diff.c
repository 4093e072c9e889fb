/* The pictures of two incidents side by side: both histories over the time since their start, and the peak of each
 * bucket. Used by the png renderer and the html page; A and B have the same two colours everywhere. */
#include "reports/pictures_private.h"

#include <math.h>
#include <stdlib.h>

#define MOST_BUCKETS 9
#define MOST_EVENTS  60
#define ROW          34.0
#define MATERIAL     (16 << 20)

typedef struct {
    gm_plate *plate;
    const gm_model_pair *pair;
    const char *words[2];
    gm_chart_series *series;
    gm_chart_pane *panes;
    size_t n_series, n_panes;
} overlay;

static const gm_model_pair_side *side_of(const overlay *o, int side) {
    return side ? &o->pair->b : &o->pair->a;
}

/* A life ends where the next begins: no line runs over it. */
static void add_line(overlay *o, int side, gm_model_diff_value what) {
    const gm_model_pair_side *s = side_of(o, side);
    int64_t *t_ns = GM_ARENA_NEW(o->plate->arena, int64_t, 2 * s->n_points + 1);
    double *value = GM_ARENA_NEW(o->plate->arena, double, 2 * s->n_points + 1);
    size_t n = 0, known = 0;
    for (size_t i = 0; i < s->n_points; i++) {
        const gm_model_diff_point *p = &s->points[i];
        if (i && p->life != p[-1].life && p->since_ns > p[-1].since_ns + 1)
            t_ns[n] = p[-1].since_ns + 1, value[n++] = NAN;
        bool there = p->value[what] != GM_UNKNOWN;
        known += there;
        t_ns[n] = p->since_ns;
        value[n++] = there ? (double)p->value[what] : NAN;
    }
    if (known >= 2)
        o->series[o->n_series++] = (gm_chart_series){.name = o->words[side],
                                                     .draw = GM_DRAW_LINE,
                                                     .fill = side ? GM_FILL_LINE_2 : GM_FILL_LINE_1,
                                                     .t_ns = t_ns,
                                                     .value = value,
                                                     .n = n};
}

static double last_limit(const gm_model_pair_side *side) {
    for (size_t i = side->n_points; i > 0; i--)
        if (side->points[i - 1].value[GM_DIFF_LIMIT] != GM_UNKNOWN)
            return (double)side->points[i - 1].value[GM_DIFF_LIMIT];
    return NAN;
}

static void add_limits(overlay *o, gm_chart_pane *pane) {
    gm_chart_limit *limits = GM_ARENA_NEW(o->plate->arena, gm_chart_limit, 2);
    double a = last_limit(&o->pair->a), b = last_limit(&o->pair->b);
    if (a == b) limits[pane->n_limits++] = (gm_chart_limit){"limit of both", a, GM_FILL_CRITICAL};
    else {
        if (!isnan(a))
            limits[pane->n_limits++] =
                (gm_chart_limit){gm_plate_printf(o->plate, "%s: limit", o->words[0]), a, GM_FILL_LINE_1};
        if (!isnan(b))
            limits[pane->n_limits++] =
                (gm_chart_limit){gm_plate_printf(o->plate, "%s: limit", o->words[1]), b, GM_FILL_LINE_2};
    }
    pane->limits = limits;
}

static void add_pane(overlay *o, const char *title, gm_chart_unit unit, double weight, gm_model_diff_value what) {
    size_t from = o->n_series;
    for (int side = 0; side < 2; side++) add_line(o, side, what);
    if (o->n_series == from) return;
    o->panes[o->n_panes] = (gm_chart_pane){
        .title = title, .unit = unit, .weight = weight, .series = o->series + from, .n_series = o->n_series - from};
    if (what == GM_DIFF_USAGE) add_limits(o, &o->panes[o->n_panes]);
    o->n_panes++;
}

static int by_time(const void *a, const void *b) {
    const gm_chart_event *x = a, *y = b;
    return x->t_ns != y->t_ns ? (x->t_ns > y->t_ns) - (x->t_ns < y->t_ns) : (int)x->fill - (int)y->fill;
}

static void add_restarts(overlay *o) {
    gm_chart_event *events = GM_ARENA_NEW(o->plate->arena, gm_chart_event, MOST_EVENTS);
    size_t n = 0;
    for (int side = 0; side < 2; side++) {
        const gm_model_pair_side *s = side_of(o, side);
        const char *label = gm_plate_printf(o->plate, "%s: restart", o->words[side]);
        for (size_t i = 1; i < s->n_points && n < MOST_EVENTS; i++)
            if (s->points[i].life != s->points[i - 1].life)
                events[n++] = (gm_chart_event){s->points[i].since_ns, label, side ? GM_FILL_LINE_2 : GM_FILL_LINE_1, 1};
    }
    qsort(events, n, sizeof *events, by_time);
    o->plate->chart.events = events;
    o->plate->chart.n_events = n;
}

static bool draw_histories(overlay *o) {
    bool usage = false;
    if (o->pair->a.n_points < 2 || o->pair->b.n_points < 2) return false; /* one history is in the report already */
    for (size_t i = 0; i < o->pair->b.n_points; i++) usage |= o->pair->b.points[i].value[GM_DIFF_USAGE] != GM_UNKNOWN;
    o->series = GM_ARENA_NEW(o->plate->arena, gm_chart_series, 8);
    o->panes = GM_ARENA_NEW(o->plate->arena, gm_chart_pane, 4);
    add_pane(o, "Cgroup usage", GM_UNIT_BYTES, 2, GM_DIFF_USAGE);
    if (!usage) add_pane(o, "Anonymous memory", GM_UNIT_BYTES, 2, GM_DIFF_ANON);
    add_pane(o, "Go live heap", GM_UNIT_BYTES, 1.4, GM_DIFF_LIVE);
    add_pane(o, "Goroutines", GM_UNIT_COUNT, 1, GM_DIFF_ROUTINES);
    if (o->n_panes == 0) return false;
    add_restarts(o);
    gm_chart *chart = &o->plate->chart;
    chart->kind = GM_CHART_TIME;
    chart->since_start = true;
    chart->title = "Both histories, over the time since the record of each began";
    chart->panes = o->panes;
    chart->n_panes = o->n_panes;
    o->plate->height = 330 + 140 * (double)(o->n_panes - 1);
    return true;
}

/* --- buckets --- */

static double size_of(const gm_model_difference *d) {
    return fmax(isnan(d->a_value) ? 0 : d->a_value, isnan(d->b_value) ? 0 : d->b_value);
}

static bool is_leaf(const char *item) {
    static const char *const totals[] = {"usage", "anon", "file", "kernel", "swap", NULL};
    return !g_strv_contains(totals, item);
}

static gint by_size(gconstpointer a, gconstpointer b) {
    const gm_model_difference *x = *(const gm_model_difference *const *)a, *y = *(const gm_model_difference *const *)b;
    return size_of(x) != size_of(y) ? (size_of(x) < size_of(y) ? 1 : -1) : strcmp(x->item, y->item);
}

static void add_bars(overlay *o, gm_chart_bar *bars, const gm_model_difference *d) {
    const double values[] = {d->a_value, d->b_value};
    for (int side = 0; side < 2; side++) {
        if (isnan(values[side])) continue;
        const char *label = gm_plate_printf(o->plate, "%s, %s", gm_series_label(d->item), o->words[side]);
        bars[o->plate->chart.n_bars++] =
            (gm_chart_bar){label, values[side], NULL, side ? GM_FILL_LINE_2 : GM_FILL_LINE_1};
    }
}

static bool draw_buckets(overlay *o) {
    g_autoptr(GPtrArray) rows = g_ptr_array_new();
    for (size_t i = 0; i < o->pair->n_differences; i++) {
        const gm_model_difference *d = &o->pair->differences[i];
        if (strcmp(d->area, "bucket") == 0 && strcmp(d->measure, "peak") == 0 &&
            (strcmp(d->item, "usage") == 0 || (is_leaf(d->item) && size_of(d) >= MATERIAL / 4.0)))
            g_ptr_array_add(rows, (void *)d);
    }
    if (rows->len == 0) return false;
    g_ptr_array_sort(rows, by_size);
    gm_chart_bar *bars = GM_ARENA_NEW(o->plate->arena, gm_chart_bar, 2 * MOST_BUCKETS);
    for (guint i = 0; i < rows->len && i < MOST_BUCKETS; i++) add_bars(o, bars, rows->pdata[i]);
    gm_chart *chart = &o->plate->chart;
    chart->kind = GM_CHART_BARS;
    chart->title = "The largest that each bucket became";
    chart->unit = GM_UNIT_BYTES;
    chart->bars = bars;
    o->plate->height = 76 + ROW * (double)chart->n_bars;
    return chart->n_bars > 0;
}

const char *gm_diff_picture_name(gm_diff_picture picture) {
    return picture == GM_DIFF_PICTURE_HISTORIES ? "histories" : "buckets";
}

gm_plate *gm_plate_diff_new(const gm_model_pair *pair, const char *a_words, const char *b_words,
                            gm_diff_picture picture) {
    g_autoptr(gm_plate) plate = g_new0(gm_plate, 1);
    plate->arena = gm_arena_new(0);
    plate->width = 1200;
    overlay o = {.plate = plate, .pair = pair, .words = {a_words, b_words}};
    bool any = picture == GM_DIFF_PICTURE_HISTORIES ? draw_histories(&o) : draw_buckets(&o);
    return any ? g_steal_pointer(&plate) : NULL;
}
