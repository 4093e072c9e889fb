/* The pictures over time: memory by bucket with the heap, goroutines and pressure below it, and what the collector did.
 * Called by pictures.c; laid out by chart_pane.c. */
#include "reports/pictures_private.h"

#include "gomortem/human.h"

#include <math.h>
#include <string.h>

#define MIB        1048576.0
#define MAX_PANES  5
#define MAX_SERIES 40
#define MAX_EVENTS 400

typedef struct {
    gm_plate *plate;
    const gm_model_container *c;
    gm_chart_series *series;
    size_t n_series;
    gm_chart_pane *panes;
    size_t n_panes;
    int64_t *t_ns; /* of the timeline's points */
    int64_t gap_ns;
} canvas;

static canvas canvas_new(gm_plate *plate, const gm_model_container *c) {
    canvas k = {.plate = plate,
                .c = c,
                .series = GM_ARENA_NEW(plate->arena, gm_chart_series, MAX_SERIES),
                .panes = GM_ARENA_NEW(plate->arena, gm_chart_pane, MAX_PANES),
                .t_ns = GM_ARENA_NEW(plate->arena, int64_t, c->n_points + 1)};
    for (size_t i = 0; i < c->n_points; i++) k.t_ns[i] = c->points[i].t_ns;
    /* Of a thinned history the rows lie unevenly: up to two stretches apart. */
    if (c->n_points > 1)
        k.gap_ns = (c->n_points < 1000 ? 4 : 12) *
                   ((c->points[c->n_points - 1].t_ns - c->points[0].t_ns) / (int64_t)(c->n_points - 1));
    return k;
}

static void add_series(canvas *k, gm_chart_series series) {
    if (k->n_series < MAX_SERIES && series.n > 0) k->series[k->n_series++] = series;
}

/* The series added since `from` become a pane; none when there are none. */
static gm_chart_pane *add_pane(canvas *k, const char *title, gm_chart_unit unit, double weight, size_t from) {
    if (k->n_series == from || k->n_panes == MAX_PANES) return NULL;
    k->panes[k->n_panes] = (gm_chart_pane){
        .title = title, .unit = unit, .weight = weight, .series = k->series + from, .n_series = k->n_series - from};
    return &k->panes[k->n_panes++];
}

/* --- memory --- */

/* NULL when the column says nothing. A bucket that is unknown at one moment must not break the stack above it: it
 * counts nothing there, and what it hides stays visible as the distance to the usage line. */
static double *column_values(canvas *k, int column, bool stacked) {
    double *values = GM_ARENA_NEW(k->plate->arena, double, k->c->n_points + 1);
    bool any = false;
    for (size_t i = 0; i < k->c->n_points; i++) {
        int64_t value = k->c->points[i].value[column];
        values[i] = value != GM_UNKNOWN ? (double)value : stacked ? 0 : NAN;
        if (value != GM_UNKNOWN && value != 0) any = true;
    }
    return any ? values : NULL;
}

static int column_of(const char *name) {
    for (int column = 0; column < GM_COL_COUNT; column++)
        if (strcmp(gm_column_name((gm_column)column), name) == 0) return column;
    return -1;
}

static void add_column(canvas *k, int column, gm_chart_draw draw, gm_chart_fill fill) {
    double *values = column_values(k, column, draw == GM_DRAW_AREA);
    if (values)
        add_series(k, (gm_chart_series){.name = gm_column_label((gm_column)column),
                                        .draw = draw,
                                        .fill = fill,
                                        .t_ns = k->t_ns,
                                        .value = values,
                                        .n = k->c->n_points,
                                        .gap_ns = k->gap_ns});
}

static const gm_model_trend *trend_of(const gm_model_container *c, int life, const char *series) {
    for (size_t i = 0; i < c->n_trends; i++)
        if (c->trends[i].life == life && strcmp(c->trends[i].series, series) == 0) return &c->trends[i];
    return NULL;
}

/* The first kill within a trend's window: what was fitted besides the line there is a step, and the line ends. */
static int64_t end_of(const gm_model_container *c, const gm_model_trend *trend) {
    int64_t end = trend->to_ns;
    for (size_t i = 0; i < c->n_kills; i++)
        if (c->kills[i].t_ns > trend->from_ns && c->kills[i].t_ns < end) end = c->kills[i].t_ns;
    return end;
}

/* The fitted slope through the median of the first tenth, which stands for the middle of that tenth. */
static void add_fit(canvas *k, const gm_model_trend *trend) {
    if (!trend || !trend->fires || isnan(trend->first_value) || isnan(trend->slope_per_min)) return;
    int64_t *t_ns = GM_ARENA_NEW(k->plate->arena, int64_t, 2),
            middle = trend->from_ns + (trend->to_ns - trend->from_ns) / 20;
    double *values = GM_ARENA_NEW(k->plate->arena, double, 2);
    t_ns[0] = trend->from_ns, t_ns[1] = end_of(k->c, trend);
    for (int i = 0; i < 2; i++)
        values[i] = fmax(trend->first_value + trend->slope_per_min * (double)(t_ns[i] - middle) / 6e10, 0);
    add_series(k,
               (gm_chart_series){
                   .name = "", .draw = GM_DRAW_LINE, .fill = GM_FILL_WARNING, .t_ns = t_ns, .value = values, .n = 2});
}

static void add_fits(canvas *k, const char *series) {
    for (size_t i = 0; i < k->c->n_lives; i++) add_fit(k, trend_of(k->c, k->c->lives[i].life, series));
}

static void add_untold(canvas *k) {
    double *values = GM_ARENA_NEW(k->plate->arena, double, k->c->n_points + 1);
    bool any = false;
    for (size_t i = 0; i < k->c->n_points; i++) {
        values[i] = (double)gm_picture_untold(&k->c->points[i]);
        any = any || values[i] > 0;
    }
    if (any)
        add_series(k, (gm_chart_series){.name = "anonymous, not told apart",
                                        .draw = GM_DRAW_AREA,
                                        .fill = GM_FILL_UNTOLD,
                                        .t_ns = k->t_ns,
                                        .value = values,
                                        .n = k->c->n_points,
                                        .gap_ns = k->gap_ns});
}

static bool add_memory(canvas *k) {
    size_t from = k->n_series;
    for (int fill = 0; fill <= GM_FILL_UNEXPLAINED; fill++) {
        g_autofree char *name = g_strdup_printf("%s_bytes", gm_chart_fill_name((gm_chart_fill)fill));
        int column = column_of(name);
        if (fill == GM_FILL_SHMEM) add_untold(k); /* above what is known of the anonymous memory */
        if (column >= 0 && gm_column_kind_of((gm_column)column) == GM_COLUMN_BUCKET)
            add_column(k, column, GM_DRAW_AREA, (gm_chart_fill)fill);
    }
    add_column(k, GM_COL_USAGE, GM_DRAW_LINE, GM_FILL_INK);
    if (k->n_series == from) return false;
    add_fits(k, "usage_bytes");
    gm_chart_pane *pane = add_pane(k, "Memory", GM_UNIT_BYTES, 3, from);
    if (k->c->limit_bytes == GM_UNKNOWN) return true;
    gm_chart_limit *limit = GM_ARENA_NEW(k->plate->arena, gm_chart_limit, 1);
    *limit = (gm_chart_limit){"limit", (double)k->c->limit_bytes, GM_FILL_CRITICAL};
    pane->limits = limit;
    pane->n_limits = 1;
    return true;
}

static void add_gauge(canvas *k, const char *quantity, const char *name, gm_chart_draw draw, gm_chart_fill fill) {
    for (size_t i = 0; i < k->c->n_gauges; i++) {
        const gm_model_gauge *g = &k->c->gauges[i];
        if (strcmp(g->quantity, quantity) == 0)
            add_series(k, (gm_chart_series){.name = name,
                                            .draw = draw,
                                            .fill = fill,
                                            .t_ns = g->t_ns,
                                            .value = g->value,
                                            .n = g->n,
                                            .gap_ns = k->gap_ns});
    }
}

static void add_counts(canvas *k) {
    size_t from = k->n_series;
    add_column(k, GM_COL_GOROUTINES, GM_DRAW_LINE, GM_FILL_LINE_1);
    add_column(k, GM_COL_THREADS, GM_DRAW_LINE, GM_FILL_LINE_2);
    add_fits(k, "goroutines");
    add_pane(k, "Goroutines and threads", GM_UNIT_COUNT, 1, from);
    from = k->n_series;
    add_gauge(k, "pressure.memory.some", "some task waits for memory", GM_DRAW_LINE, GM_FILL_LINE_2);
    add_gauge(k, "pressure.memory.full", "all tasks wait", GM_DRAW_LINE, GM_FILL_LINE_4);
    add_gauge(k, "cpu.throttled", "CPU throttled", GM_DRAW_LINE, GM_FILL_LINE_1);
    add_pane(k, "Pressure", GM_UNIT_PERCENT, 1, from);
}

/* --- marks --- */

static const char *kill_label(const char *class_name) {
    static const char *const labels[][2] = {{"eviction", "evicted"}, {"sigkill", "killed"}, {"go_throw", "Go crash"}};
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        if (g_strcmp0(class_name, labels[i][0]) == 0) return labels[i][1];
    return "OOM kill";
}

static void add_events(canvas *k) {
    const gm_model_container *c = k->c;
    gm_chart_event *events = GM_ARENA_NEW(k->plate->arena, gm_chart_event, MAX_EVENTS);
    size_t n = 0;
    for (size_t i = 0; i < c->n_kills && n < MAX_EVENTS; i++)
        if (c->kills[i].t_ns != GM_UNKNOWN)
            events[n++] = (gm_chart_event){c->kills[i].t_ns, kill_label(c->kills[i].class_name), GM_FILL_CRITICAL, 4};
    for (size_t i = 1; i < c->n_lives && n < MAX_EVENTS; i++)
        events[n++] = (gm_chart_event){c->lives[i].from_ns, "restart", GM_FILL_INFO, 3};
    for (size_t i = 1; i < c->n_points && n < MAX_EVENTS; i++) {
        int64_t before = c->points[i - 1].value[GM_COL_LIMIT], now = c->points[i].value[GM_COL_LIMIT];
        if (before != GM_UNKNOWN && now != GM_UNKNOWN && before != now)
            events[n++] = (gm_chart_event){c->points[i].t_ns, "limit changed", GM_FILL_WARNING, 3};
    }
    k->plate->chart.events = events;
    k->plate->chart.n_events = n;
}

static void add_spans(canvas *k) {
    gm_chart_span *spans = GM_ARENA_NEW(k->plate->arena, gm_chart_span, k->c->n_lives + 1);
    size_t n = 0;
    for (size_t i = 0; i < k->c->n_lives; i++) {
        const gm_model_trend *t = trend_of(k->c, k->c->lives[i].life, "usage_bytes");
        char text[GM_HUMAN_SIZE];
        if (!t || !t->fires || isnan(t->slope_per_min)) continue;
        const char *label = gm_plate_printf(k->plate, "usage %s%s", t->slope_per_min > 0 ? "+" : "",
                                            gm_human(text, t->slope_per_min, "bytes/min"));
        spans[n++] = (gm_chart_span){t->from_ns, end_of(k->c, t), label, GM_FILL_WARNING};
    }
    k->plate->chart.spans = spans;
    k->plate->chart.n_spans = n;
}

bool gm_plate_timeline(gm_plate *plate, const gm_model_container *c, bool memory_only) {
    if (c->n_points < 2) return false;
    canvas k = canvas_new(plate, c);
    if (!add_memory(&k)) return false;
    if (!memory_only) add_counts(&k);
    add_events(&k);
    add_spans(&k);
    plate->chart.kind = GM_CHART_TIME;
    plate->chart.title = "Where the memory is";
    plate->chart.from_ns = c->points[0].t_ns;
    plate->chart.to_ns = c->points[c->n_points - 1].t_ns;
    plate->chart.panes = k.panes;
    plate->chart.n_panes = k.n_panes;
    plate->height = 430 + 130 * (double)(k.n_panes - 1);
    return true;
}

/* --- collector --- */

static double gc_value(const gm_model_gc *gc, int which) {
    switch (which) {
    case 0: return (double)gc->live_mib * MIB;
    case 1: return (double)gc->end_mib * MIB;
    case 2: return gc->goal_mib == GM_UNKNOWN ? NAN : (double)gc->goal_mib * MIB;
    case 3: return gc->cpu_pct;
    case 4: return gc->clock_ms[1];
    default: return gc->clock_ms[0] + gc->clock_ms[2];
    }
}

/* The cycles in time with a hole where a life ends: no line runs from one process to the next. */
typedef struct {
    int64_t *t_ns;
    const gm_model_gc **cycle; /* NULL: a hole */
    size_t n;
} cycle_axis;

static cycle_axis axis_of(const canvas *k) {
    size_t most = 2 * k->c->n_cycles + 1;
    cycle_axis axis = {GM_ARENA_NEW(k->plate->arena, int64_t, most),
                       GM_ARENA_NEW(k->plate->arena, const gm_model_gc *, most), 0};
    for (size_t i = 0; i < k->c->n_cycles; i++) {
        const gm_model_gc *cycle = &k->c->cycles[i];
        if (i > 0 && cycle->life != cycle[-1].life && cycle->t_ns > cycle[-1].t_ns + 1)
            axis.t_ns[axis.n++] = cycle[-1].t_ns + 1;
        axis.t_ns[axis.n] = cycle->t_ns;
        axis.cycle[axis.n++] = cycle;
    }
    return axis;
}

static void add_cycles(canvas *k, const cycle_axis *axis, int which, const char *name, gm_chart_draw draw,
                       gm_chart_fill fill) {
    double *values = GM_ARENA_NEW(k->plate->arena, double, axis->n + 1);
    for (size_t i = 0; i < axis->n; i++) values[i] = axis->cycle[i] ? gc_value(axis->cycle[i], which) : NAN;
    add_series(k, (gm_chart_series){.name = name,
                                    .draw = draw,
                                    .fill = fill,
                                    .t_ns = axis->t_ns,
                                    .value = values,
                                    .n = axis->n,
                                    .gap_ns = 300 * GM_NS_PER_S});
}

static void add_heap(canvas *k, const cycle_axis *axis) {
    size_t from = k->n_series;
    if (k->c->n_cycles >= 2) {
        add_cycles(k, axis, 0, "live after collection", GM_DRAW_LINE, GM_FILL_LINE_1);
        add_cycles(k, axis, 1, "heap at the end of marking", GM_DRAW_LINE, GM_FILL_LINE_2);
        add_cycles(k, axis, 2, "heap goal", GM_DRAW_STEP, GM_FILL_LINE_3);
    } else {
        add_gauge(k, "go.heap_alloc", "heap allocated", GM_DRAW_LINE, GM_FILL_LINE_1);
        add_gauge(k, "go.next_gc", "heap goal", GM_DRAW_STEP, GM_FILL_LINE_3);
    }
    add_pane(k, "Go heap", GM_UNIT_BYTES, 2, from);
    if (k->c->n_cycles < 2) {
        from = k->n_series;
        add_gauge(k, "go.gc_cpu_fraction", "since the start", GM_DRAW_LINE, GM_FILL_LINE_1);
        add_pane(k, "Collector's share of CPU", GM_UNIT_PERCENT, 1, from);
    }
}

bool gm_plate_gc(gm_plate *plate, const gm_model_container *c) {
    canvas k = canvas_new(plate, c);
    cycle_axis axis = axis_of(&k);
    add_heap(&k, &axis);
    if (c->n_cycles >= 2) {
        size_t from = k.n_series;
        add_cycles(&k, &axis, 3, "since the cycle before", GM_DRAW_POINTS, GM_FILL_LINE_1);
        add_pane(&k, "Collector's share of CPU", GM_UNIT_PERCENT, 1, from);
        from = k.n_series;
        add_cycles(&k, &axis, 4, "concurrent mark", GM_DRAW_POINTS, GM_FILL_LINE_4);
        add_cycles(&k, &axis, 5, "stop-the-world", GM_DRAW_POINTS, GM_FILL_LINE_5);
        add_pane(&k, "Duration of collections", GM_UNIT_MS, 1, from);
    }
    if (k.n_panes == 0) return false;
    add_events(&k);
    plate->chart.kind = GM_CHART_TIME;
    plate->chart.title = "What the collector did";
    plate->chart.panes = k.panes;
    plate->chart.n_panes = k.n_panes;
    plate->height = 320 + 130 * (double)(k.n_panes - 1);
    return true;
}
