/* Tests of the small deciders of the import: paths, names of bundles, packings, --select globs, reading all.
 */
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "gomortem/importer.h"
#include "importer/packing.h"
#include "importer/path.h"
#include "importer/select.h"

static void paths_are_cleaned(void **state) {
    static const struct {
        const char *prefix;
        gm_span raw;
        const char *clean;
        unsigned changes;
    } cases[] = {
        {"", {"a/b.c", 5}, "a/b.c", 0},
        {"", {"./a//b/.", 8}, "a/b", 0},
        {"", {"/a", 2}, "a", GM_PATH_ABSOLUTE},
        {"", {"a/../b", 6}, "b", GM_PATH_TRAVERSAL},
        {"", {"../../x", 7}, "x", GM_PATH_TRAVERSAL},
        {"", {"a/..b/...", 9}, "a/..b/...", 0},
        {"in.zip", {"../x", 4}, "in.zip/x", GM_PATH_TRAVERSAL},
        {"in.zip", {"a/../../../x", 12}, "in.zip/x", GM_PATH_TRAVERSAL},
        {"",
         {"a\0b", 3},
         "a\xef\xbf\xbd"
         "b",
         GM_PATH_BYTES_REPLACED},
        {"", {"a\x7f\n", 3}, "a\xef\xbf\xbd\xef\xbf\xbd", GM_PATH_BYTES_REPLACED},
        {"", {"\xc3\xa9\xc3", 3}, "\xc3\xa9\xef\xbf\xbd", GM_PATH_BYTES_REPLACED},
        {"", {"\xc2\x9b", 2}, "\xef\xbf\xbd\xef\xbf\xbd", GM_PATH_BYTES_REPLACED},
        {"", {"C:\\x\\y", 6}, "C:\\x\\y", 0},
        {"", {"", 0}, "unnamed", GM_PATH_EMPTY},
        {"", {"..", 2}, "unnamed", GM_PATH_EMPTY | GM_PATH_TRAVERSAL},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        unsigned changes;
        g_autofree char *clean = gm_path_clean(gm_span_of(cases[i].prefix), cases[i].raw, &changes);
        assert_string_equal(clean, cases[i].clean);
        assert_int_equal(changes, cases[i].changes);
    }
}

static void a_long_path_is_cut_between_characters(void **state) {
    (void)state;
    g_autoptr(GString) raw = g_string_new("x");
    unsigned changes;
    for (int i = 0; i < 3000; i++) g_string_append(raw, "\xc3\xa9");
    g_autofree char *clean = gm_path_clean(GM_SPAN("p"), (gm_span){raw->str, raw->len}, &changes);
    assert_int_equal(changes, GM_PATH_CUT);
    assert_int_equal(strlen(clean), 2 + GM_PATH_BYTES - 1);
    assert_true(g_utf8_validate(clean, -1, NULL));
}

static void bundles_are_named_without_suffixes(void **state) {
    static const char *const cases[][2] = {
        {"/x/incident-a.tar.gz", "incident-a"},
        {"b.tgz", "b"},
        {"c.tar.zst", "c"},
        {"d.zip", "d"},
        {"heap.pb.gz", "heap.pb"},
        {"/x/y/", "y"},
        {"e.tar", "e"},
        {"f.7z", "f"},
        {"g.cpio.xz", "g"},
        {"h.log", "h.log"},
        {"-", "stdin"},
        {".tar.gz", ".tar"},
        {"2021-09-10T18_50_35.tar.bz2", "2021-09-10T18_50_35"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = gm_bundle_name(cases[i][0]);
        assert_string_equal(name, cases[i][1]);
    }
}

static void packings_are_told_by_magic(void **state) {
    char tar[512] = "a.txt", text[512] = {0};
    (void)state;
    memset(text, '0', sizeof text);
    /* sum of the header with the checksum as blanks: "a.txt" is 97+46+116+120+116 = 495, blanks 8 * 32 */
    memcpy(tar + 148, "001357\0 ", 8);
    assert_int_equal(495 + 8 * 32, 01357);
    assert_int_equal(gm_packing_of((gm_span){tar, sizeof tar}), GM_PACKING_TAR);
    assert_int_equal(gm_packing_of((gm_span){tar, 511}), GM_PACKING_NONE);
    tar[0] = 'b';
    assert_int_equal(gm_packing_of((gm_span){tar, sizeof tar}), GM_PACKING_NONE);
    assert_int_equal(gm_packing_of((gm_span){text, sizeof text}), GM_PACKING_NONE);
    memset(tar, 0, sizeof tar);
    assert_int_equal(gm_packing_of((gm_span){tar, sizeof tar}), GM_PACKING_NONE);
    assert_int_equal(gm_packing_of(GM_SPAN("BZh9 is how this log begins")), GM_PACKING_NONE);
    assert_int_equal(
        gm_packing_of(GM_SPAN("070707 is how this log begins, and it goes on and on and on and on and on")),
        GM_PACKING_NONE);
    assert_int_equal(gm_packing_of(GM_SPAN("\xc7\x71 ends")), GM_PACKING_NONE);
    assert_int_equal(gm_packing_of(GM_SPAN("\x1f\x8b")), GM_PACKING_NONE);
    assert_int_equal(gm_packing_of(GM_SPAN("\x1f\x8b\x08")), GM_PACKING_GZIP);
    assert_int_equal(gm_packing_of(GM_SPAN("")), GM_PACKING_NONE);
}

static void selects_match_by_parts(void **state) {
    static const struct {
        const char *glob, *ns, *pod, *container;
        bool matches;
    } cases[] = {
        {"shop/*/shopd", "shop", "shopd-1", "shopd", true},
        {"shop/*/shopd", "shop", "shopd-1", "proxy", false},
        {"shop", "shop", "any", "thing", true},
        {"shop", "other", "any", "thing", false},
        {"*/shopd-?", "x", "shopd-1", "y", true},
        {"*/shopd-?", "x", "shopd-12", "y", false},
        {"shop/a/b", "", "", "", true},
        {"shop/a/b", "shop", "a", "", true},
        {"//b", "shop", "a", "b", true},
        {"//[ab]", "shop", "a", "c", false},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *const globs[] = {"no/such/thing", cases[i].glob, NULL};
        GError *error = NULL;
        g_autoptr(gm_select) select = gm_select_new(globs, &error);
        assert_non_null(select);
        assert_int_equal(gm_select_matches(select, gm_span_of(cases[i].ns), gm_span_of(cases[i].pod),
                                           gm_span_of(cases[i].container)),
                         cases[i].matches);
    }
    assert_true(gm_select_matches(NULL, GM_SPAN("a"), GM_SPAN("b"), GM_SPAN("c")));
}

static void a_glob_with_too_many_parts_is_refused(void **state) {
    static const char *const globs[] = {"a/b/c/d", NULL}, *const none[] = {NULL};
    GError *error = NULL;
    (void)state;
    assert_null(gm_select_new(globs, &error));
    assert_true(g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE));
    g_clear_error(&error);
    assert_null(gm_select_new(none, &error));
    assert_null(error);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_cleaned),
        cmocka_unit_test(a_long_path_is_cut_between_characters),
        cmocka_unit_test(bundles_are_named_without_suffixes),
        cmocka_unit_test(packings_are_told_by_magic),
        cmocka_unit_test(selects_match_by_parts),
        cmocka_unit_test(a_glob_with_too_many_parts_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
