/* Tests of bundles on disk: directories are walked in the order of their names and no link is followed. */
#include "bundle_test.h"

#include "gomortem/importer.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *scratch(void) {
    GError *error = NULL;
    char *directory = g_dir_make_tmp("gomortem-XXXXXX", &error);
    if (!directory) fail_msg("%s", error->message);
    return directory;
}

static void put(const char *directory, const char *path, gm_span bytes) {
    g_autofree char *file = g_build_filename(directory, path, NULL), *parent = g_path_get_dirname(file);
    assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
    assert_true(g_file_set_contents(file, bytes.data, (gssize)bytes.len, NULL));
}

static void scrap(char *directory) {
    const char *const command[] = {"rm", "-rf", directory, NULL};
    assert_true(g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL));
    g_free(directory);
}

static void a_directory_is_walked_in_the_order_of_names(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    char *directory = scratch();
    GByteArray *packed = gm_pack_raw("gzip", GM_SPAN("z"));
    put(directory, "b", GM_SPAN("1"));
    put(directory, "a/y", GM_SPAN("2"));
    put(directory, "a/x.gz", gm_bytes(packed));
    put(directory, "B", GM_SPAN("4"));
    put(directory, "a.txt", GM_SPAN(""));
    put(directory, "a/.DS_Store", GM_SPAN("5"));
    assert_int_equal(gm_walk_bundle(&test.walk, directory, false), GM_OK);
    assert_string_equal(test.seen->str, "B=4\na/x.gz=z\na/y=2\na.txt=\nb=1\n");
    assert_rows(test.store, "SELECT encoding, mtime_ns > 0 FROM member WHERE path = 'a/x.gz'", "gzip|1\n");
    assert_rows(test.store, COMPLAINTS, "-|info|litter left out: a/.DS_Store\n");
    g_byte_array_free(packed, TRUE);
    scrap(directory);
    gm_test_walk_release(&test);
}

static void links_in_a_directory_are_not_followed(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    char *directory = scratch(), *outside = scratch();
    g_autofree char *to_file = g_build_filename(directory, "file", NULL),
                    *secret = g_build_filename(outside, "secret", NULL);
    g_autofree char *to_directory = g_build_filename(directory, "dir", NULL),
                    *loop = g_build_filename(directory, "loop", NULL);
    g_autofree char *pipe = g_build_filename(directory, "pipe", NULL);
    put(outside, "secret", GM_SPAN("s"));
    put(directory, "real", GM_SPAN("r"));
    assert_int_equal(symlink(secret, to_file), 0);
    assert_int_equal(symlink(outside, to_directory), 0);
    assert_int_equal(symlink(".", loop), 0);
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(gm_walk_bundle(&test.walk, directory, false), GM_OK);
    assert_string_equal(test.seen->str, "real=r\n");
    assert_rows(test.store, COMPLAINTS,
                "dir|info|a symbolic link: listed, not followed\nfile|info|a symbolic link: listed, not followed\n"
                "loop|info|a symbolic link: listed, not followed\npipe|info|a pipe: listed, not followed\n");
    scrap(directory);
    scrap(outside);
    gm_test_walk_release(&test);
}

static void a_packed_member_of_a_directory_is_walked_too(void **state) {
    static const char *const formats[] = {"gnutar", "zip", "7zip"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        char *directory = scratch();
        gm_packer packer = gm_packer_new(formats[i], NULL, NULL);
        gm_packer_add(&packer, "x", GM_SPAN("1"));
        GByteArray *bytes = gm_packer_end(&packer);
        g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes->data, bytes->len);
        g_autofree char *expected = g_strconcat("in/packed|", sum, "\n", NULL);
        put(directory, "in/packed", gm_bytes(bytes));
        assert_int_equal(gm_walk_bundle(&test.walk, directory, false), GM_OK);
        assert_string_equal(test.seen->str, "in/packed/x=1\n");
        assert_rows(test.store, "SELECT path, sha256 FROM member WHERE parent_id IS NULL", expected);
        g_byte_array_free(bytes, TRUE);
        scrap(directory);
        gm_test_walk_release(&test);
    }
}

static void several_bundles_put_their_names_in_front(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    char *directory = scratch();
    gm_packer packer = gm_packer_new("gnutar", "gzip", NULL);
    gm_packer_add(&packer, "x", GM_SPAN("1"));
    GByteArray *bytes = gm_packer_end(&packer);
    put(directory, "one.tar.gz", gm_bytes(bytes));
    put(directory, "two/x", GM_SPAN("2"));
    put(directory, "x.log", GM_SPAN("3"));
    static const char *const names[] = {"one.tar.gz", "two", "x.log"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(directory, names[i], NULL);
        assert_int_equal(gm_walk_bundle(&test.walk, path, true), GM_OK);
    }
    assert_string_equal(test.seen->str, "one/x=1\ntwo/x=2\nx.log=3\n");
    g_byte_array_free(bytes, TRUE);
    scrap(directory);
    gm_test_walk_release(&test);
}

static void what_cannot_be_opened_is_named(void **state) {
    (void)state;
    char *directory = scratch();
    put(directory, "empty.tar.gz", GM_SPAN(""));
    static const struct {
        const char *name, *why;
    } cases[] = {{"missing", "missing: No such file or directory"},
                 {"empty.tar.gz", "empty.tar.gz: the file is empty"}};
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        g_autofree char *path = g_build_filename(directory, cases[i].name, NULL);
        assert_int_equal(gm_walk_bundle(&test.walk, path, false), GM_FATAL);
        assert_true(g_error_matches(test.job.error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE));
        assert_true(g_str_has_prefix(test.job.error->message, directory));
        assert_true(g_str_has_suffix(test.job.error->message, cases[i].why));
        gm_test_walk_release(&test);
    }
    scrap(directory);
}

static void directories_have_a_deepest_level(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    char *directory = scratch();
    g_autoptr(GString) path = g_string_new(NULL);
    for (int level = 0; level < 70; level++) g_string_append(path, "d/");
    g_string_append(path, "x");
    put(directory, path->str, GM_SPAN("1"));
    put(directory, "y", GM_SPAN("2"));
    assert_int_equal(gm_walk_bundle(&test.walk, directory, false), GM_OK);
    assert_string_equal(test.seen->str, "y=2\n");
    assert_rows(test.store, "SELECT severity, substr (text, -18) FROM diagnostic", "error|left out: too deep\n");
    scrap(directory);
    gm_test_walk_release(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_directory_is_walked_in_the_order_of_names),
        cmocka_unit_test(links_in_a_directory_are_not_followed),
        cmocka_unit_test(a_packed_member_of_a_directory_is_walked_too),
        cmocka_unit_test(several_bundles_put_their_names_in_front),
        cmocka_unit_test(what_cannot_be_opened_is_named),
        cmocka_unit_test(directories_have_a_deepest_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
