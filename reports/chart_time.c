/* The time axis: which ticks a range of time gets and how they read, in UTC. Called by chart_pane.c once per
 * chart. The axis is a table (the idea is rrdtool's xlab): each row is a distance of labels with a distance
 * of minor ticks and the wording of both lines. The first row whose widest label fits its distance in pixels
 * is taken. */
#include "chart_private.h"

#include <string.h>

#define FARTHEST  INT64_C(4500000000000000000) /* years 1827..2112: differences cannot overflow */
#define SHORTEST  INT64_C(20000000)            /* 20 ms: the finest row still has ticks */
#define NS_PER_MS INT64_C(1000000)
#define DAY       INT64_C(86400000)
#define MONDAY    (3 * DAY) /* 1970-01-01 was a Thursday: with this shift, weeks begin on Mondays */

typedef enum { BY_MS, BY_MONTH } step_unit;
typedef enum { NOTHING, CLOCK_MS, CLOCK_S, CLOCK, DAY_MONTH, MONTH, YEAR, FULL_DATE } wording;

typedef struct {
    step_unit unit;
    int64_t step; /* ms or months */
    step_unit minor_unit;
    int64_t minor;
    wording label, date;
} row;

/* clang-format off */
static const row rows[] = {
    {BY_MS, 1,          BY_MS, 1,           CLOCK_MS, FULL_DATE},
    {BY_MS, 2,          BY_MS, 1,           CLOCK_MS, FULL_DATE},
    {BY_MS, 5,          BY_MS, 1,           CLOCK_MS, FULL_DATE},
    {BY_MS, 10,         BY_MS, 5,           CLOCK_MS, FULL_DATE},
    {BY_MS, 20,         BY_MS, 10,          CLOCK_MS, FULL_DATE},
    {BY_MS, 50,         BY_MS, 10,          CLOCK_MS, FULL_DATE},
    {BY_MS, 100,        BY_MS, 50,          CLOCK_MS, FULL_DATE},
    {BY_MS, 200,        BY_MS, 100,         CLOCK_MS, FULL_DATE},
    {BY_MS, 500,        BY_MS, 100,         CLOCK_MS, FULL_DATE},
    {BY_MS, 1000,       BY_MS, 500,         CLOCK_S, FULL_DATE},
    {BY_MS, 2000,       BY_MS, 1000,        CLOCK_S, FULL_DATE},
    {BY_MS, 5000,       BY_MS, 1000,        CLOCK_S, FULL_DATE},
    {BY_MS, 10000,      BY_MS, 5000,        CLOCK_S, FULL_DATE},
    {BY_MS, 15000,      BY_MS, 5000,        CLOCK_S, FULL_DATE},
    {BY_MS, 30000,      BY_MS, 10000,       CLOCK_S, FULL_DATE},
    {BY_MS, 60000,      BY_MS, 15000,       CLOCK, FULL_DATE},
    {BY_MS, 120000,     BY_MS, 60000,       CLOCK, FULL_DATE},
    {BY_MS, 300000,     BY_MS, 60000,       CLOCK, FULL_DATE},
    {BY_MS, 600000,     BY_MS, 300000,      CLOCK, FULL_DATE},
    {BY_MS, 900000,     BY_MS, 300000,      CLOCK, FULL_DATE},
    {BY_MS, 1800000,    BY_MS, 600000,      CLOCK, FULL_DATE},
    {BY_MS, DAY / 24,   BY_MS, 900000,      CLOCK, FULL_DATE},
    {BY_MS, DAY / 12,   BY_MS, 1800000,     CLOCK, FULL_DATE},
    {BY_MS, DAY / 8,    BY_MS, DAY / 24,    CLOCK, FULL_DATE},
    {BY_MS, DAY / 4,    BY_MS, DAY / 24,    CLOCK, FULL_DATE},
    {BY_MS, DAY / 2,    BY_MS, DAY / 8,     CLOCK, FULL_DATE},
    {BY_MS, DAY,        BY_MS, DAY / 4,     DAY_MONTH, YEAR},
    {BY_MS, 2 * DAY,    BY_MS, DAY / 2,     DAY_MONTH, YEAR},
    {BY_MS, 7 * DAY,    BY_MS, DAY,         DAY_MONTH, YEAR},
    {BY_MS, 14 * DAY,   BY_MS, 7 * DAY,     DAY_MONTH, YEAR},
    {BY_MONTH, 1,       BY_MS, 7 * DAY,     MONTH, YEAR},
    {BY_MONTH, 3,       BY_MONTH, 1,        MONTH, YEAR},
    {BY_MONTH, 6,       BY_MONTH, 1,        MONTH, YEAR},
    {BY_MONTH, 12,      BY_MONTH, 3,        YEAR, NOTHING},
    {BY_MONTH, 24,      BY_MONTH, 12,       YEAR, NOTHING},
    {BY_MONTH, 60,      BY_MONTH, 12,       YEAR, NOTHING},
    {BY_MONTH, 120,     BY_MONTH, 60,       YEAR, NOTHING},
    {BY_MONTH, 240,     BY_MONTH, 120,      YEAR, NOTHING},
    {BY_MONTH, 600,     BY_MONTH, 120,      YEAR, NOTHING},
    {BY_MONTH, 1200,    BY_MONTH, 600,      YEAR, NOTHING},
};
/* clang-format on */

static int64_t floor_to(int64_t value, int64_t step) {
    int64_t rest = value % step;
    return value - rest - (rest < 0 ? step : 0);
}

gm_time_scale gm_time_scale_make(int64_t from_ns, int64_t to_ns) {
    gm_time_scale time = {.from_ns = CLAMP(from_ns, -FARTHEST, FARTHEST), .to_ns = CLAMP(to_ns, -FARTHEST, FARTHEST)};
    if (time.to_ns - time.from_ns < SHORTEST) {
        time.from_ns -= SHORTEST / 2;
        time.to_ns = time.from_ns + SHORTEST;
    }
    return time;
}

bool gm_time_holds(const gm_time_scale *time, int64_t t_ns) {
    return t_ns >= time->from_ns && t_ns <= time->to_ns;
}

/* Times outside the range come to lie on its edge. */
double gm_time_x(const gm_time_scale *time, int64_t t_ns) {
    int64_t offset = CLAMP(t_ns, time->from_ns, time->to_ns) - time->from_ns;
    return time->x + time->w * ((double)offset / (double)(time->to_ns - time->from_ns));
}

static GDateTime *civil(int64_t ms) {
    return g_date_time_new_from_unix_utc(floor_to(ms, 1000) / 1000);
}

/* English and ISO forms by hand: the names of months must not follow the locale. */
static void word(wording how, int64_t ms, char out[24]) {
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int of_day = (int)(ms - floor_to(ms, DAY)), year, month, day;
    int h = of_day / 3600000, m = of_day / 60000 % 60, s = of_day / 1000 % 60;
    g_autoptr(GDateTime) at = civil(ms);
    g_date_time_get_ymd(at, &year, &month, &day);
    switch (how) {
    case NOTHING: out[0] = 0; break;
    case CLOCK_MS: g_snprintf(out, 24, "%02d:%02d:%02d.%03d", h, m, s, of_day % 1000); break;
    case CLOCK_S: g_snprintf(out, 24, "%02d:%02d:%02d", h, m, s); break;
    case CLOCK: g_snprintf(out, 24, "%02d:%02d", h, m); break;
    case DAY_MONTH: g_snprintf(out, 24, "%d %s", day, months[month - 1]); break;
    case MONTH: g_snprintf(out, 24, "%s", months[month - 1]); break;
    case YEAR: g_snprintf(out, 24, "%04d", year); break;
    case FULL_DATE: g_snprintf(out, 24, "%04d-%02d-%02d", year, month, day); break;
    }
}

/* Time that passed: hours go on beyond a day, and days have no names. */
static void word_passed(wording how, int64_t ms, char out[24]) {
    int64_t s = ms / 1000;
    int h = (int)(s / 3600), m = (int)(s / 60 % 60);
    switch (how) {
    case CLOCK_MS: g_snprintf(out, 24, "%d:%02d:%02d.%03d", h, m, (int)(s % 60), (int)(ms % 1000)); break;
    case CLOCK_S: g_snprintf(out, 24, "%d:%02d:%02d", h, m, (int)(s % 60)); break;
    case CLOCK: g_snprintf(out, 24, "%d:%02d h", h, m); break;
    case NOTHING:
    case FULL_DATE: out[0] = 0; break;
    case DAY_MONTH:
    case MONTH:
    case YEAR: g_snprintf(out, 24, "day %d", (int)(ms / DAY)); break;
    }
}

static int64_t month_start_ms(int64_t months) {
    int64_t year = floor_to(months, 12) / 12;
    g_autoptr(GDateTime) at = g_date_time_new_utc((int)year, (int)(months - year * 12) + 1, 1, 0, 0, 0);
    return g_date_time_to_unix(at) * 1000;
}

/* The first tick at or after ms, or after it. */
static int64_t next_tick(step_unit unit, int64_t step, int64_t ms, bool after) {
    if (unit == BY_MS) {
        int64_t shift = step >= DAY ? MONDAY : 0;
        int64_t at = floor_to(ms + shift, step) - shift;
        return at > ms || (at == ms && !after) ? at : at + step;
    }
    int year, month, day;
    g_autoptr(GDateTime) here = civil(ms);
    g_date_time_get_ymd(here, &year, &month, &day);
    int64_t index = floor_to((int64_t)year * 12 + month - 1, step);
    int64_t at = month_start_ms(index);
    return at > ms || (at == ms && !after) ? at : month_start_ms(index + step);
}

static double widest(const gm_page *page, wording how) {
    double width = 0;
    for (int month = 0; month < 12; month++) {
        char text[24];
        word(how, month_start_ms(2020 * 12 + month) + 28 * DAY - 1, text);
        width = MAX(width, gm_page_width(page, text, page->small));
    }
    return width;
}

static double step_px(const gm_time_scale *time, step_unit unit, int64_t step) {
    double ns = (double)step * (unit == BY_MS ? 1.0 : 28.0 * DAY) * NS_PER_MS;
    return time->w * ns / (double)(time->to_ns - time->from_ns);
}

static const row *choose(const gm_page *page, const gm_time_scale *time) {
    const row *r = rows;
    double need = 0;
    for (; r < rows + G_N_ELEMENTS(rows) - 1; r++) {
        if (r == rows || r->label != r[-1].label) need = widest(page, r->label) + 1.6 * page->small.size;
        if (step_px(time, r->unit, r->step) >= need) break;
    }
    return r;
}

static void add_tick(gm_time_axis *axis, const gm_time_scale *time, int64_t ms, const row *labelled) {
    gm_time_tick tick = {.x = gm_time_x(time, ms * NS_PER_MS), .major = labelled != NULL};
    if (labelled) (axis->since_start ? word_passed : word)(labelled->label, ms, tick.label);
    g_array_append_val(axis->ticks, tick);
}

static int by_place(const void *a, const void *b) {
    const gm_time_tick *s = a, *t = b;
    return s->x != t->x ? (s->x > t->x) - (s->x < t->x) : (int)t->major - (int)s->major;
}

/* Majors with their labels, and the date on each one where it differs from the one before. */
static void add_majors(gm_time_axis *axis, const gm_time_scale *time, const row *r) {
    int64_t from = time->from_ns / NS_PER_MS - 1, to = floor_to(time->to_ns, NS_PER_MS) / NS_PER_MS;
    char before[24];
    word(axis->since_start ? NOTHING : r->date, floor_to(time->from_ns, NS_PER_MS) / NS_PER_MS, before);
    memcpy(axis->start, before, sizeof axis->start);
    for (int64_t ms = next_tick(r->unit, r->step, from, true); ms <= to; ms = next_tick(r->unit, r->step, ms, true)) {
        if (!gm_time_holds(time, ms * NS_PER_MS)) continue;
        add_tick(axis, time, ms, r);
        gm_time_tick *tick = &g_array_index(axis->ticks, gm_time_tick, axis->ticks->len - 1);
        word(axis->since_start ? NOTHING : r->date, ms, tick->date);
        bool same = strcmp(tick->date, before) == 0;
        memcpy(before, tick->date, sizeof before);
        if (same) tick->date[0] = 0;
    }
}

static void add_minors(gm_time_axis *axis, const gm_time_scale *time, const row *r) {
    int64_t from = time->from_ns / NS_PER_MS - 1, to = floor_to(time->to_ns, NS_PER_MS) / NS_PER_MS;
    if (step_px(time, r->minor_unit, r->minor) < 4) return;
    for (int64_t ms = next_tick(r->minor_unit, r->minor, from, true); ms <= to;
         ms = next_tick(r->minor_unit, r->minor, ms, true)) {
        if (gm_time_holds(time, ms * NS_PER_MS)) add_tick(axis, time, ms, NULL);
    }
}

void gm_time_axis_init(gm_time_axis *axis, const gm_page *page, const gm_time_scale *time) {
    const row *r = choose(page, time);
    axis->ticks = g_array_new(FALSE, FALSE, sizeof(gm_time_tick));
    axis->since_start = page->chart && page->chart->since_start;
    add_majors(axis, time, r);
    add_minors(axis, time, r);
    g_array_sort(axis->ticks, by_place);
}

void gm_time_axis_release(gm_time_axis *axis) {
    g_clear_pointer(&axis->ticks, g_array_unref);
}
