/* Files from the wild and whole bundles, when they lie beside the project in ../shared; otherwise skipped,
 * visibly.
 *
 * Each sample is imported alone and must be read by the format that the table names, give at least so many
 * records, and say what is wrong with it where something is. A sample that the table does not know fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <fnmatch.h>
#include <glib.h>

#include "gomortem/store.h"
#include "importer/identity.h"
#include "importer/import.h"

#define SAMPLES   GM_SOURCE_DIR "/../shared/samples"
#define INCIDENTS GM_SOURCE_DIR "/../shared/incidents"

/* Snapshots without a time of their own get this one, from the directory. */
#define WHEN "20261123T091450Z/"

typedef struct {
    const char *glob;       /* over the path below the samples; the first that fits counts */
    const char *format;     /* NULL: any, also none */
    int records;            /* at least */
    const char *diagnostic; /* a part of one that must be there, or NULL */
} expectation;

static const expectation table[] = {
    {"*.source", NULL, 0, NULL}, /* where the samples are from */
    /* of blocks each member alone here */
    {"tsdb-*/index", "tsdb_index", 0, NULL},
    {"tsdb-*/chunks/*", "tsdb_chunks", 0, NULL},
    {"tsdb-*/meta.json", "tsdb_meta", 0, "block from"},
    {"tsdb-*/tombstones", "tsdb_tombstones", 0, "nothing was deleted"},
    {"tsdb-*/*.json", "prom_json", 0, NULL},
    {"alertmanager-*", "alertmanager", 1, NULL},
    {"cgroup-v1-docker-memory.oom_control.txt", "cgroup_file", 0, NULL}, /* a kernel without oom_kill */
    {"cgroup-v1-k8s114142-files.txt", "cgroup_sampler", 3, NULL},
    {"cgroup-v2-elastic-*/memory.current", "cgroup_file", 1, NULL},
    {"cgroup-v2-elastic-*/memory.stat", "cgroup_file", 20, NULL},
    {"cgroup-v2-elastic-*/memory.pressure", "cgroup_file", 2, NULL},
    {"cgroup-v2-elastic-*/*", "cgroup_file", 0, NULL}, /* "max", and files of which nothing is measured */
    {"cgroup-*", "cgroup_file", 1, NULL},
    {"docker-api-stats-*", "docker_stats", 10, NULL},
    {"gctrace-go1.20-*", "log_plain", 6, "cut off by the end of the log"},
    {"gctrace-go1.6-*", "log_plain", 1, "scavenger trace lines without a time"},
    {"gctrace-*", "log_plain", 2, NULL},
    {"goroutine-debug1-*", "pprof_text", 10, NULL},
    {"goroutine-debug2-*", "goroutine_dump", 3, NULL},
    {"goroutine-headers-journal-*", "log_plain", 5, NULL},
    {"heap-debug1-go1.23rc1-*", "pprof_text", 1, "switched off (rate 0)"},
    {"heap-debug1-*", "pprof_text", 3, NULL},
    {"jemalloc-*", "pprof_text", 400, NULL},
    {"k8s-eventlist-*", "k8s_object", 1, NULL},
    {"k8s-events-*", "k8s_object", 70, NULL},
    {"k8s-kubelet-pods-*", "k8s_object", 150, NULL},
    {"kmsg-*", "log_plain", 0, NULL}, /* a kernel log without a kill */
    {"kubelet-stats-summary-*", "kubelet_summary", 150, NULL},
    {"memstats-*", "expvar", 15, NULL},
    {"metrics-server-*", "metrics_server", 2, NULL},
    {"oom-*", "log_plain", 1, NULL},
    {"otlp-*", "otlp_json", 0, "delta temporality"},
    {"pprof-cpu-go.protoc.txt", "no_data", 0, "printed as text by protoc"},
    {"pprof-testdata-*.cpu", "pprof_cpu", 50, NULL},
    {"pprof-testdata-*", "pprof_text", 5, NULL},
    {"pprof-*.pb.gz", "pprof", 8, NULL},
    {"proc-pressure-*", "cgroup_file", 2, NULL},
    {"proc-smaps*", "proc_smaps", 5, NULL},
    {"proc-status-*", "proc_status", 5, NULL},
    {"prom-exposition-*", "prom_text", 1000, NULL},
    {"prom-promtool-dump-series-*", "no_data", 0, "without samples"},
    {"prom-promtool-dump-test-*", "prom_dump", 0, NULL}, /* made-up metrics */
    {"prom-promtool-*", "prom_text", 0, NULL},
    {"prom-query_range-*", "prom_json", 0, NULL}, /* of other programs */
    {"wrap-docker-compose-*", "log_compose", 0, NULL},
    {"wrap-glog-*", "log_plain", 0, NULL},
    {"wrap-journald-json-*", "log_journal_json", 0, NULL},
};

static int failures;

static void complain(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void complain(const char *path, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    print_error("%s: %s\n", path, text);
    failures++;
}

static gm_store *new_store(void) {
    GError *error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    if (!store) fail_msg("%s", error->message);
    return store;
}

/* The first column of the first row as text, NULL when there is none. */
static char *ask(gm_store *store, const char *sql, const char *argument) {
    GError *error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, &error);
    if (!stmt) fail_msg("%s", error->message);
    if (argument) sqlite3_bind_text(stmt, 1, argument, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(stmt) != SQLITE_ROW) return NULL;
    return g_strdup((const char *)sqlite3_column_text(stmt, 0));
}

static gint64 number(const char *text) {
    return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

/* --- samples --- */
static void check_rows(gm_store *store, const char *path, const expectation *expected) {
    g_autofree char *format = ask(store, "SELECT coalesce (format, '-') FROM member LIMIT 1", NULL);
    g_autofree char *records = ask(store, "SELECT sum (records) FROM member", NULL);
    g_autofree char *lost = ask(
        store, "SELECT text FROM member JOIN diagnostic USING (member_id) WHERE rejected > 0 OR records = 0 LIMIT 1",
        NULL);
    g_autofree char *rejected = ask(store, "SELECT sum (rejected) FROM member", NULL);
    if (expected->format && g_strcmp0(format, expected->format) != 0)
        complain(path, "read as %s, expected %s", format, expected->format);
    if (number(records) < expected->records) complain(path, "%s records, expected %d", records, expected->records);
    if (number(rejected) > 0 && !lost) complain(path, "%s records are refused and nothing says why", rejected);
    if (!expected->diagnostic) return;
    g_autofree char *said = ask(store, "SELECT 1 FROM diagnostic WHERE instr (text, ?1) > 0", expected->diagnostic);
    if (!said) complain(path, "no diagnostic says \"%s\"", expected->diagnostic);
}

static void check_sample(const char *path, gm_span bytes, const expectation *expected) {
    g_autoptr(gm_store) store = new_store();
    gm_importer importer;
    g_autofree char *dated = g_strconcat(WHEN, path, NULL);
    gm_importer_init(&importer, store, &gm_limits_default, NULL);
    gm_status status = gm_importer_add(&importer, gm_span_of(dated), bytes);
    if (importer.ties > 0) complain(path, "two formats bid the same");
    gm_importer_release(&importer);
    if (status == GM_FATAL) {
        complain(path, "the import fails");
    } else {
        check_rows(store, path, expected);
    }
}

static const expectation *expectation_of(const char *path) {
    for (size_t i = 0; i < G_N_ELEMENTS(table); i++) {
        if (fnmatch(table[i].glob, path, 0) == 0) return &table[i];
    }
    return NULL;
}

static int check_folder(const char *folder, const char *below) {
    int seen = 0;
    const char *name;
    GDir *dir = g_dir_open(folder, 0, NULL);
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *file = g_build_filename(folder, name, NULL), *path = g_build_filename(below, name, NULL),
                        *bytes = NULL;
        gsize len;
        const expectation *expected = expectation_of(path);
        if (g_file_test(file, G_FILE_TEST_IS_DIR)) {
            seen += check_folder(file, path);
        } else if (!expected) {
            complain(path, "is not in the table");
        } else if (expected->format && g_file_get_contents(file, &bytes, &len, NULL)) {
            check_sample(path, (gm_span){bytes, len}, expected);
            seen++;
        }
    }
    if (dir) g_dir_close(dir);
    return seen;
}

static void samples_are_what_their_names_say(void **state) {
    (void)state;
    if (!g_file_test(SAMPLES, G_FILE_TEST_IS_DIR)) skip();
    failures = 0;
    assert_true(check_folder(SAMPLES, "") > 50);
    assert_int_equal(failures, 0);
}

/* --- bundles --- */
static void check_bundle(const char *name) {
    g_autofree char *path = g_build_filename(INCIDENTS, name, NULL);
    const char *const bundles[] = {path, NULL};
    gm_import_options options = {.bundles = bundles, .target = ":memory:", .limits = gm_limits_default};
    gm_import_result result;
    g_autoptr(gm_store) store = NULL;
    g_autoptr(GError) error = NULL;
    if (!gm_import(&options, &result, &store, &error)) {
        complain(name, "%s", error->message);
        return;
    }
    g_autofree char *unread = ask(store, "SELECT path FROM member WHERE format IS NULL", NULL);
    g_autofree char *unexplained =
        ask(store,
            "SELECT path FROM member WHERE (rejected > 0 OR records + left_out = 0)"
            " AND format IS NOT NULL"
            " AND member_id NOT IN (SELECT parent_id FROM member WHERE parent_id NOT NULL)"
            " AND member_id NOT IN (SELECT member_id FROM diagnostic WHERE member_id NOT NULL)",
            NULL);
    g_autofree char *broken = ask(store, "SELECT text FROM diagnostic WHERE severity = 'error'", NULL);
    if (unread) complain(name, "not recognised: %s", unread);
    if (unexplained) complain(name, "nothing was taken and nothing says why: %s", unexplained);
    if (broken) complain(name, "an error: %s", broken);
}

static void bundles_are_read_whole(void **state) {
    (void)state;
    GDir *dir = g_dir_open(INCIDENTS, 0, NULL);
    if (!dir) skip();
    const char *name;
    int seen = 0;
    failures = 0;
    while ((name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".json")) continue;
        check_bundle(name);
        seen++;
    }
    g_dir_close(dir);
    assert_true(seen > 0);
    assert_int_equal(failures, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_are_what_their_names_say),
        cmocka_unit_test(bundles_are_read_whole),
    };
    return cmocka_run_group_tests_name("samples", tests, NULL, NULL);
}
