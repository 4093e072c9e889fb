/* Numbers as a panel or a spreadsheet prints them: digits in groups, decimal commas, units.
 *
 * Used by grafana_csv for each cell. Which of '.' and ',' is the decimal mark follows from the number itself where
 * both are in it or one is in it twice; of a lone comma the file's delimiter tells, a lone point is decimal, as in
 * all that Grafana does not format. Units of Grafana's own:
 * https://github.com/grafana/grafana packages/grafana-data/src/valueFormats/categories.ts */
#include "importer/formats/grafana_csv/number.h"

#include "importer/text/span.h"

enum { NUMBER_BYTES = 64 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* What stands between groups of digits and is no mark: a blank, wide or narrow ones, an apostrophe. */
static size_t group_space(gm_span text) {
    static const gm_span spaces[] = {
        {" ", 1}, {"'", 1}, {"\xC2\xA0", 2}, {"\xE2\x80\xAF", 3}, {"\xE2\x80\x89", 3}, {"\xE2\x80\x99", 3}};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        if (gm_span_starts(text, spaces[i])) return spaces[i].len;
    }
    return 0;
}

/* Three digits and no more: the number goes on behind the space. */
static bool is_group(gm_span text) {
    if (text.len < 3 || !is_digit(text.data[0]) || !is_digit(text.data[1]) || !is_digit(text.data[2])) return false;
    return text.len == 3 || !is_digit(text.data[3]);
}

/* Digits and marks without the spaces between groups; the rest of cell is a unit. */
static gm_span take_digits(gm_span *cell, char digits[NUMBER_BYTES]) {
    size_t n = 0;
    gm_span rest = *cell;
    while (rest.len > 0 && n < NUMBER_BYTES) {
        char c = rest.data[0];
        size_t space = n > 0 && is_digit(digits[n - 1]) ? group_space(rest) : 0;
        if (space > 0 && is_group(gm_span_from(rest, space))) {
            rest = gm_span_from(rest, space);
            continue;
        }
        if (!is_digit(c) && c != '.' && c != ',' && !(n == 0 && (c == '-' || c == '+'))) break;
        digits[n++] = c;
        rest = gm_span_from(rest, 1);
    }
    *cell = rest;
    return (gm_span){digits, n};
}

static size_t count(gm_span text, char mark, ptrdiff_t *last) {
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] != mark) continue;
        *last = (ptrdiff_t)i;
        n++;
    }
    return n;
}

/* The decimal mark of the number, 0 when it has none. */
static char decimal_mark(gm_span number, bool comma_decimal) {
    ptrdiff_t point = -1, comma = -1;
    size_t points = count(number, '.', &point), commas = count(number, ',', &comma);
    if (points > 0 && commas > 0) return point > comma ? '.' : ',';
    if (points > 1 || commas > 1) return 0;
    if (points == 1) return '.';
    bool grouped = comma >= 0 && !comma_decimal && is_group(gm_span_from(number, (size_t)comma + 1));
    return comma >= 0 && !grouped ? ',' : 0;
}

/* Marks that are not the decimal one go, that one becomes a point. False when groups do not have three digits. */
static bool plain(gm_span *number, char digits[NUMBER_BYTES], char decimal) {
    size_t n = 0;
    for (size_t i = 0; i < number->len; i++) {
        char c = number->data[i];
        bool mark = c == '.' || c == ',';
        if (mark && c != decimal && !is_group(gm_span_from(*number, i + 1))) return false;
        if (mark && c != decimal) continue;
        digits[n++] = mark ? '.' : c;
    }
    number->len = n;
    return true;
}

static bool times_unit(gm_span number, gm_span unit, double *value) {
    static const struct {
        gm_span name;
        double factor;
    } counts[] = {{{"K", 1}, 1e3}, {{"Mil", 3}, 1e6}, {{"Bil", 3}, 1e9}, {{"Tri", 3}, 1e12}};
    char joined[NUMBER_BYTES + 8];
    if (unit.len == 0) return gm_span_double(number, value);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        if (!gm_span_equal(unit, counts[i].name)) continue;
        if (!gm_span_double(number, value)) return false;
        *value *= counts[i].factor;
        return true;
    }
    if (gm_span_equal(unit, GM_SPAN("bytes")) || gm_span_equal(unit, GM_SPAN("B")))
        return gm_span_double(number, value);
    /* only with the "B": "3 m" is a time */
    if (!gm_span_ends(unit, GM_SPAN("B")) || unit.len > 4) return false;
    memcpy(joined, number.data, number.len);
    memcpy(joined + number.len, unit.data, unit.len - 1);
    return gm_span_bytes((gm_span){joined, number.len + unit.len - 1}, value);
}

bool gm_panel_number(gm_span cell, bool comma_decimal, double *value) {
    char digits[NUMBER_BYTES];
    if (gm_span_double(cell, value)) return true; /* also 1e9 and NaN */
    gm_span number = take_digits(&cell, digits);
    if (number.len == 0 || number.len == NUMBER_BYTES) return false;
    if (!plain(&number, digits, decimal_mark(number, comma_decimal))) return false;
    for (size_t space; (space = group_space(cell)) > 0;) cell = gm_span_from(cell, space);
    return times_unit(number, gm_span_trim(cell), value);
}
