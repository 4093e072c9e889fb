/* Every allocation and every file operation of SQLite, and the project's own system calls, fail in turn over an import,
 * an analysis and a report: faults_store FORMATS-DIRECTORY.
 *
 * Afterwards the old database is byte for byte what it was, or the new one is whole; no other file is left; the error
 * is one sentence, and one that tells a transient failure. Steps between two failures grow, GM_FAULTS=all takes every
 * one. */
#include "faulty.h"

#include "gomortem/analyzer.h"
#include "gomortem/importer.h"
#include "gomortem/renderer.h"
#include "gomortem/store.h"

#include <glib/gstdio.h>

enum { EACH = 12 };

/* One of each kind: a log, samples, a profile in one part, a snapshot, a report of the kernel. */
static const char *const members[][2] = {
    {"log_plain/gctrace_go1.18", "pods/shop/app.log"},
    {"prom_text/scrape", "metrics/scrape.prom"},
    {"pprof/heap", "pprof/heap.pb"},
    {"k8s_object/pod", "pod.json"},
    {"log_plain/oom_5.10_ctime_multiline", "dmesg.txt"},
    {"cgroup_file/v2_stat", "cgroup/memory.stat"},
};

static char *folder, *bundle, *target;
static int failures, runs;

typedef struct {
    char *bytes;
    gsize len;
} contents;

static contents read_file(const char *path) {
    contents found = {0};
    if (!g_file_get_contents(path, &found.bytes, &found.len, NULL)) found.bytes = NULL;
    return found;
}

static bool same(contents a, contents b) {
    return a.bytes && b.bytes && a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

static void put_file(const char *path, contents from) {
    if (!g_file_set_contents(path, from.bytes, (gssize)from.len, NULL)) g_error("cannot write %s", path);
}

/* What is done while calls fail. NULL in *result: nothing to compare beside the file. */
typedef struct {
    const char *name;
    bool (*run)(char **result, bool *loss_told, GError **error);
    contents before, after; /* of the target */
    char *result;
} job;

static void fail(const job *j, gm_fault kind, long at, bool lasting, const char *what, const char *detail) {
    g_printerr("FAIL %s, %s %ld%s: %s: %s\n", j->name, gm_fault_names[kind], at, lasting ? " and all after it" : "",
               what, detail);
    failures++;
}

/* --- the jobs --- */
static bool run_import(char **result, bool *loss_told, GError **error) {
    const char *bundles[] = {bundle, NULL};
    gm_import_options options = {.bundles = bundles, .target = target, .force = true, .limits = gm_limits_default};
    gm_import_result imported;
    bool done = gm_import(&options, &imported, NULL, error);
    *loss_told = done && imported.data_lost;
    (void)result;
    return done;
}

static bool run_analysis(char **result, bool *loss_told, GError **error) {
    (void)result, (void)loss_told;
    g_autoptr(gm_store) store = gm_store_open(target, GM_STORE_ANALYZE, error);
    return store && gm_analyze_configured(store, NULL, error);
}

static bool run_report(char **result, bool *loss_told, GError **error) {
    static const gm_render_options usual;
    (void)loss_told;
    g_autoptr(gm_store) store = gm_store_open(target, GM_STORE_READ, error);
    g_autoptr(gm_model) model = store ? gm_model_read(store, error) : NULL;
    GString *text = g_string_new(NULL);
    bool done = model && gm_renderer_find("json")->render(model, &usual, text, error);
    *result = g_string_free(text, FALSE);
    return done;
}

/* --- the judgement --- */
static bool is_transient(const GError *error) {
    return g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_IO) ||
           g_error_matches(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_IO) || error->domain == G_FILE_ERROR;
}

/* A journal that cannot be removed either stays, and the next analysis removes it. */
static char *files_left(bool journal_may) {
    GString *names = g_string_new(NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));)
        if (strcmp(name, "bundle") != 0 && strcmp(name, "x.db") != 0 &&
            !(journal_may && strcmp(name, "x.db-journal") == 0))
            g_string_append_printf(names, "%s ", name);
    return g_string_free(names, FALSE);
}

/* A journal that was left is played back by whoever opens the file next. */
static void open_once(void) {
    g_autoptr(gm_store) store = gm_store_open(target, GM_STORE_ANALYZE, NULL);
    (void)store;
}

static void judge(const job *j, gm_fault kind, long at, bool lasting, bool done, bool loss_told, const char *result,
                  const GError *error) {
    if (!done) open_once();
    contents found = read_file(target);
    g_autofree char *left = files_left(!done && lasting && kind == GM_FAULT_SQLITE_EIO);
    if (*left) fail(j, kind, at, lasting, "files are left", left);
    if (done && !same(found, j->after) && !loss_told) fail(j, kind, at, lasting, "it ended well with another file", "");
    if (done && j->result && g_strcmp0(result, j->result) != 0)
        fail(j, kind, at, lasting, "it ended well with another result", "");
    if (!done && !same(found, j->before))
        fail(j, kind, at, lasting, "the old file is not what it was", error ? error->message : "");
    if (!done && (!error || !*error->message || strchr(error->message, '\n')))
        fail(j, kind, at, lasting, "no sentence says why", error ? error->message : "");
    else if (!done && !is_transient(error)) fail(j, kind, at, lasting, "the error is told as lasting", error->message);
    g_free(found.bytes);
}

static bool run_once(const job *j, gm_fault kind, long at, bool lasting) {
    g_autoptr(GError) error = NULL;
    g_autofree char *result = NULL;
    bool loss_told = false;
    put_file(target, j->before);
    gm_fault_arm(kind, at, lasting);
    bool done = j->run(&result, &loss_told, &error);
    gm_fault_disarm();
    judge(j, kind, at, lasting, done, loss_told, result, error);
    runs++;
    return gm_fault_struck();
}

static void run_kind(const job *j, gm_fault kind, long each) {
    run_once(j, kind, 0, false);
    long calls = gm_fault_calls();
    for (long at = 1, step = 1; at <= calls; at += step) {
        for (int lasting = 0; lasting < 2; lasting++)
            if (!run_once(j, kind, at, lasting)) fail(j, kind, at, lasting, "was not reached", "");
        if (at >= each) step += 1 + step / 3;
    }
    g_print("%s: %ld calls of kind %s\n", j->name, calls, gm_fault_names[kind]);
}

/* --- the bundle --- */
static void make_bundle(const char *formats) {
    for (size_t i = 0; i < G_N_ELEMENTS(members); i++) {
        g_autofree char *from = g_strdup_printf("%s/%s.in", formats, members[i][0]),
                        *to = g_build_filename(bundle, members[i][1], NULL);
        g_autofree char *above = g_path_get_dirname(to);
        contents bytes = read_file(from);
        if (!bytes.bytes) g_error("there is no %s", from);
        g_mkdir_with_parents(above, 0755);
        put_file(to, bytes);
        g_free(bytes.bytes);
    }
}

/* Does the job without failures, which makes what the others are compared with. */
static job prepare(const char *name, bool (*run)(char **result, bool *loss_told, GError **error), contents before) {
    job j = {.name = name, .run = run, .before = before};
    GError *error = NULL;
    bool loss_told = false;
    put_file(target, before);
    if (!run(&j.result, &loss_told, &error)) g_error("%s: %s", name, error->message);
    if (loss_told) g_error("%s: data is lost", name);
    j.after = read_file(target);
    return j;
}

static void remove_all(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        if (g_unlink(below) != 0) remove_all(below);
    }
    g_rmdir(path);
}

int main(int argc, char **argv) {
    long each = g_strcmp0(g_getenv("GM_FAULTS"), "all") == 0 ? G_MAXLONG : EACH;
    contents old = {g_strdup("an older file of that name"), strlen("an older file of that name")};
    if (argc < 2) return 2;
    gm_faulty_init();
    folder = g_dir_make_tmp("gomortem-faults-XXXXXX", NULL);
    bundle = g_build_filename(folder, "bundle", NULL);
    target = g_build_filename(folder, "x.db", NULL);
    make_bundle(argv[1]);
    job import = prepare("import", run_import, old);
    job analysis = prepare("analysis", run_analysis, import.after);
    job report = prepare("report", run_report, analysis.after);
    job *const jobs[] = {&import, &analysis, &report};
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++)
        for (int kind = GM_FAULT_CALL; kind < GM_FAULT_KINDS; kind++) run_kind(jobs[i], (gm_fault)kind, each);
    for (size_t i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_free(jobs[i]->after.bytes);
        g_free(jobs[i]->result);
    }
    g_free(old.bytes);
    remove_all(folder);
    g_free(target);
    g_free(bundle);
    g_free(folder);
    g_print("%d runs, %d failures\n", runs, failures);
    return failures > 0;
}
