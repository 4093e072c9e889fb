/* Tests of profiles as whole files: to the byte the totals of pprof, text and protobuf alike, limits. */
#include "pprof_test.h"

#include <inttypes.h>
#include <math.h>

static const char *column_of(const char *type, const char *unit) {
    static const char *const columns[][2] = {{"alloc_objects", "alloc_objects"},
                                             {"alloc_space", "alloc_bytes"},
                                             {"inuse_objects", "inuse_objects"},
                                             {"inuse_space", "inuse_bytes"}};
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        if (strcmp(type, columns[i][0]) == 0) return columns[i][1];
    return strcmp(unit, "nanoseconds") == 0 ? "nanoseconds" : "count";
}

static void import_profile(gm_store *store, const char *name) {
    g_autofree char *file = g_build_filename(GM_TESTDATA, "profiles", name, NULL);
    import_file(store, name, file);
}

static void totals_are_those_of_pprof(void **unused) {
    g_autofree char *file = g_build_filename(GM_TESTDATA, "profiles", "expected.tsv", NULL);
    g_autofree char *table = NULL;
    int checked = 0;
    (void)unused;
    assert_true(g_file_get_contents(file, &table, NULL, NULL));
    g_auto(GStrv) lines = g_strsplit(g_strchomp(table), "\n", -1);
    for (char **line = lines; *line; line++, checked++) {
        g_auto(GStrv) fields = g_strsplit(*line, "\t", -1); /* file, type, unit, total */
        const char *column = column_of(fields[1], fields[2]);
        g_autoptr(gm_store) store = memory_store();
        import_profile(store, fields[0]);
        int64_t wanted = g_ascii_strtoll(fields[3], NULL, 10),
                total = value_of(store, "SELECT %s FROM profile", column);
        if (total != wanted) fail_msg("%s %s: %" PRId64 ", pprof says %" PRId64, fields[0], column, total, wanted);
        assert_int_equal(value_of(store, "SELECT sum (%s) FROM profile_sample", column), wanted);
        assert_int_equal(value_of(store, "SELECT count (*) FROM diagnostic"), 0);
    }
    assert_true(checked >= 20);
}

/* One heap, written as text and as protobuf within the same second. */
static void text_and_protobuf_agree(void **unused) {
    g_autoptr(gm_store) store = memory_store();
    (void)unused;
    import_profile(store, "heap.pb.gz");
    import_profile(store, "heap.debug1.txt.gz");
    int64_t binary = value_of(store, "SELECT inuse_bytes FROM profile WHERE profile_id = 1");
    int64_t text = value_of(store, "SELECT inuse_bytes FROM profile WHERE profile_id = 2");
    int64_t rate = value_of(store, "SELECT period FROM profile WHERE profile_id = 2");
    assert_int_equal(rate, 524288);
    double noise = 3 * sqrt((double)rate * ((double)binary + (double)text));
    assert_true(fabs((double)binary - (double)text) <= noise);
    /* The same functions and lines were found, so the stacks are the same rows. */
    int64_t stacks = value_of(store, "SELECT count (*) FROM profile_sample WHERE profile_id = 1 AND alloc_bytes > 0");
    int64_t same = value_of(store, "SELECT count (*) FROM profile_sample a JOIN profile_sample b USING (stack_id)"
                                   " WHERE a.profile_id = 1 AND b.profile_id = 2 AND a.alloc_bytes = b.alloc_bytes"
                                   " AND a.inuse_bytes = b.inuse_bytes AND a.alloc_bytes > 0");
    assert_true(stacks > 20);
    assert_int_equal(same, stacks);
}

/* --- limits --- */
static void put_varint(GString *to, uint64_t value) {
    for (; value > 127; value >>= 7) g_string_append_c(to, (char)(value | 128));
    g_string_append_c(to, (char)value);
}

static void put_number(GString *to, uint64_t field, uint64_t value) {
    put_varint(to, field << 3);
    put_varint(to, value);
}

static void put_bytes(GString *to, uint64_t field, const GString *bytes) {
    put_varint(to, field << 3 | 2);
    put_varint(to, bytes->len);
    g_string_append_len(to, bytes->str, (gssize)bytes->len);
}

static void put_text(GString *to, uint64_t field, const char *text) {
    g_autoptr(GString) bytes = g_string_new(text);
    put_bytes(to, field, bytes);
}

static void put_sample(GString *to, size_t depth, uint64_t first_id, uint64_t value) {
    g_autoptr(GString) ids = g_string_new(NULL), sample = g_string_new(NULL);
    for (size_t i = 0; i < depth; i++) put_varint(ids, (first_id + i) % 5 + 1);
    put_bytes(sample, 1, ids);
    put_number(sample, 2, value);
    put_bytes(to, 2, sample);
}

/* A count profile: locations 1..5 with `lines` lines each. The caller adds samples before or after. */
static GString *count_profile(size_t lines) {
    GString *profile = g_string_new(NULL);
    g_autoptr(GString) type = g_string_new(NULL), line = g_string_new(NULL);
    put_number(type, 1, 1);
    put_number(type, 2, 2);
    put_bytes(profile, 1, type);
    put_number(line, 1, 1);
    put_number(line, 2, 7);
    for (uint64_t id = 1; id <= 5; id++) {
        g_autoptr(GString) location = g_string_new(NULL);
        put_number(location, 1, id);
        for (size_t i = 0; i < lines; i++) put_bytes(location, 4, line);
        put_bytes(profile, 4, location);
    }
    g_autoptr(GString) function = g_string_new(NULL);
    put_number(function, 1, 1);
    put_number(function, 2, 3);
    put_bytes(profile, 5, function);
    put_text(profile, 6, "");
    put_text(profile, 6, "things");
    put_text(profile, 6, "count");
    put_text(profile, 6, "main.run");
    return profile;
}

static void stacks_that_are_too_deep_are_cut(void **unused) {
    g_autoptr(gm_store) store = memory_store();
    g_autoptr(GString) deep = count_profile(1), wide = count_profile(3000);
    (void)unused;
    put_sample(deep, 50000, 1, 3);
    put_sample(deep, 2, 1, 4);
    put_sample(wide, 3, 1, 5);
    import_bytes(store, "deep", (gm_span){deep->str, deep->len});
    import_bytes(store, "wide", (gm_span){wide->str, wide->len});
    assert_int_equal(value_of(store, "SELECT max (json_array_length (frames)) FROM stack"), 4096);
    assert_int_equal(value_of(store, "SELECT sum (count) FROM profile_sample"), 12);
    assert_int_equal(value_of(store, "SELECT count (*) FROM diagnostic WHERE text = '1 stack(s) too deep, cut'"), 2);
}

static void samples_beyond_the_memory_limit_are_counted(void **unused) {
    g_autoptr(gm_store) store = memory_store();
    g_autoptr(GString) profile = count_profile(1);
    gm_limits limits = gm_limits_default;
    (void)unused;
    limits.arena_bytes = 1 << 20;
    for (uint64_t i = 0; i < 40000; i++) put_sample(profile, 40, 1 + i % 3, 1);
    import_with(store, "large", (gm_span){profile->str, profile->len}, &limits);
    int64_t kept = value_of(store, "SELECT count FROM profile"), lost = value_of(store, "SELECT rejected FROM member");
    assert_true(kept > 1000 && lost > 1000);
    assert_int_equal(kept + lost, 40000);
    assert_int_equal(value_of(store,
                              "SELECT text LIKE '%% sample(s) beyond the memory limit' AND text + 0 = %" PRId64
                              " FROM diagnostic",
                              lost),
                     1);
}

static void what_is_too_long_is_cut_or_passed_over(void **unused) {
    g_autoptr(gm_store) store = memory_store();
    g_autoptr(GString) profile = count_profile(1);
    gm_limits limits = gm_limits_default;
    (void)unused;
    limits.document_bytes = 1000;
    limits.string_bytes = 6;
    put_sample(profile, 2000, 1, 1);
    put_sample(profile, 2, 1, 6);
    import_with(store, "long", (gm_span){profile->str, profile->len}, &limits);
    assert_int_equal(value_of(store, "SELECT count FROM profile WHERE kind = 'things'"), 6);
    assert_int_equal(value_of(store, "SELECT count (*) FROM function WHERE name = 'main.r'"), 1);
    assert_int_equal(value_of(store, "SELECT rejected FROM member"), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_are_those_of_pprof),
        cmocka_unit_test(text_and_protobuf_agree),
        cmocka_unit_test(stacks_that_are_too_deep_are_cut),
        cmocka_unit_test(samples_beyond_the_memory_limit_are_counted),
        cmocka_unit_test(what_is_too_long_is_cut_or_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
