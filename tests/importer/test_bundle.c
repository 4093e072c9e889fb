/* Tests of the walk through honest bundles: every archive and compression, nesting, single files. */
#include "bundle_test.h"

#include "tests/importer/chop.h"

static GByteArray *pack_two(const char *format, const char *filter) {
    gm_packer packer = gm_packer_new(format, filter, NULL);
    gm_packer_add(&packer, "top/a.log", GM_SPAN("alpha\n"));
    gm_packer_add(&packer, "top/b/c.txt", GM_SPAN("charlie\n"));
    return gm_packer_end(&packer);
}

static void assert_two(gm_span bytes) {
    gm_test_walk test;
    gm_test_walk_init(&test);
    assert_int_equal(gm_test_walk_bytes(&test, bytes), GM_OK);
    assert_string_equal(test.seen->str, "top/a.log=alpha\n\ntop/b/c.txt=charlie\n\n");
    assert_rows(test.store, COMPLAINTS, "");
    assert_rows(test.store, "SELECT path, parent_id, mtime_ns, bytes FROM member ORDER BY path",
                "top/a.log|-|1795424400000000000|6\ntop/b/c.txt|-|1795424400000000000|8\n");
    assert_false(test.job.lost);
    gm_test_walk_release(&test);
}

static void every_archive_in_every_compression_gives_its_members(void **state) {
    static const char *const formats[] = {"v7tar", "ustar", "paxr", "pax", "gnutar", "zip", "7zip"};
    static const char *const filters[] = {NULL, "gzip", "xz", "zstd", "bzip2", "lz4"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(filters); k++) {
            GByteArray *bytes = pack_two(formats[i], filters[k]);
            assert_two(gm_bytes(bytes));
            g_byte_array_free(bytes, TRUE);
        }
    }
}

static void the_blocks_of_the_source_mean_nothing(void **state) {
    static const char *const formats[] = {"gnutar", "zip", "7zip"};
    static const size_t sizes[] = {1, 3, 600};
    gm_chop chop = {sizes, G_N_ELEMENTS(sizes)};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        GByteArray *bytes = pack_two(formats[i], NULL);
        gm_reader *memory = gm_reader_memory(&test.job, gm_bytes(bytes));
        /* this source cannot go back either, as a pipe cannot */
        gm_reader *pieces = gm_chop_wrap(&chop, memory);
        assert_int_equal(gm_walk_stream(&test.walk, pieces, GM_SPAN("x"), GM_SPAN(""), GM_UNKNOWN), GM_OK);
        assert_string_equal(test.seen->str, "top/a.log=alpha\n\ntop/b/c.txt=charlie\n\n");
        assert_rows(test.store, COMPLAINTS, "");
        gm_reader_free(memory);
        g_byte_array_free(bytes, TRUE);
        gm_test_walk_release(&test);
    }
}

static void nested_archives_are_walked_with_their_path_in_front(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    GByteArray *inner = pack_two("gnutar", "gzip"), *zip = pack_two("zip", NULL), *seven = pack_two("7zip", NULL);
    gm_packer packer = gm_packer_new("gnutar", "zstd", NULL);
    gm_packer_add(&packer, "in/pprof.tar.gz", gm_bytes(inner));
    gm_packer_add(&packer, "in/x.zip", gm_bytes(zip));
    gm_packer_add(&packer, "in/x.7z", gm_bytes(seven));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store,
                "SELECT m.path, m.format, m.encoding, p.path FROM member m LEFT JOIN member p"
                " ON p.member_id = m.parent_id ORDER BY m.member_id",
                "in/pprof.tar.gz|tar|gzip|-\n"
                "in/pprof.tar.gz/top/a.log|-|-|in/pprof.tar.gz\nin/pprof.tar.gz/top/b/c.txt|-|-|in/pprof.tar.gz\n"
                "in/x.zip|zip|-|-\n"
                "in/x.zip/top/a.log|-|-|in/x.zip\nin/x.zip/top/b/c.txt|-|-|in/x.zip\n"
                "in/x.7z|7zip|-|-\n"
                "in/x.7z/top/a.log|-|-|in/x.7z\nin/x.7z/top/b/c.txt|-|-|in/x.7z\n");
    assert_rows(test.store, COMPLAINTS, "");
    assert_int_equal(test.walk.depth, 0);
    g_byte_array_free(inner, TRUE);
    g_byte_array_free(zip, TRUE);
    g_byte_array_free(seven, TRUE);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void a_compressed_member_is_one_member(void **state) {
    static const char *const filters[] = {"gzip", "xz", "zstd", "bzip2", "lz4"};
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("ustar", NULL, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        GByteArray *once = gm_pack_raw(filters[i], GM_SPAN("heap profile"));
        GByteArray *twice = gm_pack_raw("gzip", gm_bytes(once));
        g_autofree char *name = g_strconcat("two.", filters[i], NULL);
        gm_packer_add(&packer, filters[i], gm_bytes(once));
        gm_packer_add(&packer, name, gm_bytes(twice));
        g_byte_array_free(once, TRUE);
        g_byte_array_free(twice, TRUE);
    }
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT path, encoding FROM member ORDER BY member_id",
                "gzip|gzip\ntwo.gzip|gzip+gzip\nxz|xz\ntwo.xz|gzip+xz\nzstd|zstd\ntwo.zstd|gzip+zstd\n"
                "bzip2|bzip2\ntwo.bzip2|gzip+bzip2\nlz4|lz4\ntwo.lz4|gzip+lz4\n");
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autofree char *expected = g_strconcat(filters[i], "=heap profile\n", NULL);
        assert_non_null(strstr(test.seen->str, expected));
    }
    assert_rows(test.store, COMPLAINTS, "");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void a_single_file_is_its_own_member(void **state) {
    (void)state;
    GByteArray *packed = gm_pack_raw("gzip", GM_SPAN("gc 1 @0.1s"));
    const struct {
        gm_span bytes;
        const char *rows;
    } cases[] = {
        {GM_SPAN("gc 1 @0.1s"), "single|-|10\n"},
        {gm_bytes(packed), "single|gzip|30\n"},
    };
    assert_int_equal(packed->len, 30);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        assert_int_equal(gm_test_walk_bytes(&test, cases[i].bytes), GM_OK);
        assert_string_equal(test.seen->str, "single=gc 1 @0.1s\n");
        assert_rows(test.store, "SELECT path, encoding, bytes FROM member", cases[i].rows);
        gm_test_walk_release(&test);
    }
    g_byte_array_free(packed, TRUE);
}

static void the_hash_is_of_the_bytes_as_they_lie_in_the_bundle(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    GByteArray *packed = gm_pack_raw("xz", GM_SPAN("abc"));
    gm_packer packer = gm_packer_new("zip", NULL, NULL);
    gm_packer_add(&packer, "abc", GM_SPAN("abc"));
    gm_packer_add(&packer, "abc.xz", gm_bytes(packed));
    GByteArray *bytes = gm_packer_end(&packer);
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, packed->data, packed->len);
    g_autofree char *expected = g_strdup_printf(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad|3\n%s|%u\n", sum, packed->len);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT sha256, bytes FROM member ORDER BY member_id", expected);
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void concatenated_archives_are_read_to_the_end(void **state) {
    (void)state;
    static const char *const filters[] = {NULL, "gzip", "zstd", "xz", "bzip2"};
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        GByteArray *first = pack_two("gnutar", filters[i]);
        gm_packer packer = gm_packer_new("ustar", filters[i], NULL);
        gm_packer_add(&packer, "second", GM_SPAN("2"));
        GByteArray *second = gm_packer_end(&packer);
        g_byte_array_append(first, second->data, second->len);
        assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(first)), GM_OK);
        assert_string_equal(test.seen->str, "top/a.log=alpha\n\ntop/b/c.txt=charlie\n\nsecond=2\n");
        assert_false(test.job.lost);
        g_byte_array_free(first, TRUE);
        g_byte_array_free(second, TRUE);
        gm_test_walk_release(&test);
    }
}

static void names_in_utf8_survive_any_locale(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("gnutar", NULL, NULL);
    gm_packer_add(&packer,
                  "h\xc3\xa9"
                  "ap/\xe2\x82\xac.log",
                  GM_SPAN("x"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_string_equal(test.seen->str, "h\xc3\xa9"
                                        "ap/\xe2\x82\xac.log=x\n");
    assert_rows(test.store, COMPLAINTS, "");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void empty_things_are_members_too(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    GByteArray *packed = gm_pack_raw("gzip", GM_SPAN(""));
    gm_packer packer = gm_packer_new("gnutar", "gzip", NULL);
    gm_packer_add_entry(&packer, gm_packer_entry("dir", AE_IFDIR, 0), GM_SPAN(""));
    gm_packer_add(&packer, "dir/empty", GM_SPAN(""));
    gm_packer_add(&packer, "dir/empty.gz", gm_bytes(packed));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_string_equal(test.seen->str, "dir/empty=\ndir/empty.gz=\n");
    assert_rows(test.store, COMPLAINTS, "");
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_archive_in_every_compression_gives_its_members),
        cmocka_unit_test(the_blocks_of_the_source_mean_nothing),
        cmocka_unit_test(nested_archives_are_walked_with_their_path_in_front),
        cmocka_unit_test(a_compressed_member_is_one_member),
        cmocka_unit_test(a_single_file_is_its_own_member),
        cmocka_unit_test(the_hash_is_of_the_bytes_as_they_lie_in_the_bundle),
        cmocka_unit_test(concatenated_archives_are_read_to_the_end),
        cmocka_unit_test(names_in_utf8_survive_any_locale),
        cmocka_unit_test(empty_things_are_members_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
