/* Rule files: what is read from them, what is refused and where, and that no cut or monster does harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analyzer/replay/replay_private.h"

static const char whole[] = "# comment\n"
                            "groups:\n"
                            "  - name: first\n"
                            "    rules:\n"
                            "      - record: job:x\n"
                            "        expr: sum(x)\n"
                            "      - alert: High\n"
                            "        expr: |\n"
                            "          container_memory_rss{a=\"b\"}\n"
                            "            > 5\n"
                            "        for: 1h30m\n"
                            "        keep_firing_for: 10s\n"
                            "        labels: {severity: page, team: 'a: b'}\n"
                            "        annotations:\n"
                            "          summary: \"{{ $labels.pod }}\"\n"
                            "          nested: {a: [1, 2]}\n"
                            "    interval: 30s\n"
                            "  - name: second\n"
                            "    limit: 5\n"
                            "    rules: [{alert: High, expr: 'topk(1, x)'}, {alert: Last, expr: x, for: 0s}]\n";

static gm_replay_rule *read_text(const char *text, size_t len, gm_arena *arena, size_t *n, GError **error) {
    char *exact = g_memdup2(text, MAX(len, 1)); /* no NUL behind: the sanitizer sees what is read there */
    gm_replay_rule *rules = gm_replay_rule_file((gm_span){exact, len}, arena, n, error);
    g_free(exact);
    return rules;
}

static void release(gm_replay_rule *rules, size_t n) {
    for (size_t i = 0; rules && i < n; i++) gm_prom_expr_release(&rules[i].expr);
}

static void a_file_is_read(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    gm_arena *arena = gm_arena_new(0);
    size_t n = 0;
    gm_replay_rule *rules = read_text(whole, strlen(whole), arena, &n, &error);
    assert_non_null(rules);
    assert_int_equal(n, 3);
    assert_string_equal(rules[0].spec.name, "High");
    assert_string_equal(rules[0].spec.expression, "container_memory_rss{a=\"b\"}\n  > 5\n");
    assert_int_equal(rules[0].spec.for_ms, 5400000);
    assert_int_equal(rules[0].spec.keep_ms, 10000);
    assert_int_equal(rules[0].spec.step_ms, 30000); /* interval stands behind the rules */
    assert_int_equal(rules[0].spec.n_labels, 2);
    assert_string_equal(rules[0].spec.labels[1].value, "a: b");
    assert_null(rules[0].refusal);
    assert_string_equal(rules[1].spec.name, "High #2");
    assert_string_equal(rules[1].refusal, "line 20, expr, character 1: the aggregation topk is outside the subset");
    assert_int_equal(rules[2].spec.step_ms, 0);
    assert_null(rules[2].refusal);
    release(rules, n);
    gm_arena_free(arena);
}

static void every_cut_is_taken_or_refused(void **state) {
    (void)state;
    for (size_t len = 0; len <= strlen(whole); len++) {
        gm_arena *arena = gm_arena_new(8 << 20);
        g_autoptr(GError) error = NULL;
        size_t n = 0;
        gm_replay_rule *rules = read_text(whole, len, arena, &n, &error);
        assert_true(rules ? n > 0 && !error : error != NULL);
        release(rules, n);
        gm_arena_free(arena);
    }
}

static void refused(const char *text, const char *part) {
    gm_arena *arena = gm_arena_new(64 << 20);
    g_autoptr(GError) error = NULL;
    size_t n = 0;
    assert_null(read_text(text, strlen(text), arena, &n, &error));
    if (!strstr(error->message, part)) fail_msg("\"%s\" is not about \"%s\"", error->message, part);
    gm_arena_free(arena);
}

static void what_is_no_rule_file_is_refused(void **state) {
    (void)state;
    refused("", "empty");
    refused("just text", "mapping with groups");
    refused("a: b\n", "no groups");
    refused("groups:\n", "groups are a list");
    refused("groups: []\n", "no alerting rule");
    refused("groups: [{rules: [{record: a, expr: b}]}]\n", "no alerting rule");
    refused("groups: [{rules: [{alert: a}]}]\n", "line 1: this rule has no expr");
    refused("groups: [{rules: [{expr: a}]}]\n", "alert or record");
    refused("groups: [{rules: [{alert: a, expr: b, for: soon}]}]\n", "no duration");
    refused("groups: [{interval: x, rules: []}]\n", "interval is no duration");
    refused("groups: [{rules: [{alert: [1], expr: b}]}]\n", "this is a text");
    refused("groups: &a [*a]\n", "aliases");
    refused("groups: [{rules: [{alert: \"a\\0b\", expr: b}]}]\n", "zero byte");
    refused("groups: [\n  - a\n\tb", "line");
}

static void monsters_are_refused(void **state) {
    (void)state;
    g_autoptr(GString) deep = g_string_new("a: "), many = g_string_new("groups:\n- rules:\n"),
                       wide = g_string_new("a: [");
    for (int i = 0; i < 10000; i++) g_string_append_c(deep, '[');
    for (int i = 0; i < 2500; i++) g_string_append(many, "  - {alert: a, expr: b}\n");
    for (int i = 0; i < 300000; i++) g_string_append(wide, "1,");
    refused(deep->str, "nested too deep");
    refused(many->str, "too many rules");
    refused(wide->str, "too large");
    g_autofree char *huge = g_strnfill((1u << 20) + 1, 'a');
    refused(huge, "too large");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_read), cmocka_unit_test(every_cut_is_taken_or_refused),
        cmocka_unit_test(what_is_no_rule_file_is_refused), cmocka_unit_test(monsters_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
