/* Tests of the walk through damaged and hostile bundles: each gives diagnostics and what can be read. */
#include "bundle_test.h"

/* --- names and kinds of entries --- */
static void paths_cannot_lead_out(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("gnutar", NULL, NULL);
    gm_packer_add(&packer, "../../etc/passwd", GM_SPAN("1"));
    gm_packer_add(&packer, "/abs/x", GM_SPAN("2"));
    gm_packer_add(&packer, "./a//./b", GM_SPAN("3"));
    gm_packer_add(&packer, "a/\x1b[31m\xff/c", GM_SPAN("4"));
    gm_packer_add(&packer, "back\\slash", GM_SPAN("5"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT path FROM member ORDER BY member_id",
                "etc/passwd\nabs/x\na/b\na/\xef\xbf\xbd[31m\xef\xbf\xbd/c\nback\\slash\n");
    assert_rows(test.store, COMPLAINTS,
                "etc/passwd|warning|the path held \"..\", which was taken out\n"
                "abs/x|warning|the path was absolute, it is kept without the leading '/'\n"
                "a/\xef\xbf\xbd[31m\xef\xbf\xbd/c|warning|the path held control bytes or invalid UTF-8, kept "
                "as U+FFFD\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void a_name_of_64_kib_is_cut(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    g_autofree char *name = g_strnfill(65536, 'n');
    gm_packer packer = gm_packer_new("pax", NULL, NULL);
    gm_packer_add(&packer, name, GM_SPAN("1"));
    gm_packer_add(&packer, "next", GM_SPAN("2"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store,
                "SELECT length (path), severity FROM member LEFT JOIN diagnostic USING (member_id)"
                " ORDER BY member_id",
                "4096|warning\n4|-\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void links_and_devices_are_listed_and_not_followed(void **state) {
    static const struct {
        const char *path;
        unsigned type;
    } entries[] = {{"link", AE_IFLNK}, {"pipe", AE_IFIFO}, {"tty", AE_IFCHR}, {"disk", AE_IFBLK}};
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("gnutar", NULL, NULL);
    gm_packer_add(&packer, "real", GM_SPAN("r"));
    for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
        struct archive_entry *entry = gm_packer_entry(entries[i].path, entries[i].type, 0);
        if (entries[i].type == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
        gm_packer_add_entry(&packer, entry, GM_SPAN(""));
    }
    struct archive_entry *hard = gm_packer_entry("hard", AE_IFREG, 0);
    archive_entry_set_hardlink(hard, "real");
    gm_packer_add_entry(&packer, hard, GM_SPAN(""));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_string_equal(test.seen->str, "real=r\n");
    assert_rows(test.store, COMPLAINTS,
                "link|info|a symbolic link: listed, not followed\npipe|info|a pipe: listed, not followed\n"
                "tty|info|a device: listed, not followed\ndisk|info|a device: listed, not followed\n"
                "hard|info|a hard link: listed, not followed\n");
    assert_false(test.job.lost);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void litter_is_left_out_visibly(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("ustar", NULL, NULL);
    gm_packer_add(&packer, "a/._heap.pb.gz", GM_SPAN("x"));
    gm_packer_add(&packer, ".DS_Store", GM_SPAN("x"));
    gm_packer_add(&packer, "__MACOSX/a", GM_SPAN("x"));
    gm_packer_add(&packer, "a/x.log~", GM_SPAN("x"));
    gm_packer_add(&packer, "a/.x.log.swp", GM_SPAN("x"));
    gm_packer_add(&packer, "a/Thumbs.db", GM_SPAN("x"));
    gm_packer_add(&packer, "a/x.log", GM_SPAN("y"));
    gm_packer_add(&packer, "a/thumbs.dbx", GM_SPAN("y"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT path FROM member", "a/x.log\na/thumbs.dbx\n");
    assert_rows(test.store, COMPLAINTS,
                "-|info|litter left out: a/._heap.pb.gz\n-|info|litter left out: .DS_Store\n"
                "-|info|litter left out: __MACOSX/a\n-|info|litter left out: a/x.log~\n"
                "-|info|litter left out: a/.x.log.swp\n-|info|litter left out: a/Thumbs.db\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void both_of_two_equal_paths_are_kept(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("ustar", NULL, NULL);
    gm_packer_add(&packer, "a", GM_SPAN("1"));
    gm_packer_add(&packer, "./a", GM_SPAN("2"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_string_equal(test.seen->str, "a=1\na=2\n");
    assert_rows(test.store, "SELECT member_id, severity, text FROM diagnostic",
                "2|warning|another member has the same path; both are kept\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void what_is_encrypted_is_told_and_the_rest_is_read(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    gm_packer packer = gm_packer_new("zip", NULL, NULL);
    gm_packer_add(&packer, "secret.log", GM_SPAN("gc 1"));
    gm_packer_add(&packer, "open.log", GM_SPAN("gc 2"));
    GByteArray *bytes = gm_packer_end(&packer);
    /* the flag of the first entry, in its own header and in the directory (APPNOTE.TXT 4.3.7 and 4.3.12) */
    guint8 *directory = memmem(bytes->data, bytes->len, "PK\x01\x02", 4);
    assert_non_null(directory);
    bytes->data[6] |= 1;
    directory[8] |= 1;
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_string_equal(test.seen->str, "open.log=gc 2\n");
    assert_rows(test.store, COMPLAINTS, "secret.log|error|encrypted: cannot be read\n");
    assert_true(test.job.lost);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

/* --- damage --- */
static GByteArray *pack_many(const char *format, const char *filter) {
    gm_packer packer = gm_packer_new(format, filter, NULL);
    GRand *noise = g_rand_new_with_seed(1);
    for (int i = 0; i < 8; i++) {
        g_autofree char *name = g_strdup_printf("m%d", i);
        char data[1000];
        for (size_t k = 0; k < sizeof data; k++) data[k] = (char)g_rand_int(noise);
        gm_packer_add(&packer, name, (gm_span){data, sizeof data});
    }
    g_rand_free(noise);
    return gm_packer_end(&packer);
}

static void a_cut_tar_keeps_what_comes_before_the_cut(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    GByteArray *bytes = pack_many("ustar", NULL);
    assert_int_equal(gm_test_walk_bytes(&test, (gm_span){(const char *)bytes->data, 1536 * 2 + 700}), GM_OK);
    assert_string_equal(test.seen->str, "m0=1000 bytes\nm1=1000 bytes\nm2=188 bytes (broken)\n");
    assert_rows(test.store,
                "SELECT path, bytes, sha256 IS NULL, severity, byte_offset, text FROM member"
                " LEFT JOIN diagnostic USING (member_id) ORDER BY member_id",
                "m0|1000|0|-|-|-\nm1|1000|0|-|-|-\nm2|1000|1|error|188|tar: Truncated tar archive\n");
    assert_true(test.job.lost);
    assert_true(test.job.cut);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void cut_anywhere_nothing_fails_and_the_loss_is_told(void **state) {
    static const struct {
        const char *format, *filter;
    } kinds[] = {{"ustar", NULL},    {"ustar", "gzip"}, {"ustar", "zstd"}, {"ustar", "xz"},
                 {"ustar", "bzip2"}, {"ustar", "lz4"},  {"zip", NULL},     {"7zip", NULL}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        GByteArray *bytes = pack_many(kinds[i].format, kinds[i].filter);
        gm_test_walk test;
        gm_test_walk_init(&test);
        for (guint len = 1; len < bytes->len; len += 61) {
            g_autofree char *cut = g_memdup2(bytes->data, len);
            g_string_truncate(test.seen, 0);
            test.job.lost = false;
            assert_int_not_equal(gm_test_walk_bytes(&test, (gm_span){cut, len}), GM_FATAL);
            bool whole = strstr(test.seen->str, "m7=1000 bytes\n");
            bool at_end_of_member = !kinds[i].filter && i == 0 && len % 512 == 0;
            bool plain = strstr(test.seen->str, "single="); /* too short to show what it is */
            assert_true(whole || at_end_of_member || plain || test.job.lost);
            assert_int_equal(test.walk.depth, 0);
        }
        gm_test_walk_release(&test);
        g_byte_array_free(bytes, TRUE);
    }
}

/* Sizes in its headers are believed by the library that would read it: 4 GiB for a name. */
static void a_cpio_is_refused_by_name(void **state) {
    static const char *const formats[] = {"newc", "odc", "bin"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        GByteArray *cpio = pack_many(formats[i], NULL);
        gm_packer packer = gm_packer_new("ustar", "gzip", NULL);
        gm_packer_add(&packer, "old.cpio", gm_bytes(cpio));
        gm_packer_add(&packer, "fine", GM_SPAN("f"));
        GByteArray *bytes = gm_packer_end(&packer);
        gm_test_walk test;
        gm_test_walk_init(&test);
        assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
        assert_string_equal(test.seen->str, "fine=f\n");
        assert_rows(test.store,
                    "SELECT path, format, severity, text FROM member LEFT JOIN diagnostic"
                    " USING (member_id) ORDER BY member_id",
                    "old.cpio|cpio|error|refused: a cpio is not read, a tar or zip would be\nfine|-|-|-\n");
        assert_true(test.job.lost);
        gm_test_walk_release(&test);
        g_byte_array_free(cpio, TRUE);
        g_byte_array_free(bytes, TRUE);
    }
}

static void damaged_compression_inside_does_not_stop_the_rest(void **state) {
    (void)state;
    gm_test_walk test;
    gm_test_walk_init(&test);
    GByteArray *broken = gm_pack_raw("gzip", GM_SPAN("some text that is long enough to break"));
    g_byte_array_set_size(broken, broken->len - 12);
    gm_packer packer = gm_packer_new("ustar", NULL, NULL);
    gm_packer_add(&packer, "broken.gz", gm_bytes(broken));
    gm_packer_add(&packer, "odd.gz", GM_SPAN("\x1f\x8b\x08\xff garbage"));
    gm_packer_add(&packer, "fine", GM_SPAN("f"));
    GByteArray *bytes = gm_packer_end(&packer);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_non_null(strstr(test.seen->str, "fine=f\n"));
    assert_rows(test.store,
                "SELECT path, sha256 IS NOT NULL, severity, text FROM member LEFT JOIN diagnostic"
                " USING (member_id) ORDER BY member_id",
                "broken.gz|1|error|gzip: truncated gzip input\nodd.gz|1|error|gzip: the header is damaged\n"
                "fine|1|-|-\n");
    assert_false(test.job.cut);
    g_byte_array_free(broken, TRUE);
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

/* --- limits --- */
static void a_bomb_is_refused_and_the_rest_is_read(void **state) {
    static const char *const formats[] = {"ustar", "zip", "7zip"};
    (void)state;
    g_autofree char *zeros = g_malloc0(48 << 20);
    GByteArray *gz = gm_pack_raw("gzip", (gm_span){zeros, 20 << 20});
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        gm_packer packer = gm_packer_new(formats[i], NULL, NULL);
        if (i == 0) gm_packer_add(&packer, "bomb.gz", gm_bytes(gz));
        if (i > 0) gm_packer_add(&packer, "bomb", (gm_span){zeros, 48 << 20});
        gm_packer_add(&packer, "fine", GM_SPAN("f"));
        GByteArray *bytes = gm_packer_end(&packer);
        assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
        assert_non_null(strstr(test.seen->str, "fine=f\n"));
        assert_non_null(strstr(test.seen->str, "(broken)\n"));
        assert_rows(test.store, "SELECT severity, text FROM diagnostic",
                    "error|refused: decompresses to more than 400 times its size; --max-ratio raises it\n");
        g_byte_array_free(bytes, TRUE);
        gm_test_walk_release(&test);
    }
    g_byte_array_free(gz, TRUE);
}

static void holes_of_sparse_files_are_zeros_with_a_limit(void **state) {
    static const struct {
        int64_t size;
        bool refused;
    } cases[] = {{1000000, false}, {INT64_C(1) << 40, true}};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        gm_packer packer = gm_packer_new("pax", NULL, NULL);
        struct archive_entry *entry = gm_packer_entry("sparse", AE_IFREG, 0);
        archive_entry_set_size(entry, cases[i].size);
        archive_entry_sparse_add_entry(entry, 0, 512);
        archive_entry_sparse_add_entry(entry, cases[i].size, 0);
        g_autofree char *data = g_malloc0(512);
        gm_packer_add_entry(&packer, entry, (gm_span){data, 512});
        gm_packer_add(&packer, "fine", GM_SPAN("f"));
        GByteArray *bytes = gm_packer_end(&packer);
        assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
        assert_int_equal(strstr(test.seen->str, "sparse=1000000 bytes\n") != NULL, !cases[i].refused);
        assert_int_equal(test.job.lost, cases[i].refused);
        assert_non_null(strstr(test.seen->str, "fine=f\n"));
        g_byte_array_free(bytes, TRUE);
        gm_test_walk_release(&test);
    }
}

static void limits_of_bytes_and_members_hold(void **state) {
    (void)state;
    static const struct {
        int64_t member, total, members;
        const char *seen, *complaint;
    } cases[] = {
        {999, 1 << 20, 100, "m0=1000 bytes (broken)\n",
         "error|refused: larger than 999 bytes; --max-member-bytes raises it\n"},
        {1 << 20, 2500, 100, "m0=1000 bytes\nm1=1000 bytes\nm2=1000 bytes (broken)\n",
         "error|refused: the bundle holds more than 2500 bytes in all; --max-bytes raises it\n"},
        {1 << 20, 1 << 20, 2, "m0=1000 bytes\nm1=1000 bytes\n",
         "error|refused: more than 2 members, the rest is not read; --max-members raises it\n"},
    };
    GByteArray *bytes = pack_many("ustar", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        gm_test_walk test;
        gm_test_walk_init(&test);
        test.limits.member_bytes = cases[i].member;
        test.limits.total_bytes = cases[i].total;
        test.limits.members = cases[i].members;
        assert_int_not_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_FATAL);
        g_autofree char *complaints = gm_test_rows(test.store, "SELECT severity, text FROM diagnostic");
        assert_true(g_str_has_prefix(complaints, cases[i].complaint));
        if (i > 0) assert_string_equal(complaints, cases[i].complaint);
        if (i > 0) assert_string_equal(test.seen->str, cases[i].seen);
        assert_true(test.job.lost);
        gm_test_walk_release(&test);
    }
    g_byte_array_free(bytes, TRUE);
}

static void nesting_ends_at_the_depth(void **state) {
    (void)state;
    GByteArray *bytes = gm_pack_raw("gzip", GM_SPAN("core"));
    for (int level = 0; level < 12; level++) {
        gm_packer packer = gm_packer_new("ustar", level % 2 ? "xz" : NULL, NULL);
        gm_packer_add(&packer, "in", gm_bytes(bytes));
        gm_packer_add(&packer, "beside", GM_SPAN("b"));
        g_byte_array_free(bytes, TRUE);
        bytes = gm_packer_end(&packer);
    }
    gm_test_walk test;
    gm_test_walk_init(&test);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT severity, text FROM diagnostic",
                "error|refused: packed more than 8 times; --max-depth raises it\n");
    assert_rows(test.store, "SELECT count (*) FROM member WHERE path LIKE '%beside'", "5\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void compressions_on_each_other_count_as_depth(void **state) {
    (void)state;
    GByteArray *bytes = gm_pack_raw("gzip", GM_SPAN("core"));
    for (int level = 1; level < 12; level++) {
        GByteArray *outer = gm_pack_raw("gzip", gm_bytes(bytes));
        g_byte_array_free(bytes, TRUE);
        bytes = outer;
    }
    gm_test_walk test;
    gm_test_walk_init(&test);
    assert_int_equal(gm_test_walk_bytes(&test, gm_bytes(bytes)), GM_OK);
    assert_rows(test.store, "SELECT severity, text FROM diagnostic",
                "error|refused: packed more than 8 times; --max-depth raises it\n");
    g_byte_array_free(bytes, TRUE);
    gm_test_walk_release(&test);
}

static void an_interruption_ends_the_walk(void **state) {
    (void)state;
    gm_test_walk test;
    bool interrupted = true;
    gm_test_walk_init(&test);
    test.job.interrupted = &interrupted;
    assert_int_equal(gm_test_walk_bytes(&test, GM_SPAN("gc 1 @0.1s")), GM_FATAL);
    assert_string_equal(test.job.error->message, "interrupted");
    gm_test_walk_release(&test);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_cannot_lead_out),
        cmocka_unit_test(a_name_of_64_kib_is_cut),
        cmocka_unit_test(links_and_devices_are_listed_and_not_followed),
        cmocka_unit_test(litter_is_left_out_visibly),
        cmocka_unit_test(both_of_two_equal_paths_are_kept),
        cmocka_unit_test(what_is_encrypted_is_told_and_the_rest_is_read),
        cmocka_unit_test(a_cut_tar_keeps_what_comes_before_the_cut),
        cmocka_unit_test(cut_anywhere_nothing_fails_and_the_loss_is_told),
        cmocka_unit_test(a_cpio_is_refused_by_name),
        cmocka_unit_test(damaged_compression_inside_does_not_stop_the_rest),
        cmocka_unit_test(a_bomb_is_refused_and_the_rest_is_read),
        cmocka_unit_test(holes_of_sparse_files_are_zeros_with_a_limit),
        cmocka_unit_test(limits_of_bytes_and_members_hold),
        cmocka_unit_test(nesting_ends_at_the_depth),
        cmocka_unit_test(compressions_on_each_other_count_as_depth),
        cmocka_unit_test(an_interruption_ends_the_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
