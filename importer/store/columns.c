/* The timeline's columns by name; the list is columns.def. The analyzer writes by it, reports read by it. */
#include "gomortem/timeline_columns.h"

#include <string.h>

static const struct {
    const char *name, *label;
    gm_column_kind kind;
} columns[GM_COL_COUNT] = {
#define GM_COLUMN(symbol, column, label, kind) {column, label, GM_COLUMN_##kind},
#include "gomortem/columns.def"
#undef GM_COLUMN
};

const char *gm_column_name(gm_column column) {
    return columns[column].name;
}

const char *gm_column_label(gm_column column) {
    return columns[column].label;
}

gm_column_kind gm_column_kind_of(gm_column column) {
    return columns[column].kind;
}

/* With or without _bytes at the end. */
static int same_series(const char *column, const char *series) {
    size_t n = strlen(series);
    return strncmp(column, series, n) == 0 && (!column[n] || strcmp(column + n, "_bytes") == 0);
}

const char *gm_series_label(const char *series) {
    static const char *const others[][2] = {{"gc_live", "live heap after collections"},
                                            {"heap_profile", "heap by its profiles"},
                                            {"heap_alloc", "allocated heap"},
                                            {"goroutine_profile", "goroutines by their dumps"}};
    for (int i = 0; i < GM_COL_COUNT; i++)
        if (same_series(columns[i].name, series)) return columns[i].label;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i][0], series) == 0) return others[i][1];
    return series;
}
