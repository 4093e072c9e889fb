/* Rows as a table for people, as CSV or as JSON. Behind query.c, the last step before the output.
 *
 * The table keeps its first rows until it knows how wide the columns are, the rest is written as it comes, so that
 * a query of any size runs in little memory. Texts may come from a stranger's cluster: the table shows control
 * characters as U+FFFD, CSV takes the power from what a spreadsheet would run (https://owasp.org/, CSV injection),
 * both from what a CI system would obey, JSON is made by yajl. CSV follows RFC 4180, with \n between the lines. */
#include "reports/query/rows.h"

#include "reports/plain.h"

#include <math.h>
#include <yajl/yajl_gen.h>

enum { TABLE_ROWS = 500, TABLE_WIDTH = 60 };

struct gm_rows {
    gm_query_format format;
    sqlite3_stmt *stmt;
    FILE *out;
    int columns;
    int64_t count;
    GPtrArray *kept; /* table: cells of the rows that wait for the widths, one string a cell */
    int *widths;     /* table: NULL until they are known */
    yajl_gen gen;
};

static const char *column_name(const gm_rows *rows, int column) {
    const char *name = sqlite3_column_name(rows->stmt, column);
    return name ? name : "";
}

/* People get ten digits; programs the fewest that read back as the same number. */
static void put_real(const gm_rows *rows, char text[G_ASCII_DTOSTR_BUF_SIZE], double value) {
    bool table = rows->format == GM_QUERY_TABLE;
    g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, table ? "%.10g" : "%.15g", value);
    if (!table && g_ascii_strtod(text, NULL) != value) g_ascii_formatd(text, G_ASCII_DTOSTR_BUF_SIZE, "%.17g", value);
}

static char *cell_text(const gm_rows *rows, int column) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    switch (sqlite3_column_type(rows->stmt, column)) {
    case SQLITE_NULL: return g_strdup("");
    case SQLITE_FLOAT: put_real(rows, number, sqlite3_column_double(rows->stmt, column)); return g_strdup(number);
    case SQLITE_BLOB: return g_strdup_printf("(%d bytes)", sqlite3_column_bytes(rows->stmt, column));
    default: return g_strdup((const char *)sqlite3_column_text(rows->stmt, column));
    }
}

/* --- table --- */

/* What a terminal would obey becomes U+FFFD; what is too long is cut with an ellipsis. */
static char *for_terminal(const char *text) {
    GString *clean = g_string_new(NULL);
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    int width = 0;
    for (const char *at = valid; *at; at = g_utf8_next_char(at)) {
        gunichar c = g_utf8_get_char(at);
        if (++width >= TABLE_WIDTH && *g_utf8_next_char(at)) {
            g_string_append(clean, "\xe2\x80\xa6");
            break;
        }
        bool shown = g_unichar_isprint(c) && g_unichar_type(c) != G_UNICODE_FORMAT;
        g_string_append_unichar(clean, shown ? c : c == '\n' || c == '\t' ? ' ' : 0xfffd);
    }
    return g_string_free(clean, FALSE);
}

static bool is_number(const char *text) {
    char *end;
    g_ascii_strtod(text, &end);
    return *text && !*end;
}

static void put_table_row(const gm_rows *rows, char **cells) {
    g_autoptr(GString) line = g_string_new(NULL);
    for (int i = 0; i < rows->columns; i++) {
        int pad = rows->widths[i] - (int)g_utf8_strlen(cells[i], -1);
        bool right = is_number(cells[i]);
        if (i) g_string_append(line, "  ");
        if (right && pad > 0) g_string_append_printf(line, "%*s", pad, "");
        g_string_append(line, cells[i]);
        if (!right && pad > 0 && i + 1 < rows->columns) g_string_append_printf(line, "%*s", pad, "");
    }
    gm_plain_commands(line, 0);
    fprintf(rows->out, "%s\n", line->str);
}

static void put_kept(gm_rows *rows) {
    rows->widths = g_new0(int, rows->columns);
    for (guint i = 0; i < rows->kept->len; i++) {
        char **cells = g_ptr_array_index(rows->kept, i);
        for (int k = 0; k < rows->columns; k++)
            rows->widths[k] = MAX(rows->widths[k], (int)g_utf8_strlen(cells[k], -1));
    }
    for (guint i = 0; i < rows->kept->len; i++) {
        put_table_row(rows, g_ptr_array_index(rows->kept, i));
        if (i > 0) continue;
        for (int k = 0; k < rows->columns; k++) {
            g_autofree char *rule = g_strnfill((gsize)rows->widths[k], '-');
            fprintf(rows->out, "%s%s", k ? "  " : "", rule);
        }
        fputc('\n', rows->out);
    }
    g_ptr_array_set_size(rows->kept, 0);
}

static void table_add(gm_rows *rows, bool names) {
    char **cells = g_new0(char *, rows->columns + 1);
    for (int i = 0; i < rows->columns; i++) {
        g_autofree char *text = names ? g_strdup(column_name(rows, i)) : cell_text(rows, i);
        cells[i] = for_terminal(text ? text : "");
    }
    if (rows->widths) {
        put_table_row(rows, cells);
        g_strfreev(cells);
        return;
    }
    g_ptr_array_add(rows->kept, cells);
    if (rows->kept->len > TABLE_ROWS) put_kept(rows);
}

/* --- CSV --- */
/* The wide forms of = + - @ are taken for the narrow ones in some places. */
static bool would_run(const char *text) {
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};
    for (size_t i = 0; i < G_N_ELEMENTS(wide); i++)
        if (g_str_has_prefix(text, wide[i])) return true;
    return *text && strchr("=+-@\t\r\n", *text) != NULL;
}

static void put_csv(const gm_rows *rows, GString *line, const char *text, bool is_text) {
    bool exact = rows->format == GM_QUERY_CSV_EXACT;
    bool guarded = !exact && is_text && would_run(text);
    bool empty = exact && is_text && !*text;
    if (!guarded && !empty && !strpbrk(text, ",\"\r\n")) {
        g_string_append(line, text);
        return;
    }
    g_string_append(line, guarded ? "\"'" : "\"");
    for (; *text; text++) {
        if (*text == '"') g_string_append_c(line, '"');
        g_string_append_c(line, *text);
    }
    g_string_append_c(line, '"');
}

static void csv_add(gm_rows *rows, bool names) {
    g_autoptr(GString) line = g_string_new(NULL);
    for (int i = 0; i < rows->columns; i++) {
        g_autofree char *text = names ? g_strdup(column_name(rows, i)) : cell_text(rows, i);
        if (i) g_string_append_c(line, ',');
        put_csv(rows, line, text ? text : "", names || sqlite3_column_type(rows->stmt, i) == SQLITE_TEXT);
    }
    if (rows->format == GM_QUERY_CSV) gm_plain_commands(line, 0);
    fprintf(rows->out, "%s\n", line->str);
}

/* --- JSON --- */
static void put_json(gm_rows *rows, int column) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    sqlite3_stmt *stmt = rows->stmt;
    double value;
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_NULL: yajl_gen_null(rows->gen); break;
    case SQLITE_INTEGER: yajl_gen_integer(rows->gen, sqlite3_column_int64(stmt, column)); break;
    case SQLITE_FLOAT:
        value = sqlite3_column_double(stmt, column);
        if (!isfinite(value)) {
            yajl_gen_null(rows->gen);
            break;
        }
        put_real(rows, number, value);
        yajl_gen_number(rows->gen, number, strlen(number));
        break;
    default: {
        g_autofree char *text = cell_text(rows, column);
        g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
        yajl_gen_string(rows->gen, (const unsigned char *)valid, strlen(valid));
    }
    }
}

static void json_add(gm_rows *rows) {
    const unsigned char *text;
    size_t len;
    yajl_gen_map_open(rows->gen);
    for (int i = 0; i < rows->columns; i++) {
        g_autofree char *name = g_utf8_make_valid(column_name(rows, i), -1);
        yajl_gen_string(rows->gen, (const unsigned char *)name, strlen(name));
        put_json(rows, i);
    }
    yajl_gen_map_close(rows->gen);
    yajl_gen_get_buf(rows->gen, &text, &len);
    if (rows->format == GM_QUERY_JSON) fputs(rows->count ? ",\n" : "", rows->out);
    fwrite(text, 1, len, rows->out);
    if (rows->format == GM_QUERY_NDJSON) fputc('\n', rows->out);
    yajl_gen_clear(rows->gen);
    yajl_gen_reset(rows->gen, NULL);
}

/* --- all of them --- */
gm_rows *gm_rows_new(gm_query_format format, sqlite3_stmt *stmt, FILE *out) {
    gm_rows *rows = g_new0(gm_rows, 1);
    *rows = (gm_rows){.format = format, .stmt = stmt, .out = out, .columns = sqlite3_column_count(stmt)};
    rows->kept = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    rows->gen = yajl_gen_alloc(NULL);
    if (format == GM_QUERY_TABLE) table_add(rows, true);
    if (format == GM_QUERY_JSON) fputs("[\n", out);
    if (format == GM_QUERY_CSV || format == GM_QUERY_CSV_EXACT) csv_add(rows, true);
    return rows;
}

void gm_rows_add(gm_rows *rows) {
    switch (rows->format) {
    case GM_QUERY_TABLE: table_add(rows, false); break;
    case GM_QUERY_CSV:
    case GM_QUERY_CSV_EXACT: csv_add(rows, false); break;
    case GM_QUERY_JSON:
    case GM_QUERY_NDJSON: json_add(rows); break;
    }
    rows->count++;
}

bool gm_rows_end(gm_rows *rows) {
    if (rows->format == GM_QUERY_TABLE && !rows->widths) put_kept(rows);
    if (rows->format == GM_QUERY_JSON) fputs(rows->count ? "\n]\n" : "]\n", rows->out);
    bool written = fflush(rows->out) == 0 && !ferror(rows->out);
    g_ptr_array_unref(rows->kept);
    g_free(rows->widths);
    yajl_gen_free(rows->gen);
    g_free(rows);
    return written;
}
