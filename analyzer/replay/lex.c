/* PromQL's words: names, numbers, durations, strings, marks. Before parse.c, which asks for one at a time.
 * The text is untrusted: nothing is read behind its end, and a number is copied into a bounded buffer before it is
 * converted. https://prometheus.io/docs/prometheus/latest/querying/basics/#literals */
#include "analyzer/replay/lex.h"

#include <glib.h>
#include <math.h>

static bool is_name_start(char c) {
    return g_ascii_isalpha(c) || c == '_' || c == ':';
}

static bool is_name(char c) {
    return is_name_start(c) || g_ascii_isdigit(c);
}

static gm_token bad(size_t position, const char *what) {
    return (gm_token){.kind = GM_TOKEN_BAD, .text = gm_span_of(what), .position = position};
}

static bool unit_of(gm_span text, size_t *at, int64_t *ms, int *rank) {
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"ms", 1},
                 {"s", 1000},
                 {"m", 60000},
                 {"h", 3600000},
                 {"d", 86400000},
                 {"w", 604800000},
                 {"y", INT64_C(31536000000)}};
    for (int i = 0; i < (int)G_N_ELEMENTS(units); i++) {
        size_t len = strlen(units[i].unit);
        if (text.len - *at < len || memcmp(text.data + *at, units[i].unit, len) != 0) continue;
        *at += len;
        *ms = units[i].ms;
        *rank = i;
        return true;
    }
    return false;
}

/* Units fall from one part to the next, as in 1h30m. */
int64_t gm_prom_duration(gm_span text) {
    int64_t total = 0;
    int last = 100;
    size_t at = 0;
    if (text.len == 1 && text.data[0] == '0') return 0;
    if (text.len == 0) return -1;
    while (at < text.len) {
        int64_t count = 0, unit;
        size_t digits = at;
        int rank;
        for (; at < text.len && g_ascii_isdigit(text.data[at]); at++) {
            count = count * 10 + (text.data[at] - '0');
            if (count > GM_PROM_MAX_RANGE_MS) return -1;
        }
        if (at == digits || !unit_of(text, &at, &unit, &rank) || rank >= last) return -1;
        if (count > GM_PROM_MAX_RANGE_MS / unit) return -1;
        total += count * unit;
        last = rank;
        if (total > GM_PROM_MAX_RANGE_MS) return -1;
    }
    return total;
}

static bool number_of(gm_span text, double *value) {
    char copy[64], *end;
    if (text.len == 0 || text.len >= sizeof(copy)) return false;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (text.len > 2 && copy[0] == '0' && (copy[1] == 'x' || copy[1] == 'X')) {
        *value = (double)g_ascii_strtoull(copy + 2, &end, 16);
        return *end == '\0' && text.len <= 18;
    }
    *value = g_ascii_strtod(copy, &end);
    return *end == '\0';
}

static gm_token read_number(gm_span text, size_t *at) {
    gm_token token = {.position = *at};
    size_t end = *at;
    bool hex = end + 1 < text.len && text.data[end] == '0' && (text.data[end + 1] | 0x20) == 'x';
    for (; end < text.len; end++) {
        char c = text.data[end];
        bool sign = (c == '+' || c == '-') && end > *at && (text.data[end - 1] | 0x20) == 'e' && !hex;
        if (!g_ascii_isalnum(c) && c != '.' && !sign) break;
    }
    token.text = (gm_span){text.data + *at, end - *at};
    *at = end;
    token.ms = gm_prom_duration(token.text);
    token.kind = token.text.len > 1 && token.ms >= 0 ? GM_TOKEN_DURATION : GM_TOKEN_NUMBER;
    if (token.kind == GM_TOKEN_NUMBER && !number_of(token.text, &token.number))
        return bad(token.position, "this is neither a number nor a duration");
    return token;
}

static gm_token read_string(gm_span text, size_t *at) {
    char quote = text.data[*at];
    size_t end = *at + 1;
    for (; end < text.len && text.data[end] != quote; end++) {
        if (text.data[end] == '\\' && quote != '`') end++;
        if (end < text.len && text.data[end] == '\n' && quote != '`') break;
    }
    if (end >= text.len || text.data[end] != quote) return bad(*at, "a string has no end");
    gm_token token = {.kind = GM_TOKEN_STRING, .text = {text.data + *at, end + 1 - *at}, .position = *at};
    *at = end + 1;
    return token;
}

static gm_token read_name(gm_span text, size_t *at) {
    size_t end = *at;
    while (end < text.len && is_name(text.data[end])) end++;
    gm_token token = {.kind = GM_TOKEN_NAME, .text = {text.data + *at, end - *at}, .position = *at};
    *at = end;
    if (token.text.len == 3 && g_ascii_strncasecmp(token.text.data, "inf", 3) == 0) {
        token.kind = GM_TOKEN_NUMBER;
        token.number = INFINITY;
    } else if (token.text.len == 3 && g_ascii_strncasecmp(token.text.data, "nan", 3) == 0) {
        token.kind = GM_TOKEN_NUMBER;
        token.number = NAN;
    }
    return token;
}

static gm_token read_mark(gm_span text, size_t *at) {
    static const char *const pairs[] = {"==", "!=", "<=", ">=", "=~", "!~"};
    gm_token token = {.kind = GM_TOKEN_MARK, .text = {text.data + *at, 1}, .position = *at};
    for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
        if (text.len - *at >= 2 && memcmp(text.data + *at, pairs[i], 2) == 0) token.text.len = 2;
    if (token.text.len == 1 && (token.text.data[0] == '\0' || !strchr("+-*/%^<>=(){}[],:@", token.text.data[0])))
        return bad(*at, "this character has no meaning here");
    *at += token.text.len;
    return token;
}

gm_token gm_prom_token(gm_span text, size_t *at) {
    while (*at < text.len) {
        if (text.data[*at] == '#')
            while (*at < text.len && text.data[*at] != '\n') ++*at;
        else if (g_ascii_isspace(text.data[*at])) ++*at;
        else break;
    }
    if (*at >= text.len) return (gm_token){.kind = GM_TOKEN_END, .position = text.len, .text = {"", 0}};
    char c = text.data[*at];
    bool digit = g_ascii_isdigit(c) || (c == '.' && *at + 1 < text.len && g_ascii_isdigit(text.data[*at + 1]));
    if (digit) return read_number(text, at);
    if (c == '"' || c == '\'' || c == '`') return read_string(text, at);
    return is_name_start(c) ? read_name(text, at) : read_mark(text, at);
}

static int hex_digits(const char *data, size_t len, size_t at, size_t count) {
    int value = 0;
    for (size_t i = 0; i < count; i++) {
        if (at + i >= len || !g_ascii_isxdigit(data[at + i])) return -1;
        value = value * 16 + g_ascii_xdigit_value(data[at + i]);
    }
    return value;
}

/* Go's escapes, without octal ones and those for characters beyond the basic plane. */
char *gm_prom_unquote(gm_span token, gm_arena *arena, size_t *len) {
    static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
    char *out = gm_arena_alloc(arena, token.len * 2 + 1);
    size_t n = 0;
    if (!out) return NULL;
    for (size_t i = 1; i + 1 < token.len; i++) {
        char c = token.data[i];
        if (c != '\\' || token.data[0] == '`') {
            out[n++] = c;
            continue;
        }
        char escape = token.data[++i];
        const char *known = escape ? strchr(from, escape) : NULL;
        int value = escape == 'x'   ? hex_digits(token.data, token.len - 1, i + 1, 2)
                    : escape == 'u' ? hex_digits(token.data, token.len - 1, i + 1, 4)
                                    : -1;
        if (known) out[n++] = to[known - from];
        else if (value < 0) return NULL;
        else if (escape == 'x') out[n++] = (char)value;
        else n += (size_t)g_unichar_to_utf8((gunichar)value, out + n);
        if (!known) i += escape == 'x' ? 2 : 4;
    }
    out[n] = '\0';
    *len = n;
    return out;
}
