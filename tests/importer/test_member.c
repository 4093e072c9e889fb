/* Tests of what a format may do with its member: reading, reading all, complaining, naming its owner. */
#include "bundle_test.h"

#include "importer/import.h"
#include "importer/text/span.h"

static struct {
    size_t max;
    gm_status status;
    GString *text;
    gm_span head;
    int64_t path_ns;
} parsed;

static int bid(const gm_head *head) {
    (void)head;
    return 50;
}

static gm_status parse_all(gm_member *member) {
    gm_span bytes;
    parsed.status = gm_member_read_all(member, parsed.max, &bytes);
    parsed.text = g_string_new_len(bytes.data, (gssize)bytes.len);
    assert_int_equal(bytes.data[bytes.len], '\0');
    parsed.path_ns = member->path_ns;
    assert_true(gm_span_starts(bytes, gm_span_first(member->head, MIN(bytes.len, member->head.len))));
    member->time_source = "name";
    return parsed.status;
}

static const gm_format all = {.name = "all", .title = "all", .takes = "all", .bid = bid, .parse = parse_all};

/* Imports one member with a format; the store is for the caller. */
static gm_store *import(const gm_format *format, const char *path, gm_span bytes, size_t max) {
    GError *error = NULL;
    gm_importer importer;
    gm_store *store = gm_store_create(":memory:", false, &error);
    assert_non_null(store);
    parsed.max = max;
    gm_importer_init(&importer, store, &gm_limits_default, NULL);
    importer.only = format;
    assert_int_equal(gm_importer_add(&importer, gm_span_of(path), bytes), GM_OK);
    gm_importer_release(&importer);
    return store;
}

static void a_member_is_read_whole(void **state) {
    static const size_t sizes[] = {1, 100, 65535, 65536, 65537, 1000000};
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autofree char *bytes = g_malloc(sizes[i]);
        for (size_t k = 0; k < sizes[i]; k++) bytes[k] = (char)(k * 7 + k / 256);
        gm_span span = {bytes, sizes[i]};
        GByteArray *packed = gm_pack_raw("gzip", span);
        gm_store_free(import(&all, "x", span, sizes[i]));
        assert_int_equal(parsed.status, GM_OK);
        assert_int_equal(parsed.text->len, sizes[i]);
        assert_memory_equal(parsed.text->str, bytes, sizes[i]);
        g_string_free(parsed.text, TRUE);
        gm_store_free(import(&all, "x", gm_bytes(packed), sizes[i]));
        assert_int_equal(parsed.text->len, sizes[i]);
        assert_memory_equal(parsed.text->str, bytes, sizes[i]);
        g_string_free(parsed.text, TRUE);
        g_byte_array_free(packed, TRUE);
    }
}

static void what_is_too_large_is_refused(void **state) {
    (void)state;
    g_autoptr(gm_store) store = import(&all, "x", GM_SPAN("0123456789"), 9);
    assert_int_equal(parsed.status, GM_DAMAGED);
    g_string_free(parsed.text, TRUE);
    assert_rows(store, COMPLAINTS, "x|error|refused: larger than 9 bytes, which is the most for this format\n");
    assert_rows(store, "SELECT format, bid, time_source, bytes, sha256 IS NOT NULL FROM member", "all|100|name|10|1\n");
}

static void the_time_in_the_path_is_found(void **state) {
    (void)state;
    gm_store_free(import(&all, "cgroup/20261123T091450Z/x", GM_SPAN("1"), 9));
    assert_int_equal(parsed.path_ns, 1795425290 * GM_NS_PER_S);
    g_string_free(parsed.text, TRUE);
    gm_store_free(import(&all, "cgroup/x", GM_SPAN("1"), 9));
    assert_int_equal(parsed.path_ns, GM_UNKNOWN);
    g_string_free(parsed.text, TRUE);
}

static gm_status parse_and_talk(gm_member *member) {
    int64_t first, second;
    g_autofree char *noise = g_strnfill(5000, 'n');
    gm_member_diag(member, GM_SEVERITY_WARNING, 7, GM_UNKNOWN, "line %d is odd", 7);
    gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, 3, "%s", noise);
    assert_int_equal(gm_member_identity(member, &first), GM_OK);
    assert_int_equal(gm_member_identity(member, &second), GM_OK);
    assert_int_equal(first, second);
    return GM_OK;
}

static void a_format_can_complain_and_name_the_member(void **state) {
    static const gm_format talker = {
        .name = "talker", .title = "talker", .takes = "talker", .bid = bid, .parse = parse_and_talk};
    (void)state;
    g_autoptr(gm_store) store = import(&talker, "a/b", GM_SPAN("1"), 9);
    assert_rows(store, "SELECT severity, line, byte_offset, length (text) FROM diagnostic",
                "warning|7|-|13\ninfo|-|3|1023\n");
    assert_rows(store, "SELECT level, hint FROM identity", "unnamed|a/b\n");
}

static gm_status parse_nothing(gm_member *member) {
    (void)member;
    return GM_END;
}

static void the_hash_is_whole_when_the_format_stops_early(void **state) {
    static const gm_format lazy = {
        .name = "lazy", .title = "lazy", .takes = "lazy", .bid = bid, .parse = parse_nothing};
    (void)state;
    g_autofree char *bytes = g_strnfill(300000, 'x');
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, bytes, 300000);
    g_autofree char *expected = g_strdup_printf("300000|%s\n", sum);
    g_autoptr(gm_store) store = import(&lazy, "x", (gm_span){bytes, 300000}, 0);
    assert_rows(store, "SELECT bytes, sha256 FROM member", expected);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_is_read_whole),
        cmocka_unit_test(what_is_too_large_is_refused),
        cmocka_unit_test(the_time_in_the_path_is_found),
        cmocka_unit_test(a_format_can_complain_and_name_the_member),
        cmocka_unit_test(the_hash_is_whole_when_the_format_stops_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
