/* The PromQL engine and the walk of alerts on cases as data: testdata/replay/<case>.test. Words of a case:
 *
 *     series 15s                       what follows, indented, are series: name{label="value"} and values in promtool's
 *                                      notation (1 2 _ stale 3+1x4), the first at time zero, then one each 15 s
 *     eval 2|3|both at 60s: EXPR       what follows are elements: labels and value; "empty"; or "fails: part of the
 * message" refuse at N: EXPR                what follows is a part of the message alert 2|3|both step 15s for 30s keep
 * 0s to 5m: EXPR    what follows are firings: labels, pending, fired, resolved ("-": never)
 *
 * What holds for Prometheus 2 is put to promtool itself by tests/e2e/promtool.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/replay/alerts.h"

#include <math.h>

typedef struct {
    const char *name;
    char **lines;
    size_t at;
    gm_arena *arena;
    gm_prom_history *history;
} test_case;

static size_t checked, wrong;

static void complain(const test_case *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void complain(const test_case *c, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    print_error("%s:%zu: %s\n", c->name, c->at + 1, text);
    wrong++;
}

static int64_t ms_of(const char *text) {
    int64_t ms = gm_prom_duration(gm_span_of(text));
    if (ms < 0) fail_msg("\"%s\" is no duration", text);
    return ms;
}

static bool is_indented(const char *line) {
    return line && *line == ' ';
}

/* The label set that a selector with equalities spells. */
static const gm_prom_labels *labels_of(test_case *c, const char *text) {
    if (strcmp(text, "{}") == 0) return gm_prom_labels_of(c->history, NULL, 0);
    gm_prom_expr expr;
    if (!gm_prom_parse(gm_span_of(text), c->arena, &expr) || expr.root->kind != GM_PROM_SELECTOR)
        fail_msg("%s: \"%s\" is no label set", c->name, text);
    gm_prom_label all[64];
    for (size_t i = 0; i < expr.root->n_matchers; i++)
        all[i] = (gm_prom_label){expr.root->matchers[i].label, expr.root->matchers[i].value};
    const gm_prom_labels *labels = gm_prom_labels_of(c->history, all, expr.root->n_matchers);
    gm_prom_expr_release(&expr);
    return labels;
}

/* Where the label set at the start of a line ends: behind the brace, or at the first blank. */
static char *split_labels(char *line) {
    char *brace = strchr(line, '{'), *blank = strchr(line, ' ');
    char *end = brace && (!blank || brace < blank) ? strrchr(line, '}') : blank;
    if (!end) return line + strlen(line);
    if (*end == '}') end++;
    if (*end) *end++ = '\0';
    return g_strstrip(end);
}

static double number(const char *text, char **end) {
    if (g_str_has_prefix(text, "+Inf") || g_str_has_prefix(text, "-Inf")) {
        *end = (char *)text + 4;
        return *text == '-' ? -INFINITY : INFINITY;
    }
    return g_ascii_strtod(text, end);
}

/* 3, 3x4 (five times), 3+1x4, 3-1x4, _, _x4, stale */
static void add_values(gm_prom_series *series, const char *word, int64_t step_ms, int64_t *t_ms) {
    bool gap = *word == '_', stale = g_str_has_prefix(word, "stale");
    char *end = (char *)word + (gap ? 1 : stale ? 5 : 0);
    double value = gap || stale ? NAN : number(word, &end), change = 0;
    if (*end == '+' || *end == '-') change = number(end, &end);
    long times = *end == 'x' ? strtol(end + 1, &end, 10) : 0;
    if (*end || (gap && *word && word[1] && word[1] != 'x')) fail_msg("\"%s\" is no value", word);
    for (long i = gap && word[1] == 'x' ? 1 : 0; i <= times; i++, *t_ms += step_ms)
        if (!gap) gm_prom_series_add(series, *t_ms, value + change * (double)i);
}

static void read_series(test_case *c, const char *line) {
    int64_t step_ms = ms_of(line + strlen("series "));
    for (c->at++; is_indented(c->lines[c->at]); c->at++) {
        char *text = g_strstrip(c->lines[c->at]), *values = split_labels(text);
        gm_prom_series *series = gm_prom_history_series(c->history, labels_of(c, text));
        g_auto(GStrv) words = g_strsplit(values, " ", -1);
        int64_t t_ms = 0;
        for (size_t i = 0; words[i]; i++)
            if (*words[i]) add_values(series, words[i], step_ms, &t_ms);
    }
    c->at--;
}

static bool near(double a, double b) {
    return (isnan(a) && isnan(b)) || a == b || fabs(a - b) <= 1e-12 * fmax(fabs(a), fabs(b));
}

static void compare(test_case *c, int version, gm_prom_vector result, size_t first) {
    size_t expected = 0;
    for (size_t i = first; is_indented(c->lines[i]); i++) {
        g_autofree char *text = g_strdup(c->lines[i]);
        char *line = g_strstrip(text), *end;
        if (strcmp(line, "empty") == 0) continue;
        char *rest = split_labels(line);
        const gm_prom_labels *labels = labels_of(c, line);
        double value = strcmp(rest, "NaN") == 0 ? NAN : number(rest, &end), found = 0;
        bool there = false;
        for (size_t k = 0; k < result.n; k++)
            if (result.at[k].labels == labels) {
                there = true;
                found = result.at[k].value;
            }
        if (!there) complain(c, "Prometheus %d: %s is missing", version, line);
        else if (!near(found, value)) complain(c, "Prometheus %d: %s is %.17g, not %.17g", version, line, found, value);
        expected++;
    }
    if (expected != result.n) complain(c, "Prometheus %d: %zu elements, not %zu", version, result.n, expected);
}

static void parse(test_case *c, const char *text, gm_prom_expr *expr) {
    if (!gm_prom_parse(gm_span_of(text), c->arena, expr))
        fail_msg("%s:%zu: refused at %zu: %s", c->name, c->at + 1, expr->error_at, expr->error);
}

static bool holds_for(const char *versions, int version) {
    return strcmp(versions, "both") == 0 || strtol(versions, NULL, 10) == version;
}

static void eval(test_case *c, char *line) {
    char *colon = strstr(line, ": ");
    *colon = '\0';
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    gm_prom_expr expr;
    parse(c, colon + 2, &expr);
    for (int version = 2; version <= 3; version++) {
        if (!holds_for(words[1], version)) continue;
        g_autoptr(gm_prom_query) query = gm_prom_query_new(&expr, c->history, version == 3);
        gm_prom_vector result;
        bool ok = gm_prom_query_at(query, ms_of(words[3]), &result);
        g_autofree char *first = g_strstrip(g_strdup(c->lines[c->at + 1] ? c->lines[c->at + 1] : ""));
        checked++;
        if (g_str_has_prefix(first, "fails: ")) {
            if (ok || !strstr(gm_prom_query_error(query), first + 7))
                complain(c, "it should fail with \"%s\", not \"%s\"", first + 7, ok ? "" : gm_prom_query_error(query));
        } else if (!ok) {
            complain(c, "it failed: %s", gm_prom_query_error(query));
        } else {
            compare(c, version, result, c->at + 1);
        }
    }
    gm_prom_expr_release(&expr);
}

static void refuse(test_case *c, char *line) {
    char *colon = strstr(line, ": ");
    size_t position = strtoul(line + strlen("refuse at "), NULL, 10);
    g_autofree char *part = g_strstrip(g_strdup(c->lines[c->at + 1])), *text = g_strcompress(colon + 2);
    gm_prom_expr expr;
    checked++;
    if (gm_prom_parse(gm_span_of(text), c->arena, &expr)) complain(c, "it was taken");
    else if (expr.error_at != position || !strstr(expr.error, part))
        complain(c, "refused at %zu: %s", expr.error_at, expr.error);
    gm_prom_expr_release(&expr);
}

static void check_firings(test_case *c, int version, const GArray *firings) {
    guint expected = 0;
    for (size_t i = c->at + 1; is_indented(c->lines[i]); i++) {
        g_autofree char *text = g_strdup(c->lines[i]);
        char *line = g_strstrip(text);
        if (strcmp(line, "none") == 0) continue;
        char *rest = split_labels(line);
        const gm_prom_labels *labels = labels_of(c, line);
        g_auto(GStrv) words = g_strsplit(rest, " ", -1);
        int64_t resolved = strcmp(words[2], "-") == 0 ? INT64_MAX : ms_of(words[2]);
        bool found = false;
        for (guint k = 0; k < firings->len; k++) {
            const gm_firing *f = &g_array_index(firings, gm_firing, k);
            found |= f->labels == labels && f->pending_ms == ms_of(words[0]) && f->fired_ms == ms_of(words[1]) &&
                     f->resolved_ms == resolved;
        }
        if (!found) complain(c, "Prometheus %d: no firing %s %s", version, line, rest);
        expected++;
    }
    if (expected == firings->len) return;
    complain(c, "Prometheus %d: %u firings, not %u", version, firings->len, expected);
    for (guint k = 0; k < firings->len; k++) {
        const gm_firing *f = &g_array_index(firings, gm_firing, k);
        print_error("    pending %lld fired %lld resolved %lld\n", (long long)f->pending_ms, (long long)f->fired_ms,
                    (long long)f->resolved_ms);
    }
}

static void alert(test_case *c, char *line) {
    char *colon = strstr(line, ": ");
    *colon = '\0';
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    gm_rule_spec rule = {
        .name = "case", .expression = colon + 2, .for_ms = ms_of(words[5]), .keep_ms = ms_of(words[7])};
    gm_prom_expr expr;
    parse(c, colon + 2, &expr);
    for (int version = 2; version <= 3; version++) {
        if (!holds_for(words[1], version)) continue;
        gm_alert_run run;
        g_autoptr(gm_prom_query) query = gm_prom_query_new(&expr, c->history, version == 3);
        gm_alert_replay(query, &rule, 0, ms_of(words[9]), ms_of(words[3]), c->history, &run);
        checked++;
        check_firings(c, version, run.firings);
        gm_alert_run_release(&run);
    }
    gm_prom_expr_release(&expr);
}

static void run_case(const char *path, const char *name) {
    g_autofree char *text = NULL;
    if (!g_file_get_contents(path, &text, NULL, NULL)) fail_msg("cannot read %s", path);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    test_case c = {.name = name, .lines = lines, .arena = gm_arena_new(0), .history = gm_prom_history_new()};
    for (; lines[c.at]; c.at++) {
        char *line = lines[c.at];
        if (g_str_has_prefix(line, "series ")) read_series(&c, line);
        else if (g_str_has_prefix(line, "eval ")) eval(&c, line);
        else if (g_str_has_prefix(line, "refuse at ")) refuse(&c, line);
        else if (g_str_has_prefix(line, "alert ")) alert(&c, line);
        else if (*line && *line != '#' && !is_indented(line))
            fail_msg("%s:%zu: \"%s\" is no word of a case", name, c.at + 1, line);
    }
    gm_prom_history_free(c.history);
    gm_arena_free(c.arena);
}

static gint by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void all_cases(void **state) {
    (void)state;
    g_autofree char *folder = g_build_filename(GM_TESTDATA, "replay", NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".test")) g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
        run_case(path, g_ptr_array_index(names, i));
    }
    print_message("%zu checks in %u files\n", checked, names->len);
    assert_true(checked >= 60);
    assert_int_equal(wrong, 0);
}

/* Whatever is cut off, nothing is read behind the end and the position lies inside. */
static void every_cut_is_taken_or_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "max by (namespace, pod) (rate(a_b{c=\"d\", e!~\"f.*|g\\x41\"}[1h30m] offset -5m)) / on (x) group_left (y) (sum(z) > bool 0x1F) and vector(1e3) unless -time() ^ 2",
        "quantile_over_time(0.5, {__name__=~\"a+\"}[5m]) or clamp(b, 1, Inf) % 2 # done",
    };
    for (size_t t = 0; t < G_N_ELEMENTS(texts); t++)
        for (size_t len = 0; len <= strlen(texts[t]); len++) {
            g_autofree char *copy =
                g_memdup2(texts[t], len + 1); /* no NUL behind: the sanitizer sees what is read there */
            char *exact = g_memdup2(copy, MAX(len, 1));
            gm_arena *arena = gm_arena_new(1 << 20);
            gm_prom_expr expr;
            if (!gm_prom_parse((gm_span){exact, len}, arena, &expr)) {
                assert_true(expr.error[0] != '\0');
                assert_true(expr.error_at <= len);
            }
            gm_prom_expr_release(&expr);
            gm_arena_free(arena);
            g_free(exact);
        }
}

static void refused(const char *text, const char *part) {
    gm_arena *arena = gm_arena_new(8 << 20);
    gm_prom_expr expr;
    assert_false(gm_prom_parse(gm_span_of(text), arena, &expr));
    if (!strstr(expr.error, part)) fail_msg("\"%s\" is not about \"%s\"", expr.error, part);
    gm_prom_expr_release(&expr);
    gm_arena_free(arena);
}

static void monsters_are_refused(void **state) {
    (void)state;
    g_autoptr(GString) nested = g_string_new(NULL), long_sum = g_string_new("1"), powers = g_string_new("1"),
                       signs = g_string_new(NULL);
    for (int i = 0; i < 5000; i++) {
        g_string_append_c(nested, '(');
        g_string_append(long_sum, " + 1");
        g_string_append(powers, " ^ 1");
        g_string_append_c(signs, '-');
    }
    g_autofree char *huge = g_strnfill(GM_PROM_MAX_TEXT + 1, 'a');
    refused(nested->str, "nested");
    refused(long_sum->str, "parts");
    refused(powers->str, "nested");
    refused(signs->str, "nested");
    refused(huge, "longer");
    refused("a[999999999999999999999y]", "neither a number nor a duration");
    refused("a[101y]", "neither");
    refused("a{b=~\"(\"}", "pattern");
    refused("", "too early");
}

/* A line by sums over the whole series is the line through the window's samples, wherever it is cut. */
static void lines_by_sums(void **state) {
    (void)state;
    enum { N = 600 };
    int64_t t_ms[N];
    double value[N];
    gm_prom_sums sums = {0};
    uint64_t seed = 7;
    for (int i = 0; i < N; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        t_ms[i] = INT64_C(1714687200000) + i * 15000 + (int64_t)(seed >> 54);
        value[i] = 3e10 + 1e5 * i + (double)(seed >> 32);
    }
    for (size_t from = 0; from + 2 < N; from += 7) {
        size_t n = 2 + (from * 31) % (N - from - 1);
        double slope, intercept;
        long double x = 0, y = 0, xy = 0, xx = 0;
        for (size_t i = from; i < from + n; i++) x += (t_ms[i] - t_ms[0]) / 1000.0L / n, y += value[i] / (long double)n;
        for (size_t i = from; i < from + n; i++) {
            long double dx = (t_ms[i] - t_ms[0]) / 1000.0L - x;
            xy += dx * (value[i] - y), xx += dx * dx;
        }
        assert_true(gm_prom_sums_line(&sums, t_ms, value, from, n, t_ms[0] + 1000, &slope, &intercept));
        assert_true(fabs(slope - (double)(xy / xx)) <= 1e-7 * fabs((double)(xy / xx)) + 1e-3);
        assert_true(fabs(intercept - (double)(y + xy / xx * (1 - x))) <= 1e-9 * fabs(intercept));
    }
    gm_prom_sums fresh = {0};
    double slope, intercept, again[2];
    assert_true(
        gm_prom_sums_line(&sums, t_ms, value, 3, 40, t_ms[3], &slope, &intercept)); /* from the beginning again */
    assert_true(gm_prom_sums_line(&fresh, t_ms, value, 3, 40, t_ms[3], &again[0], &again[1]));
    assert_true(slope == again[0] && intercept == again[1]);
    g_free(fresh.row);
    size_t all = 1048576;
    fresh = (gm_prom_sums){.all = &all};
    assert_false(gm_prom_sums_line(&fresh, t_ms, value, 3, 40, t_ms[3], &slope, &intercept)); /* no room for sums */
    value[N - 1] = INFINITY;
    g_clear_pointer(&sums.row, g_free);
    sums = (gm_prom_sums){0};
    assert_false(gm_prom_sums_line(&sums, t_ms, value, 10, N - 10, t_ms[10], &slope, &intercept));
    assert_true(gm_prom_sums_line(&sums, t_ms, value, 10, 100, t_ms[10], &slope, &intercept));
    g_free(sums.row);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_cases), cmocka_unit_test(every_cut_is_taken_or_refused),
                                       cmocka_unit_test(monsters_are_refused), cmocka_unit_test(lines_by_sums)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
