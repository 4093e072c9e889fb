/* Tests of whole imports: what a bundle becomes, what is refused, and that a failed import leaves nothing. */
#include "bundle_test.h"

#include "gomortem/importer.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define GC_LINE \
    " @0.477s 7%: 0.026+0.33+0.056 ms clock, 0.053+0.10/0.045/0.21+0.11 ms cpu, 7->8->1 MB, 8 MB goal," \
    " 0 MB stacks, 0 MB globals, 2 P\n"
#define GC_LOG    "gc 1" GC_LINE "gc 2" GC_LINE "gc 3" GC_LINE
#define OTHER_LOG "gc 7" GC_LINE "gc 8" GC_LINE "gc 9" GC_LINE

typedef struct {
    char *directory; /* holds the bundle and nothing else */
    char *bundle, *target;
} place;

static void place_init(place *at, const char *name, gm_span bytes) {
    GError *error = NULL;
    at->directory = g_dir_make_tmp("gomortem-XXXXXX", &error);
    if (!at->directory) fail_msg("%s", error->message);
    at->bundle = g_build_filename(at->directory, name, NULL);
    at->target = g_build_filename(at->directory, "incident.db", NULL);
    assert_true(g_file_set_contents(at->bundle, bytes.data, (gssize)bytes.len, NULL));
}

static void place_release(place *at) {
    g_autoptr(GDir) dir = g_dir_open(at->directory, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(at->directory, name, NULL);
        g_unlink(path);
    }
    g_rmdir(at->directory);
    g_free(at->directory);
    g_free(at->bundle);
    g_free(at->target);
}

static int files_in(const char *directory) {
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    int files = 0;
    while (g_dir_read_name(dir)) files++;
    return files;
}

static bool import(const char *bundle, const char *target, gm_import_result *result, gm_store **store, GError **error) {
    const char *const bundles[] = {bundle, NULL};
    gm_import_options options = {.bundles = bundles, .target = target, .limits = gm_limits_default};
    return gm_import(&options, result, store, error);
}

static GByteArray *pack_logs(const char *format, const char *filter) {
    gm_packer packer = gm_packer_new(format, filter, NULL);
    gm_packer_add(&packer, "in/b.log", GM_SPAN(OTHER_LOG));
    gm_packer_add(&packer, "in/a.log", GM_SPAN(GC_LOG GC_LOG));
    gm_packer_add(&packer, "in/notes", GM_SPAN("\x01\x02nothing"));
    return gm_packer_end(&packer);
}

/* --- what comes out --- */
static void an_incident_knows_what_it_is(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_store) store = NULL;
    GByteArray *bytes = pack_logs("gnutar", "gzip");
    place_init(&at, "some-incident.tar.gz", gm_bytes(bytes));
    if (!import(at.bundle, ":memory:", &result, &store, &error)) fail_msg("%s", error->message);
    assert_int_equal(result.members, 3);
    assert_int_equal(result.unrecognised, 1);
    assert_int_equal(result.records, 9);
    assert_false(result.data_lost);
    /* the id, computed another way */
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    static const struct {
        const char *path;
        gm_span bytes;
    } members[] = {{"in/a.log", {GC_LOG GC_LOG, sizeof(GC_LOG GC_LOG) - 1}},
                   {"in/b.log", {OTHER_LOG, sizeof(OTHER_LOG) - 1}},
                   {"in/notes", {"\x01\x02nothing", 9}}};
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autofree char *hash =
            g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)members[i].bytes.data, members[i].bytes.len);
        g_checksum_update(sum, (const guchar *)members[i].path, (gssize)strlen(members[i].path) + 1);
        g_checksum_update(sum, (const guchar *)hash, 65);
    }
    g_checksum_update(sum, (const guchar *)"{}", 2);
    assert_string_equal(result.incident_id, g_checksum_get_string(sum));
    g_autofree char *expected = g_strdup_printf("%s|some-incident|{}|1\n", result.incident_id);
    assert_rows(store, "SELECT incident_id, name, options, schema_version FROM incident", expected);
    assert_rows(store, "SELECT path, text FROM diagnostic JOIN member USING (member_id)", "in/notes|not recognised\n");
    assert_rows(store, "SELECT count (*), count (namespace) FROM container", "1|0\n");
    g_byte_array_free(bytes, TRUE);
    place_release(&at);
}

static void the_same_bundle_is_the_same_file(void **state) {
    (void)state;
    place at;
    gm_import_result first, second;
    g_autofree char *other = NULL, *one = NULL, *two = NULL;
    gsize one_len, two_len;
    GByteArray *bytes = pack_logs("pax", "zstd");
    place_init(&at, "x.tar.zst", gm_bytes(bytes));
    other = g_build_filename(at.directory, "other.db", NULL);
    assert_true(import(at.bundle, at.target, &first, NULL, NULL));
    assert_true(import(at.bundle, other, &second, NULL, NULL));
    assert_true(g_file_get_contents(at.target, &one, &one_len, NULL));
    assert_true(g_file_get_contents(other, &two, &two_len, NULL));
    assert_int_equal(one_len, two_len);
    assert_memory_equal(one, two, one_len);
    g_byte_array_free(bytes, TRUE);
    place_release(&at);
}

static void packing_does_not_change_the_incident_but_options_do(void **state) {
    static const char *const packed[][2] = {{"ustar", NULL}, {"zip", NULL}, {"7zip", NULL}, {"v7tar", "xz"}};
    char id[65] = "";
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(packed); i++) {
        place at;
        gm_import_result result;
        GByteArray *bytes = pack_logs(packed[i][0], packed[i][1]);
        place_init(&at, "bundle", gm_bytes(bytes));
        assert_true(import(at.bundle, at.target, &result, NULL, NULL));
        if (i > 0) assert_string_equal(result.incident_id, id);
        memcpy(id, result.incident_id, sizeof id);
        const char *const bundles[] = {at.bundle, NULL}, *const select[] = {"a\"/b", NULL};
        gm_import_options options = {
            .bundles = bundles, .target = ":memory:", .select = select, .limits = gm_limits_default};
        g_autoptr(gm_store) store = NULL;
        options.limits.depth = 3;
        assert_true(gm_import(&options, &result, &store, NULL));
        assert_string_not_equal(result.incident_id, id);
        assert_rows(store, "SELECT options, options ->> '$.select[0]' FROM incident",
                    "{\"depth\":3,\"select\":[\"a\\\"/b\"]}|a\"/b\n");
        g_byte_array_free(bytes, TRUE);
        place_release(&at);
    }
}

static void several_bundles_make_one_incident(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(gm_store) store = NULL;
    GByteArray *bytes = pack_logs("ustar", "gzip");
    place_init(&at, "one.tar.gz", gm_bytes(bytes));
    g_autofree char *log = g_build_filename(at.directory, "two.log", NULL);
    assert_true(g_file_set_contents(log, GC_LOG, -1, NULL));
    const char *const bundles[] = {at.bundle, log, NULL};
    gm_import_options options = {.bundles = bundles, .target = ":memory:", .limits = gm_limits_default};
    assert_true(gm_import(&options, &result, &store, NULL));
    assert_rows(store, "SELECT name FROM incident", "one+two.log\n");
    assert_rows(store, "SELECT path FROM member ORDER BY 1", "one/in/a.log\none/in/b.log\none/in/notes\ntwo.log\n");
    g_byte_array_free(bytes, TRUE);
    place_release(&at);
}

static void standard_input_is_a_bundle(void **state) {
    static const char *const formats[] = {"gnutar", "zip", "7zip"};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        place at;
        gm_import_result result;
        int ends[2], saved = dup(STDIN_FILENO);
        g_autoptr(gm_store) store = NULL;
        GByteArray *bytes = pack_logs(formats[i], NULL);
        place_init(&at, "x", gm_bytes(bytes));
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], bytes->data, bytes->len), bytes->len);
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        bool done = import("-", ":memory:", &result, &store, NULL);
        dup2(saved, STDIN_FILENO);
        close(saved);
        assert_true(done);
        assert_rows(store, "SELECT name, (SELECT count (*) FROM member) FROM incident", "stdin|3\n");
        g_byte_array_free(bytes, TRUE);
        place_release(&at);
    }
}

static void names_do_not_depend_on_the_locale(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(gm_store) store = NULL;
    /* a pax header, whose names are UTF-8 by definition; the tests run in the C locale */
    static const char record[] = "21 path=h\xc3\xa9"
                                 "ap/gc.log\n";
    assert_int_equal(strlen(record), 21);
    gm_packer packer = gm_packer_new("ustar", NULL, NULL);
    gm_packer_add(&packer, "PaxHeader",
                  GM_SPAN("21 path=h\xc3\xa9"
                          "ap/gc.log\n"));
    gm_packer_add(&packer, "gc.log", GM_SPAN(GC_LOG));
    GByteArray *bytes = gm_packer_end(&packer);
    bytes->data[156] = 'x'; /* the type of the first entry; its checksum changes by as much */
    int checksum = (int)strtol((const char *)bytes->data + 148, NULL, 8) + 'x' - '0';
    g_snprintf((char *)bytes->data + 148, 8, "%06o", checksum);
    place_init(&at, "x.tar", gm_bytes(bytes));
    assert_true(import(at.bundle, ":memory:", &result, &store, NULL));
    assert_rows(store, "SELECT path FROM member",
                "h\xc3\xa9"
                "ap/gc.log\n");
    assert_rows(store, "SELECT * FROM diagnostic", "");
    g_byte_array_free(bytes, TRUE);
    place_release(&at);
}

/* --- what is refused --- */
static void refuse(const char *name, gm_span bytes, const char *why) {
    place at;
    gm_import_result result;
    g_autoptr(GError) error = NULL;
    place_init(&at, name, bytes);
    assert_false(import(at.bundle, at.target, &result, NULL, &error));
    assert_true(g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE));
    assert_true(g_str_has_prefix(error->message, at.bundle));
    if (!g_str_has_suffix(error->message, why)) fail_msg("%s", error->message);
    assert_int_equal(files_in(at.directory), 1);
    place_release(&at);
}

static void bundles_without_evidence_are_refused_in_one_sentence(void **state) {
    (void)state;
    GByteArray *whole = pack_logs("gnutar", "gzip");
    g_autofree char *zeros = g_malloc0(20 << 20);
    GByteArray *bomb = gm_pack_raw("gzip", (gm_span){zeros, 20 << 20});
    refuse("empty.tar.gz", GM_SPAN(""), ": the file is empty");
    refuse("cut.tar.gz", (gm_span){(const char *)whole->data, whole->len / 2},
           ": nothing in it can be used (gzip: truncated gzip input)");
    refuse("noise.bin", GM_SPAN("\x01\x02\x03"), ": nothing in it is recognised (members looked at: 1)");
    refuse(
        "bomb.gz", gm_bytes(bomb),
        ": nothing in it can be used (refused: decompresses to more than 400 times its size; --max-ratio raises it)");
    g_byte_array_free(whole, TRUE);
    g_byte_array_free(bomb, TRUE);
}

static void a_directory_without_evidence_is_refused(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(GError) error = NULL;
    place_init(&at, "noise", GM_SPAN("\x01\x02\x03"));
    g_autofree char *outside = g_strconcat(at.directory, ".db", NULL);
    assert_false(import(at.directory, outside, &result, NULL, &error));
    assert_true(g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE));
    assert_false(g_file_test(outside, G_FILE_TEST_EXISTS));
    place_release(&at);
}

static void a_bundle_that_breaks_off_late_is_kept_with_its_loss(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(gm_store) store = NULL;
    GByteArray *bytes = pack_logs("ustar", NULL);
    place_init(&at, "cut.tar", (gm_span){(const char *)bytes->data, 512 + 512 + 512 + 300});
    assert_true(import(at.bundle, ":memory:", &result, &store, NULL));
    assert_true(result.data_lost);
    assert_rows(store, "SELECT path, records > 0 FROM member ORDER BY member_id", "in/b.log|1\nin/a.log|1\n");
    assert_rows(store,
                "SELECT path, severity, text FROM diagnostic JOIN member USING (member_id) WHERE severity = 'error'",
                "in/a.log|error|tar: Truncated tar archive\n");
    g_byte_array_free(bytes, TRUE);
    place_release(&at);
}

static void nothing_is_overwritten_without_force(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    g_autoptr(GError) error = NULL;
    g_autofree char *kept = NULL;
    place_init(&at, "gc.log", GM_SPAN(GC_LOG));
    assert_true(g_file_set_contents(at.target, "precious", -1, NULL));
    assert_false(import(at.bundle, at.target, &result, NULL, &error));
    assert_true(g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS));
    assert_true(g_file_get_contents(at.target, &kept, NULL, NULL));
    assert_string_equal(kept, "precious");
    const char *const bundles[] = {at.bundle, NULL};
    gm_import_options options = {.bundles = bundles, .target = at.target, .force = true, .limits = gm_limits_default};
    assert_true(gm_import(&options, &result, NULL, NULL));
    assert_true(gm_store_is_incident(at.target));
    place_release(&at);
}

static void an_interrupted_import_leaves_nothing(void **state) {
    (void)state;
    place at;
    gm_import_result result;
    bool interrupted = true;
    g_autoptr(GError) error = NULL;
    place_init(&at, "gc.log", GM_SPAN(GC_LOG));
    const char *const bundles[] = {at.bundle, NULL};
    gm_import_options options = {
        .bundles = bundles, .target = at.target, .limits = gm_limits_default, .interrupted = &interrupted};
    assert_false(gm_import(&options, &result, NULL, &error));
    assert_true(g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_IO));
    assert_int_equal(files_in(at.directory), 1);
    place_release(&at);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_incident_knows_what_it_is),
        cmocka_unit_test(the_same_bundle_is_the_same_file),
        cmocka_unit_test(packing_does_not_change_the_incident_but_options_do),
        cmocka_unit_test(several_bundles_make_one_incident),
        cmocka_unit_test(standard_input_is_a_bundle),
        cmocka_unit_test(names_do_not_depend_on_the_locale),
        cmocka_unit_test(bundles_without_evidence_are_refused_in_one_sentence),
        cmocka_unit_test(a_directory_without_evidence_is_refused),
        cmocka_unit_test(a_bundle_that_breaks_off_late_is_kept_with_its_loss),
        cmocka_unit_test(nothing_is_overwritten_without_force),
        cmocka_unit_test(an_interrupted_import_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
