/* Draws example charts for looking at: chart_demo FOLDER writes every example in both themes and several
 * sizes as PNG files. The data are made up by formulas; test_chart.c lays the same kinds of charts out and
 * checks numbers. Not run by the tests. */
#include "gomortem/chart.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define SAMPLES 720
#define START   INT64_C(1714687200000000000) /* 2024-05-02 22:00 UTC */
#define STEP    INT64_C(15000000000)
#define MIB     1048576.0
#define BUCKETS 9

typedef struct {
    const char *name;
    gm_chart chart;
} example;

static int64_t times[SAMPLES];
static double bucket[BUCKETS][SAMPLES], usage[SAMPLES], goroutines[SAMPLES], pause_ms[SAMPLES], cpu[SAMPLES];
static double level[SAMPLES];

static double wave(int i, double period) {
    return 0.5 + 0.5 * sin(2 * G_PI * i / period);
}

static double noise(int i) {
    return fmod(fabs(sin(i * 12.9898) * 43758.5453), 1);
}

static void fill_series(void) {
    for (int i = 0; i < SAMPLES; i++) {
        double load = wave(i, 300), grown = i / (double)SAMPLES;
        times[i] = START + i * STEP;
        bucket[0][i] = MIB * (60 + 420 * grown + 8 * noise(i));
        bucket[1][i] = MIB * (30 + 60 * fmod(i, 37) / 37 + 60 * grown);
        bucket[2][i] = MIB * (14 + 6 * noise(i + 7));
        bucket[3][i] = MIB * (20 + 18 * load);
        bucket[4][i] = MIB * (6 + 30 * grown);
        bucket[5][i] = MIB * 9;
        bucket[6][i] = MIB * (35 + 4 * wave(i, 90));
        bucket[7][i] = MIB * (24 + 3 * noise(i + 3));
        bucket[8][i] = MIB * (40 + 90 * wave(i, 180));
        goroutines[i] = floor(140 + 5200 * grown + 80 * load);
        pause_ms[i] = 0.2 + 1.4 * noise(i) + (i % 97 == 0 ? 9 : 0);
        cpu[i] = 18 + 30 * load + 20 * noise(i + 11) + 25 * grown;
        level[i] = MIB * (i < 300 ? 512 : 1024);
        usage[i] = 0;
        for (int k = 0; k < BUCKETS; k++) usage[i] += bucket[k][i];
    }
    for (int i = 400; i < 420; i++) {
        usage[i] = NAN;
        goroutines[i] = NAN;
        for (int k = 0; k < BUCKETS; k++) bucket[k][i] = NAN;
    }
}

static gm_chart_series series(const char *name, gm_chart_draw draw, gm_chart_fill fill, const double *value) {
    return (gm_chart_series){.name = name, .draw = draw, .fill = fill, .t_ns = times, .value = value, .n = SAMPLES};
}

static const gm_chart_series *memory_series(void) {
    static gm_chart_series all[BUCKETS + 1];
    static const gm_chart_fill fills[BUCKETS] = {GM_FILL_GO_LIVE, GM_FILL_GO_GARBAGE,       GM_FILL_GO_FRAG,
                                                 GM_FILL_GO_IDLE, GM_FILL_GO_STACKS,        GM_FILL_GO_META,
                                                 GM_FILL_NATIVE,  GM_FILL_SLAB_RECLAIMABLE, GM_FILL_INACTIVE_FILE};
    for (int k = 0; k < BUCKETS; k++) all[k] = series(gm_chart_fill_name(fills[k]), GM_DRAW_AREA, fills[k], bucket[k]);
    all[BUCKETS] = series("cgroup usage", GM_DRAW_LINE, GM_FILL_INK, usage);
    return all;
}

static gm_chart timeline_chart(void) {
    static gm_chart_series go[1], gc[1], use[1];
    static gm_chart_pane panes[4];
    static const gm_chart_limit limits[] = {{"limit", 1024 * MIB, GM_FILL_CRITICAL},
                                            {"GOMEMLIMIT", 900 * MIB, GM_FILL_WARNING}};
    static const gm_chart_limit far[] = {{"container thread limit", 200000, GM_FILL_CRITICAL}};
    static const gm_chart_event events[] = {{START + 40 * STEP, "deploy 1.14.2", GM_FILL_INFO, 1},
                                            {START + 300 * STEP, "limit raised", GM_FILL_INFO, 0},
                                            {START + 640 * STEP, "OOM kill", GM_FILL_CRITICAL, 5},
                                            {START + 652 * STEP, "OOM kill", GM_FILL_CRITICAL, 5},
                                            {START + 664 * STEP, "OOM kill", GM_FILL_CRITICAL, 5},
                                            {START + 645 * STEP, "restart", GM_FILL_WARNING, 2},
                                            {START + 657 * STEP, "restart", GM_FILL_WARNING, 2},
                                            {START + 310 * STEP, "heap profile", GM_FILL_LINE_6, 0},
                                            {START + 630 * STEP, "heap profile", GM_FILL_LINE_6, 0},
                                            {START + 320 * STEP, "goroutine dump", GM_FILL_LINE_6, 0},
                                            {START + 330 * STEP, "config reload", GM_FILL_INFO, 0}};
    static const gm_chart_span spans[] = {{START + 180 * STEP, START + 640 * STEP, "growth window", GM_FILL_WARNING}};
    go[0] = series("goroutines", GM_DRAW_LINE, GM_FILL_LINE_1, goroutines);
    gc[0] = series("GC pause", GM_DRAW_POINTS, GM_FILL_LINE_4, pause_ms);
    use[0] = series("cpu", GM_DRAW_LINE, GM_FILL_LINE_3, cpu);
    panes[0] = (gm_chart_pane){"Memory by bucket", GM_UNIT_BYTES, 3, memory_series(), BUCKETS + 1, limits, 2};
    panes[1] = (gm_chart_pane){"Goroutines", GM_UNIT_COUNT, 1, go, 1, far, 1};
    panes[2] = (gm_chart_pane){"GC pauses", GM_UNIT_MS, 1, gc, 1, NULL, 0};
    panes[3] = (gm_chart_pane){"CPU", GM_UNIT_PERCENT, 1, use, 1, NULL, 0};
    return (gm_chart){.title = "shop/checkout-7d9f8b6c5-x2x4k/app: goroutine_leak (confirmed)",
                      .subtitle = "go_live and go_stacks grow 2.3 MiB/min for 1 h 55 min until the limit",
                      .panes = panes,
                      .n_panes = 4,
                      .events = events,
                      .n_events = G_N_ELEMENTS(events),
                      .spans = spans,
                      .n_spans = 1};
}

static gm_chart all_fills_chart(void) {
    static gm_chart_series all[GM_FILL_INK + 2];
    static gm_chart_pane pane;
    static double value[GM_FILL_INK][SAMPLES];
    for (int k = 0; k < GM_FILL_INK; k++) {
        for (int i = 0; i < SAMPLES; i++) value[k][i] = MIB * (20 + 10 * wave(i + 17 * k, 260) + 2 * noise(i + k));
        all[k] = series(gm_chart_fill_name((gm_chart_fill)k), GM_DRAW_AREA, (gm_chart_fill)k, value[k]);
    }
    all[GM_FILL_INK] = series("limit over time", GM_DRAW_STEP, GM_FILL_CRITICAL, level);
    all[GM_FILL_INK + 1] = series("usage", GM_DRAW_LINE, GM_FILL_INK, usage);
    pane = (gm_chart_pane){"Every bucket", GM_UNIT_BYTES, 1, all, GM_FILL_INK + 2, NULL, 0};
    return (gm_chart){.title = "All twenty fills", .panes = &pane, .n_panes = 1};
}

static gm_chart lines_chart(void) {
    static gm_chart_series all[6];
    static double value[6][SAMPLES];
    static gm_chart_pane pane;
    for (int k = 0; k < 6; k++) {
        for (int i = 0; i < SAMPLES; i++) value[k][i] = 1000 * (k - 2) + 900 * wave(i + 40 * k, 200 + 30 * k);
        char *name = g_strdup_printf("line %d", k + 1); /* lives as long as the example */
        all[k] = series(name, GM_DRAW_LINE, (gm_chart_fill)(GM_FILL_LINE_1 + k), value[k]);
    }
    pane = (gm_chart_pane){"Six lines, some below zero", GM_UNIT_COUNT, 1, all, 6, NULL, 0};
    return (gm_chart){.title = "Lines", .panes = &pane, .n_panes = 1};
}

static gm_chart odd_chart(void) {
    static const double lone[] = {42 * MIB}, flat[] = {7, 7, 7};
    static const int64_t when[] = {START + 60 * STEP}, three[] = {START, START + 50 * STEP, START + 100 * STEP};
    static const gm_chart_series single = {"a single sample", GM_DRAW_AREA, GM_FILL_NATIVE, when, lone, 1, 0};
    static const gm_chart_series even = {"all equal", GM_DRAW_STEP, GM_FILL_LINE_2, three, flat, 3, 0};
    static const gm_chart_series names[] = {
        {"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d", GM_DRAW_LINE, GM_FILL_LINE_1, three, flat,
         3, 0},
        {"bad \xff\xfe bytes\x01\n and \xe2\x80\xae"
         "override",
         GM_DRAW_LINE, GM_FILL_LINE_2, three, flat, 3, 0},
        {"a name that goes on and on and on, far beyond what any legend could ever have room for, and "
         "further",
         GM_DRAW_LINE, GM_FILL_LINE_3, three, flat, 3, 0}};
    static gm_chart_pane panes[4];
    panes[0] = (gm_chart_pane){"Nothing known", GM_UNIT_BYTES, 1, NULL, 0, NULL, 0};
    panes[1] = (gm_chart_pane){"One sample", GM_UNIT_BYTES, 1, &single, 1, NULL, 0};
    panes[2] = (gm_chart_pane){"Constant", GM_UNIT_COUNT, 1, &even, 1, NULL, 0};
    panes[3] = (gm_chart_pane){"Names", GM_UNIT_COUNT, 1, names, 3, NULL, 0};
    return (gm_chart){.title = "Odd data",
                      .subtitle = "no samples, one sample, equal samples, hostile names",
                      .panes = panes,
                      .n_panes = 4};
}

static gm_chart waterfall_chart(void) {
    static const gm_chart_bar bars[] = {{"usage", 884 * MIB, "100%", GM_FILL_INK},
                                        {"go live", 474 * MIB, "54%", GM_FILL_GO_LIVE},
                                        {"go garbage", 130 * MIB, "15%", GM_FILL_GO_GARBAGE},
                                        {"go fragmentation", 17 * MIB, "2%", GM_FILL_GO_FRAG},
                                        {"go idle", 31 * MIB, "4%", GM_FILL_GO_IDLE},
                                        {"go stacks", 36 * MIB, "4%", GM_FILL_GO_STACKS},
                                        {"native", 37 * MIB, "4%", GM_FILL_NATIVE},
                                        {"kernel", 26 * MIB, "3%", GM_FILL_SLAB_RECLAIMABLE},
                                        {"page cache", 121 * MIB, "14%", GM_FILL_INACTIVE_FILE},
                                        {"unexplained", 12 * MIB, "1%", GM_FILL_UNEXPLAINED}};
    return (gm_chart){.kind = GM_CHART_WATERFALL,
                      .title = "Where the memory is",
                      .subtitle = "last sample before the kill, 2024-05-03 00:59:45 UTC",
                      .bars = bars,
                      .n_bars = G_N_ELEMENTS(bars),
                      .unit = GM_UNIT_BYTES};
}

static gm_chart growth_chart(void) {
    static const gm_chart_bar bars[] = {
        {"github.com/acme/checkout/internal/session.(*Store).Put", 212 * MIB, "1.84 MiB/min", GM_FILL_GO_LIVE},
        {"google.golang.org/grpc/internal/transport.newBufWriter", 61 * MIB, "0.53 MiB/min", GM_FILL_GO_LIVE},
        {"github.com/acme/checkout/internal/cache.(*LRU[go.shape.string,go.shape.struct { a/b.C }]).Add", 33 * MIB,
         "0.3 MiB/min", GM_FILL_GO_LIVE},
        {"net/http.(*Transport).dialConn", 18 * MIB, "0.1 MiB/min", GM_FILL_GO_LIVE},
        {"runtime.malg", 9.5 * MIB, NULL, GM_FILL_GO_LIVE},
        {"bufio.NewReaderSize", 4.25 * MIB, NULL, GM_FILL_GO_LIVE},
        {"encoding/json.(*Decoder).refill", NAN, "gone from the last profile", GM_FILL_GO_LIVE},
        {"compress/flate.NewWriter", -22 * MIB, NULL, GM_FILL_GO_IDLE}};
    return (gm_chart){.kind = GM_CHART_BARS,
                      .title = "What grew in the heap",
                      .subtitle = "live bytes, last profile minus first, 1 h 55 min apart",
                      .bars = bars,
                      .n_bars = G_N_ELEMENTS(bars),
                      .unit = GM_UNIT_BYTES,
                      .show_sign = true};
}

static bool save(gm_draw *draw, const example *e, const gm_chart_style *style, const char *folder) {
    gm_chart_geometry geometry;
    gm_text_measure measure = gm_draw_measure(draw);
    g_autoptr(GByteArray) png = g_byte_array_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/%s-%dx%d-%s.png", folder, e->name, (int)style->width,
                                            (int)style->height, style->theme == GM_THEME_DARK ? "dark" : "light");
    gm_chart_layout(&e->chart, style, &measure, &geometry);
    bool done = gm_draw_png(draw, &geometry, png, &error) &&
                g_file_set_contents(path, (const char *)png->data, png->len, &error);
    if (!done) fprintf(stderr, "%s: %s\n", path, error->message);
    gm_chart_geometry_release(&geometry);
    return done;
}

int main(int argc, char **argv) {
    static const double sizes[][2] = {{900, 500}, {1600, 900}, {480, 320}};
    if (argc != 2) {
        fprintf(stderr, "usage: chart_demo FOLDER\n");
        return 2;
    }
    fill_series();
    const example examples[] = {{"timeline", timeline_chart()},   {"fills", all_fills_chart()},
                                {"lines", lines_chart()},         {"odd", odd_chart()},
                                {"waterfall", waterfall_chart()}, {"growth", growth_chart()}};
    gm_draw *draw = gm_draw_new(NULL, NULL);
    bool done = true;
    for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
        for (int k = 0; k < 6; k++) {
            gm_chart_style style = {sizes[k / 2][0], sizes[k / 2][1], 1, k % 2 ? GM_THEME_DARK : GM_THEME_LIGHT};
            done = save(draw, &examples[i], &style, argv[1]) && done;
        }
    }
    gm_draw_free(draw);
    return done ? 0 : 1;
}
