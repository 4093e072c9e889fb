/* CSV files that Grafana writes from a panel.
 *
 * Comes as lines. The first cell of a header line decides: "Time" (one column a series, or the three columns
 * Time, Metric, Value) or "Series" (Grafana before 7, one line a sample). The delimiter is that of the
 * browser's language, or a tab when the file was made for Excel (in UTF-16); several frames follow each other,
 * separated by an empty line. Column headers are display names: "name{label=""value"",...}", or a legend that names no
 * metric, which is left out. Source: https://github.com/grafana/grafana
 * packages/grafana-data/src/utils/csv.ts, public/app/features/inspector/utils/download.ts, and
 * public/app/core/utils/file_export.ts before 7. */
#include "gomortem/format.h"
#include "importer/formats/grafana_csv/number.h"
#include "importer/metrics/exposition.h"
#include "importer/metrics/vocabulary.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

#define GM_GRAFANA_COLUMNS 4096

typedef enum { SHAPE_NONE, SHAPE_WIDE, SHAPE_METRIC_ROWS, SHAPE_SERIES_ROWS } grafana_shape;

typedef struct {
    gm_member *member;
    gm_metrics *metrics;
    gm_arena *scratch; /* one line's unquoted cells */
    char delimiter;    /* 0: not known yet */
    grafana_shape shape;
    gm_metric **columns; /* of SHAPE_WIDE; NULL where a column is not a metric */
    size_t n_columns;
    gm_table names; /* series text -> gm_metric, of the other shapes */
    bool zone_told;
} gm_grafana;

/* --- cells --- */
/* Length of the cell at the front, quotes included. */
static size_t cell_length(gm_span line, char delimiter) {
    bool quoted = false;
    size_t i = 0;
    for (; i < line.len && (quoted || line.data[i] != delimiter); i++)
        if (line.data[i] == '"') quoted = !quoted;
    return i;
}

/* Quotes off, doubled quotes made single; arena NULL: only the outer quotes come off. */
static gm_span unquote(gm_span cell, gm_arena *arena) {
    if (cell.len < 2 || cell.data[0] != '"' || cell.data[cell.len - 1] != '"') return cell;
    gm_span inside = gm_span_first(gm_span_from(cell, 1), cell.len - 2);
    if (!arena || gm_span_find_byte(inside, '"') < 0) return inside;
    char *plain = gm_arena_alloc(arena, inside.len);
    if (!plain) return inside;
    size_t n = 0;
    for (size_t i = 0; i < inside.len; i++) {
        plain[n++] = inside.data[i];
        if (inside.data[i] == '"' && i + 1 < inside.len && inside.data[i + 1] == '"') i++;
    }
    return (gm_span){plain, n};
}

/* False when the line is used up. */
static bool take_cell(gm_span *line, char delimiter, gm_arena *arena, gm_span *cell) {
    if (!line->data) return false;
    size_t n = cell_length(*line, delimiter);
    *cell = unquote(gm_span_trim(gm_span_first(*line, n)), arena);
    *line = n < line->len ? gm_span_from(*line, n + 1) : (gm_span){NULL, 0};
    return true;
}

/* --- headers --- */
/* The delimiter behind a header's first cell, 0 when the line is no header. */
static char header_delimiter(gm_span line) {
    static const gm_span firsts[] = {{"\"Time\"", 6}, {"Time", 4},     {"\"Series\"", 8},
                                     {"Series", 6},   {"\"time\"", 6}, {"time", 4}};
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        gm_span rest = line;
        if (!gm_span_take(&rest, firsts[i]) || rest.len < 2) continue;
        char c = rest.data[0];
        if (c == ',' || c == ';' || c == '\t') return c;
    }
    return 0;
}

/* "2023-05-01 12:00:00" (the browser's zone, not told), RFC 3339, or milliseconds since the epoch. */
static bool read_time(gm_span cell, int64_t *t_ns, bool *has_zone) {
    gm_span rest = cell;
    *has_zone = true;
    if (gm_time_digits(cell, t_ns)) return true;
    return gm_time_take_rfc3339(&rest, t_ns, has_zone) && rest.len == 0;
}

static int bid(const gm_head *head) {
    gm_span rest = head->head, line, cell;
    int64_t t_ns;
    bool has_zone;
    if (!gm_span_cut(&rest, '\n', &line)) return 0;
    if (gm_span_starts(line, GM_SPAN("sep=")) && !gm_span_cut(&rest, '\n', &line)) return 0;
    char delimiter = header_delimiter(line);
    if (!delimiter) return 0;
    bool series = gm_span_starts(unquote(line, NULL), GM_SPAN("Series"));
    while (gm_span_cut(&rest, '\n', &line)) {
        if (series) take_cell(&line, delimiter, NULL, &cell);
        bool time = take_cell(&line, delimiter, NULL, &cell) && read_time(cell, &t_ns, &has_zone);
        return time ? 85 : 30;
    }
    return 40;
}

/* A display name: the metric's name, its labels in braces, or both. NULL: it names no metric we know of. */
static gm_status find_metric(gm_grafana *csv, gm_span text, gm_metric **metric) {
    gm_labels labels = {.n = 0};
    gm_span name, key = text, rest = text;
    *metric = NULL;
    bool whole = gm_exposition_take_key(&rest, &key) && gm_span_trim(rest).len == 0;
    if (!whole) key = text;
    if (!gm_exposition_read_key(key, csv->scratch, &name, &labels) || (!whole && name.len != text.len)) {
        gm_member_diag(csv->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "the column \"%.*s\" names no metric and is left out", (int)(text.len < 200 ? text.len : 200),
                       text.data);
        return GM_OK;
    }
    return gm_metrics_find(csv->metrics, name, &labels, metric);
}

static gm_status read_wide_header(gm_grafana *csv, gm_span line) {
    gm_span cell;
    gm_status status = GM_OK;
    csv->n_columns = 0;
    if (!csv->columns) csv->columns = GM_ARENA_NEW(csv->member->arena, gm_metric *, GM_GRAFANA_COLUMNS);
    if (!csv->columns) return GM_DAMAGED;
    while (status == GM_OK && csv->n_columns < GM_GRAFANA_COLUMNS &&
           take_cell(&line, csv->delimiter, csv->scratch, &cell))
        status = find_metric(csv, cell, &csv->columns[csv->n_columns++]);
    if (line.data)
        gm_member_diag(csv->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "it has more than %d columns; the rest is left out", GM_GRAFANA_COLUMNS);
    return status;
}

static gm_status read_header(gm_grafana *csv, gm_span line, char delimiter) {
    gm_span first, second, third;
    csv->delimiter = delimiter;
    take_cell(&line, delimiter, csv->scratch, &first);
    gm_span rest = line;
    if (gm_span_equal(first, GM_SPAN("Series"))) {
        csv->shape = SHAPE_SERIES_ROWS;
    } else if (take_cell(&rest, delimiter, csv->scratch, &second) && gm_span_equal(second, GM_SPAN("Metric")) &&
               take_cell(&rest, delimiter, csv->scratch, &third) && gm_span_equal(third, GM_SPAN("Value"))) {
        csv->shape = SHAPE_METRIC_ROWS;
    } else {
        csv->shape = SHAPE_WIDE;
        return read_wide_header(csv, line);
    }
    return GM_OK;
}

/* --- rows --- */
static bool is_nothing(gm_span cell) {
    return gm_span_equal(cell, GM_SPAN("null")) || gm_span_equal(cell, GM_SPAN("undefined"));
}

static gm_status sample(gm_grafana *csv, int64_t line, gm_metric *metric, int64_t t_ns, gm_span cell) {
    double value;
    if (cell.len == 0) return GM_OK; /* another series has a value at this time */
    if (!metric || is_nothing(cell)) {
        gm_metric_skip(csv->metrics, metric ? GM_LEFT_NO_VALUE : GM_LEFT_OUTSIDE);
        return GM_OK;
    }
    if (gm_panel_number(cell, csv->delimiter != ',', &value))
        return gm_metric_sample(csv->metrics, metric, t_ns, value);
    gm_metrics_reject(csv->metrics, line, "a cell is not a number");
    return GM_OK;
}

static bool row_time(gm_grafana *csv, int64_t line, gm_span cell, int64_t *t_ns) {
    bool has_zone;
    if (!read_time(cell, t_ns, &has_zone)) {
        gm_metrics_reject(csv->metrics, line, "a row does not begin with a time");
        return false;
    }
    if (!has_zone && !csv->zone_told)
        gm_member_diag(csv->member, GM_SEVERITY_INFO, line, GM_UNKNOWN,
                       "its times are those of the browser that made it; they are read as UTC");
    csv->zone_told = csv->zone_told || !has_zone;
    return true;
}

static gm_status read_wide_row(gm_grafana *csv, int64_t number, gm_span line) {
    gm_span cell;
    int64_t t_ns;
    gm_status status = GM_OK;
    if (!take_cell(&line, csv->delimiter, NULL, &cell) || !row_time(csv, number, cell, &t_ns)) return GM_OK;
    for (size_t i = 0; i < csv->n_columns && status == GM_OK && take_cell(&line, csv->delimiter, NULL, &cell); i++)
        status = sample(csv, number, csv->columns[i], t_ns, cell);
    return status;
}

static gm_status named_metric(gm_grafana *csv, gm_span name, gm_metric **metric) {
    const gm_table_entry *known = gm_table_find(&csv->names, name);
    *metric = known ? known->value : NULL;
    if (known) return GM_OK;
    gm_status status = find_metric(csv, name, metric);
    if (status == GM_OK) gm_table_put(&csv->names, name, *metric);
    return status;
}

static gm_status read_long_row(gm_grafana *csv, int64_t number, gm_span line) {
    gm_span cells[3];
    int64_t t_ns;
    gm_metric *metric;
    for (size_t i = 0; i < 3; i++) {
        if (take_cell(&line, csv->delimiter, csv->scratch, &cells[i])) continue;
        gm_metrics_reject(csv->metrics, number, "a row has fewer than three cells");
        return GM_OK;
    }
    bool series_first = csv->shape == SHAPE_SERIES_ROWS;
    if (!row_time(csv, number, cells[series_first], &t_ns)) return GM_OK;
    gm_status status = named_metric(csv, cells[!series_first], &metric);
    return status == GM_OK ? sample(csv, number, metric, t_ns, cells[2]) : status;
}

static gm_status read_line(gm_grafana *csv, const gm_line *line) {
    gm_span text = line->text;
    gm_arena_reset(csv->scratch);
    if (gm_span_trim(text).len == 0 || gm_span_starts(text, GM_SPAN("sep="))) return GM_OK;
    char delimiter = header_delimiter(text);
    if (delimiter) return read_header(csv, text, delimiter);
    switch (csv->shape) {
    case SHAPE_WIDE: return read_wide_row(csv, line->number, text);
    case SHAPE_METRIC_ROWS:
    case SHAPE_SERIES_ROWS: return read_long_row(csv, line->number, text);
    case SHAPE_NONE: break;
    }
    gm_metrics_reject(csv->metrics, line->number, "a row stands before the header");
    return GM_OK;
}

static gm_status parse(gm_member *member) {
    gm_grafana csv = {.member = member};
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    csv.scratch = gm_arena_new(member->limits->arena_bytes);
    csv.metrics = csv.scratch ? gm_metrics_new(member, "prometheus") : NULL;
    if (!csv.metrics) {
        gm_arena_free(csv.scratch);
        return GM_DAMAGED;
    }
    gm_table_init(&csv.names, member->arena);
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(&csv, &line);
    gm_arena_free(csv.scratch);
    gm_status end = gm_metrics_end(csv.metrics);
    if (status == GM_OK) status = gm_lines_status(&lines);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_grafana_csv = {
    .name = "grafana_csv",
    .title = "Grafana panel data as CSV",
    .takes = "Samples of the columns whose header names a known metric.",
    .bid = bid,
    .parse = parse,
};
