/* Values in words, for the ticks of chart_scale.c and everything else that prints a number in a chart. Bytes
 * count in 1024s (IEC 80000-13: KiB, MiB), counts in 1000s, times climb from microseconds to seconds. Never
 * asks the locale. */
#include "chart_private.h"

#include <math.h>
#include <string.h>

typedef struct {
    double factor;
    const char *suffix;
} rung;

typedef struct {
    const rung *rungs;
    int count;
} ladder;

static const rung byte_rungs[] = {{1, " B"},        {0x1p10, " KiB"}, {0x1p20, " MiB"}, {0x1p30, " GiB"},
                                  {0x1p40, " TiB"}, {0x1p50, " PiB"}, {0x1p60, " EiB"}};
static const rung count_rungs[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}};
static const rung percent_rungs[] = {{1, "%"}};
static const rung ms_rungs[] = {{1e-3, " \xc2\xb5s"}, {1, " ms"}, {1e3, " s"}};

static const ladder ladders[] = {
    [GM_UNIT_BYTES] = {byte_rungs, G_N_ELEMENTS(byte_rungs)},
    [GM_UNIT_COUNT] = {count_rungs, G_N_ELEMENTS(count_rungs)},
    [GM_UNIT_PERCENT] = {percent_rungs, G_N_ELEMENTS(percent_rungs)},
    [GM_UNIT_MS] = {ms_rungs, G_N_ELEMENTS(ms_rungs)},
};

static const ladder *ladder_of(gm_chart_unit unit) {
    return &ladders[(unsigned)unit < G_N_ELEMENTS(ladders) ? unit : GM_UNIT_COUNT];
}

static int rung_of(const ladder *l, double size) {
    int i = 0;
    while (i + 1 < l->count && size >= l->rungs[i + 1].factor) i++;
    return i;
}

/* "12.50" -> "12.5", "12.00" -> "12" */
static void drop_zeros(char *digits) {
    if (!strchr(digits, '.') || strchr(digits, 'e')) return;
    size_t len = strlen(digits);
    while (digits[len - 1] == '0') len--;
    if (digits[len - 1] == '.') len--;
    digits[len] = 0;
}

static const char *print(const rung *r, double value, int decimals, char out[GM_CHART_VALUE_MAX]) {
    static const char *const formats[] = {"%.0f", "%.1f", "%.2f"};
    char digits[G_ASCII_DTOSTR_BUF_SIZE];
    double scaled = value / r->factor;
    bool plain = scaled == 0 || (fabs(scaled) >= 1 && fabs(scaled) < 1e6);
    g_ascii_formatd(digits, sizeof digits, plain ? formats[decimals] : "%.3g", scaled);
    drop_zeros(digits);
    g_snprintf(out, GM_CHART_VALUE_MAX, "%s%s", strcmp(digits, "-0") == 0 ? "0" : digits, r->suffix);
    return out;
}

static int decimals_for(double size) {
    return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

const char *gm_chart_value_text(gm_chart_unit unit, double value, char out[GM_CHART_VALUE_MAX]) {
    if (!isfinite(value)) {
        g_strlcpy(out, "unknown", GM_CHART_VALUE_MAX);
        return out;
    }
    const ladder *l = ladder_of(unit);
    int i = value == 0 && unit == GM_UNIT_MS ? 1 : rung_of(l, fabs(value));
    double size = fabs(value) / l->rungs[i].factor;
    if (i + 1 < l->count && round(size) >= l->rungs[i + 1].factor / l->rungs[i].factor) {
        i++; /* 1023.9 KiB would print as 1024 KiB */
        size = fabs(value) / l->rungs[i].factor;
    }
    return print(&l->rungs[i], value, decimals_for(size), out);
}

/* Exact: the largest unit in which two decimals tell the tick without rounding. */
const char *gm_tick_text(gm_chart_unit unit, double value, char out[GM_CHART_VALUE_MAX]) {
    const ladder *l = ladder_of(unit);
    if (value == 0 && unit != GM_UNIT_PERCENT) {
        g_strlcpy(out, "0", GM_CHART_VALUE_MAX);
        return out;
    }
    int i = rung_of(l, fabs(value));
    for (; i > 0; i--) {
        double hundredths = fabs(value) / l->rungs[i].factor * 100;
        if (fabs(hundredths - round(hundredths)) <= 1e-6 * hundredths) break;
    }
    return print(&l->rungs[i], value, 2, out);
}
