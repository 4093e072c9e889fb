/* Profiles of other people and of whole incidents, when they are at hand: GOMORTEM_SAMPLES names a folder
 * with pprof-*, goroutine-*, heap-*, jemalloc-* files, GOMORTEM_INCIDENTS a folder with unpacked bundles. */
#include "pprof_test.h"

#include <math.h>

static bool is_profile(const char *name) {
    static const char *const starts[] = {"pprof-", "goroutine-", "heap-", "jemalloc-"};
    if (g_str_has_suffix(name, ".source")) return false;
    for (size_t i = 0; i < G_N_ELEMENTS(starts); i++)
        if (g_str_has_prefix(name, starts[i])) return true;
    return false;
}

/* What was taken has meaning: a profile, whose samples add up to its totals. */
static void check_incident(gm_store *store) {
    assert_int_equal(value_of(store, "SELECT count (*) FROM member m WHERE format IN ('pprof', 'pprof_text',"
                                     " 'goroutine_dump') AND NOT EXISTS (SELECT * FROM profile p"
                                     " WHERE p.member_id = m.member_id)"),
                     0);
    static const char *const columns[] = {"alloc_bytes",   "alloc_objects", "inuse_bytes",
                                          "inuse_objects", "count",         "nanoseconds"};
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++)
        assert_int_equal(value_of(store,
                                  "SELECT count (*) FROM profile p WHERE p.%s IS NOT (SELECT sum (s.%s) FROM"
                                  " profile_sample s WHERE s.profile_id = p.profile_id) AND EXISTS (SELECT *"
                                  " FROM profile_sample s WHERE s.profile_id = p.profile_id)",
                                  columns[i], columns[i]),
                         0);
    assert_int_equal(value_of(store, "SELECT total (rejected) FROM member WHERE format IN ('pprof', 'pprof_text')"), 0);
}

static void samples_of_others_are_read(void **unused) {
    const char *folder = g_getenv("GOMORTEM_SAMPLES");
    int64_t taken = 0;
    (void)unused;
    if (!folder) {
        print_message("GOMORTEM_SAMPLES is not set: skipped\n");
        skip();
    }
    g_autoptr(GPtrArray) files = files_in(folder);
    for (guint i = 0; i < files->len; i++) {
        g_autofree char *name = g_path_get_basename(files->pdata[i]);
        if (!is_profile(name)) continue;
        g_autoptr(gm_store) store = memory_store();
        import_file(store, name, files->pdata[i]);
        check_incident(store);
        taken += value_of(store, "SELECT count (*) FROM profile");
    }
    assert_true(taken > 0);
}

/* --- incidents --- */
static void find_pairs(const char *folder, GPtrArray *texts) {
    g_autoptr(GPtrArray) files = files_in(folder);
    for (guint i = 0; i < files->len; i++) {
        const char *file = files->pdata[i];
        if (g_file_test(file, G_FILE_TEST_IS_DIR)) find_pairs(file, texts);
        else if (strstr(file, "heap") && g_str_has_suffix(file, ".debug1.txt")) g_ptr_array_add(texts, g_strdup(file));
    }
}

/* Whether text and protobuf of one moment say the same within what sampling allows. */
static bool check_pair(const char *text) {
    g_autofree char *stem = g_strndup(text, strlen(text) - strlen(".debug1.txt"));
    g_autofree char *binary = g_strconcat(stem, ".pb.gz", NULL);
    if (!g_file_test(binary, G_FILE_TEST_EXISTS)) return false;
    g_autoptr(gm_store) store = memory_store();
    import_file(store, "heap.pb.gz", binary);
    import_file(store, "heap.txt", text);
    check_incident(store);
    double a = (double)value_of(store, "SELECT inuse_bytes FROM profile WHERE profile_id = 1");
    double b = (double)value_of(store, "SELECT inuse_bytes FROM profile WHERE profile_id = 2");
    if (fabs(a - b) > 3 * sqrt(524288 * (a + b))) fail_msg("%s: %.0f, %s: %.0f", binary, a, text, b);
    return true;
}

static void text_and_protobuf_of_incidents_agree(void **unused) {
    const char *folder = g_getenv("GOMORTEM_INCIDENTS");
    int pairs = 0;
    (void)unused;
    if (!folder) {
        print_message("GOMORTEM_INCIDENTS is not set: skipped\n");
        skip();
    }
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    find_pairs(folder, texts);
    for (guint i = 0; i < texts->len; i++) pairs += check_pair(texts->pdata[i]);
    if (pairs == 0) {
        print_message("GOMORTEM_INCIDENTS holds no heap profiles in both forms: skipped\n");
        skip();
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_others_are_read),
        cmocka_unit_test(text_and_protobuf_of_incidents_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
