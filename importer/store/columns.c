/* The timeline's columns by name; the list is columns.def. The analyzer writes by it, reports read by it. */
#include "gomortem/timeline_columns.h"

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
