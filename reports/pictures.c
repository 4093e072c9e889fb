/* The report's pictures: memory by bucket over time, the collector over time, the functions that grew.
 * From the model to chart.c's structs; used by the png and html renderers. */
#include "reports/pictures.h"

#include <math.h>

#define MIB 1048576.0

const char *gm_picture_name(gm_picture picture) {
    static const char *const names[GM_PICTURES] = {"timeline", "gc", "growth"};
    return names[picture];
}

typedef struct {
    GPtrArray *owned; /* value arrays */
    GArray *series, *events, *limits;
    int64_t *t_ns;
} gm_canvas;

static void canvas_init(gm_canvas *canvas) {
    *canvas = (gm_canvas){g_ptr_array_new_with_free_func(g_free), g_array_new(FALSE, TRUE, sizeof(gm_chart_series)),
                          g_array_new(FALSE, TRUE, sizeof(gm_chart_event)), g_array_new(FALSE, TRUE, sizeof(gm_chart_limit)), NULL};
}

static void canvas_release(gm_canvas *canvas) {
    g_ptr_array_unref(canvas->owned);
    g_array_unref(canvas->series);
    g_array_unref(canvas->events);
    g_array_unref(canvas->limits);
}

static double *canvas_values(gm_canvas *canvas, size_t n) {
    double *values = g_new(double, n + 1);
    g_ptr_array_add(canvas->owned, values);
    return values;
}

static void add_series(gm_canvas *canvas, const char *name, gm_chart_draw draw, gm_chart_fill fill, const double *values, size_t n, int64_t gap_ns) {
    gm_chart_series series = {.name = name, .draw = draw, .fill = fill, .t_ns = canvas->t_ns, .value = values, .n = n, .gap_ns = gap_ns};
    g_array_append_val(canvas->series, series);
}

static void add_events(gm_canvas *canvas, const gm_model_container *c) {
    for (size_t i = 0; i < c->n_kills; i++) {
        if (c->kills[i].t_ns == GM_UNKNOWN) continue;
        gm_chart_event event = {c->kills[i].t_ns, "OOM kill", GM_FILL_CRITICAL, 3};
        g_array_append_val(canvas->events, event);
    }
    for (size_t i = 1; i < c->n_lives; i++) {
        gm_chart_event event = {c->lives[i].from_ns, "restart", GM_FILL_INFO, 2};
        g_array_append_val(canvas->events, event);
    }
}

static int64_t typical_step(const gm_model_container *c) {
    return c->n_points > 1 ? (c->points[c->n_points - 1].t_ns - c->points[0].t_ns) / (int64_t)(c->n_points - 1) : 0;
}

/* --- memory ------------------------------------------------------------------------------------------------- */

static double *column_values(gm_canvas *canvas, const gm_model_container *c, int column, bool *any) {
    double *values = canvas_values(canvas, c->n_points);
    for (size_t i = 0; i < c->n_points; i++) {
        int64_t value = c->points[i].value[column];
        values[i] = value == GM_UNKNOWN ? NAN : (double)value;
        if (value != GM_UNKNOWN && value != 0) *any = true;
    }
    return values;
}

/* A bucket that is unknown at one moment must not break the stack above it: it counts nothing there, and what it
 * hides stays visible as the distance to the usage line. */
static void add_bucket(gm_canvas *canvas, const gm_model_container *c, gm_chart_fill fill, const char *column_name) {
    for (int column = 0; column < GM_COL_COUNT; column++) {
        if (strcmp(gm_column_name((gm_column)column), column_name) != 0 || gm_column_kind_of((gm_column)column) != GM_COLUMN_BUCKET) continue;
        bool any = false;
        double *values = column_values(canvas, c, column, &any);
        for (size_t i = 0; i < c->n_points; i++)
            if (isnan(values[i])) values[i] = 0;
        if (any) add_series(canvas, gm_column_label((gm_column)column), GM_DRAW_AREA, fill, values, c->n_points, 4 * typical_step(c));
    }
}

static bool draw_memory(gm_canvas *canvas, const gm_model_container *c, gm_chart *chart, gm_chart_pane panes[2]) {
    if (c->n_points < 2) return false;
    canvas->t_ns = g_new(int64_t, c->n_points);
    g_ptr_array_add(canvas->owned, canvas->t_ns);
    for (size_t i = 0; i < c->n_points; i++) canvas->t_ns[i] = c->points[i].t_ns;
    for (int fill = 0; fill < GM_FILL_UNEXPLAINED; fill++) {
        g_autofree char *column = g_strdup_printf("%s_bytes", gm_chart_fill_name((gm_chart_fill)fill));
        add_bucket(canvas, c, (gm_chart_fill)fill, column);
    }
    bool any_usage = false, any_goroutines = false;
    double *usage = column_values(canvas, c, GM_COL_USAGE, &any_usage);
    if (any_usage) add_series(canvas, gm_column_label(GM_COL_USAGE), GM_DRAW_LINE, GM_FILL_INK, usage, c->n_points, 4 * typical_step(c));
    guint memory = canvas->series->len;
    double *goroutines = column_values(canvas, c, GM_COL_GOROUTINES, &any_goroutines);
    if (any_goroutines) add_series(canvas, "goroutines", GM_DRAW_LINE, GM_FILL_LINE_1, goroutines, c->n_points, 4 * typical_step(c));
    if (memory == 0) return false;
    if (c->limit_bytes != GM_UNKNOWN) {
        gm_chart_limit limit = {"limit", (double)c->limit_bytes, GM_FILL_CRITICAL};
        g_array_append_val(canvas->limits, limit);
    }
    const gm_chart_series *series = (const gm_chart_series *)(void *)canvas->series->data;
    panes[0] = (gm_chart_pane){.title = "Memory", .unit = GM_UNIT_BYTES, .weight = 3, .series = series, .n_series = memory,
                               .limits = (const gm_chart_limit *)(void *)canvas->limits->data, .n_limits = canvas->limits->len};
    panes[1] = (gm_chart_pane){.title = "Goroutines", .unit = GM_UNIT_COUNT, .weight = 1, .series = series + memory, .n_series = canvas->series->len - memory};
    *chart = (gm_chart){.kind = GM_CHART_TIME, .title = "Where the memory is", .panes = panes, .n_panes = any_goroutines ? 2 : 1};
    return true;
}

/* --- collector ------------------------------------------------------------------------------------------------ */

static double gc_value(const gm_model_gc *gc, int which) {
    switch (which) {
    case 0: return (double)gc->live_mib * MIB;
    case 1: return (double)gc->end_mib * MIB;
    case 2: return gc->goal_mib == GM_UNKNOWN ? NAN : (double)gc->goal_mib * MIB;
    case 3: return gc->clock_ms[1];
    default: return gc->clock_ms[0] + gc->clock_ms[2];
    }
}

static bool draw_gc(gm_canvas *canvas, const gm_model_container *c, gm_chart *chart, gm_chart_pane panes[2]) {
    static const struct {
        const char *name;
        gm_chart_draw draw;
        gm_chart_fill fill;
    } lines[] = {
        {"live after collection", GM_DRAW_LINE, GM_FILL_LINE_1}, {"heap at the end of marking", GM_DRAW_LINE, GM_FILL_LINE_2},
        {"heap goal", GM_DRAW_STEP, GM_FILL_LINE_3},             {"concurrent mark", GM_DRAW_POINTS, GM_FILL_LINE_4},
        {"stop-the-world", GM_DRAW_POINTS, GM_FILL_LINE_5},
    };
    if (c->n_cycles < 2) return false;
    canvas->t_ns = g_new(int64_t, c->n_cycles);
    g_ptr_array_add(canvas->owned, canvas->t_ns);
    for (size_t i = 0; i < c->n_cycles; i++) canvas->t_ns[i] = c->cycles[i].t_ns;
    for (size_t k = 0; k < G_N_ELEMENTS(lines); k++) {
        double *values = canvas_values(canvas, c->n_cycles);
        for (size_t i = 0; i < c->n_cycles; i++) values[i] = gc_value(&c->cycles[i], (int)k);
        add_series(canvas, lines[k].name, lines[k].draw, lines[k].fill, values, c->n_cycles, 300 * GM_NS_PER_S);
    }
    const gm_chart_series *series = (const gm_chart_series *)(void *)canvas->series->data;
    panes[0] = (gm_chart_pane){.title = "Go heap by collection", .unit = GM_UNIT_BYTES, .weight = 2, .series = series, .n_series = 3};
    panes[1] = (gm_chart_pane){.title = "Duration of collections", .unit = GM_UNIT_MS, .weight = 1, .series = series + 3, .n_series = 2};
    *chart = (gm_chart){.kind = GM_CHART_TIME, .title = "What the collector did", .panes = panes, .n_panes = 2};
    return true;
}

/* --- growth ---------------------------------------------------------------------------------------------------- */

static GArray *site_bars(const gm_model_container *c) {
    GArray *bars = g_array_new(FALSE, TRUE, sizeof(gm_chart_bar));
    for (size_t i = 0; i < c->n_sites && bars->len < 10; i++) {
        int64_t grown = c->sites[i].last_bytes - c->sites[i].first_bytes;
        bool again = false; /* the same function in another life */
        for (size_t k = 0; k < i; k++) again = again || strcmp(c->sites[k].function, c->sites[i].function) == 0;
        if (grown < 65536 || again) continue;
        gm_chart_bar bar = {c->sites[i].function, (double)grown, c->sites[i].significant ? NULL : "within noise",
                            c->sites[i].significant ? GM_FILL_GO_LIVE : GM_FILL_UNEXPLAINED};
        g_array_append_val(bars, bar);
    }
    return bars;
}

double gm_picture_height(const gm_model_container *c, gm_picture picture) {
    if (picture != GM_PICTURE_SITES) return 600;
    g_autoptr(GArray) bars = site_bars(c);
    return 90 + 40 * (double)MAX(bars->len, 2);
}

/* --- all -------------------------------------------------------------------------------------------------------- */

static bool make_png(const gm_chart *chart, const gm_chart_style *style, GByteArray *png, GError **error) {
    gm_draw *draw = gm_draw_new(NULL);
    gm_text_measure measure = gm_draw_measure(draw);
    gm_chart_geometry geometry;
    gm_chart_layout(chart, style, &measure, &geometry);
    bool ok = gm_draw_png(draw, &geometry, png, error);
    gm_chart_geometry_release(&geometry);
    gm_draw_free(draw);
    return ok;
}

bool gm_picture_draw(const gm_model_container *c, gm_picture picture, const gm_chart_style *style, GByteArray *png, GError **error) {
    gm_canvas canvas;
    canvas_init(&canvas);
    gm_chart chart = {0};
    gm_chart_pane panes[2];
    g_autoptr(GArray) bars = picture == GM_PICTURE_SITES ? site_bars(c) : NULL;
    bool any = false;
    if (picture == GM_PICTURE_TIMELINE) any = draw_memory(&canvas, c, &chart, panes);
    if (picture == GM_PICTURE_GC) any = draw_gc(&canvas, c, &chart, panes);
    if (picture == GM_PICTURE_SITES && bars->len > 0) {
        chart = (gm_chart){.kind = GM_CHART_BARS, .title = "Functions whose live heap grew most", .bars = (const gm_chart_bar *)(void *)bars->data,
                           .n_bars = bars->len, .unit = GM_UNIT_BYTES, .show_sign = true};
        any = true;
    }
    if (any && chart.kind == GM_CHART_TIME) {
        add_events(&canvas, c);
        chart.events = (const gm_chart_event *)(void *)canvas.events->data;
        chart.n_events = canvas.events->len;
    }
    bool ok = any && make_png(&chart, style, png, error);
    canvas_release(&canvas);
    return ok;
}
