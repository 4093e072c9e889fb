/* Every allocation of the parsers, the reader and the store's tables fails in turn, over all golden cases of the
 * formats: faults_parsers DIRECTORY [FORMAT].
 *
 * Nothing may crash, and no loss may be silent: an import during which an allocation failed ends with an error, or
 * holds a complaint, or holds the same rows as without the failure. Between two failures lies a stride that grows, so
 * that a case with thousands of allocations costs no more than a few dozen runs; GM_FAULTS=all takes every single one.
 */
#include "faulty.h"

#include "gomortem/format.h"
#include "importer/identity.h"
#include "importer/import.h"
#include "tests/importer/again.h"
#include "tests/importer/dump.h"

enum { EACH = 24 }; /* so many failures one by one, then with growing steps */

static int failures, runs;
static gm_store *store; /* of the import that runs */

typedef struct {
    char *name, *path, *bytes;
    size_t len;
} fault_case;

static void fail(const fault_case *found, long at, const char *what) {
    g_printerr("FAIL %s, allocation %ld: %s\n", found->name, at, what);
    failures++;
}

typedef struct {
    bool fatal, complained;
    char *dump;
    char *why;
} outcome;

static bool has_complaint(void) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT EXISTS (SELECT 1 FROM diagnostic WHERE severity <> 'info')", NULL);
    return stmt && sqlite3_step(stmt) == SQLITE_ROW && gm_column_int(stmt, 0) == 1;
}

static outcome import_with_fault(const fault_case *found, long at, bool lasting) {
    GError *error = NULL;
    gm_importer importer;
    outcome out = {0};
    store = gm_again(store);
    gm_importer_init(&importer, store, &gm_limits_default, NULL);
    gm_fault_arm(GM_FAULT_ALLOCATION, at, lasting);
    gm_status status = gm_importer_add(&importer, gm_span_of(found->path), (gm_span){found->bytes, found->len});
    if (status != GM_FATAL) status = gm_importer_finish(&importer);
    gm_fault_disarm();
    out.fatal = status == GM_FATAL;
    if (out.fatal && importer.job.error) out.why = g_strdup(importer.job.error->message);
    else if (out.fatal && !gm_store_error_set(store, &error)) out.why = g_strdup(error->message);
    g_clear_error(&error);
    gm_importer_release(&importer);
    if (!out.fatal && gm_identity_settle(store, NULL, NULL)) {
        GString *dump = g_string_new(NULL);
        gm_dump_incident(store, dump);
        out.complained = has_complaint();
        out.dump = g_string_free(dump, FALSE);
    }
    runs++;
    return out;
}

static void outcome_release(outcome *out) {
    g_free(out->dump);
    g_free(out->why);
}

static void judge(const fault_case *found, const outcome *usual, const outcome *out, long at) {
    bool same = g_strcmp0(usual->dump, out->dump) == 0;
    if (out->fatal && (!out->why || !*out->why)) fail(found, at, "it ended without a reason");
    if (!out->fatal && !out->dump) fail(found, at, "the rows could not be read");
    if (!out->fatal && !same && !out->complained) fail(found, at, "rows are missing and nothing is said");
}

static void run_case(const fault_case *found, long each) {
    outcome usual = import_with_fault(found, 0, false);
    long calls = gm_fault_calls();
    if (!usual.dump) fail(found, 0, "cannot be imported at all");
    for (long at = 1, step = 1; at <= calls; at += step) {
        for (int lasting = 0; lasting < 2; lasting++) {
            outcome out = import_with_fault(found, at, lasting);
            if (!gm_fault_struck()) fail(found, at, "was not reached");
            judge(found, &usual, &out, at);
            outcome_release(&out);
        }
        if (at >= each) step += 1 + step / 4;
    }
    outcome again = import_with_fault(found, 0, false);
    if (g_strcmp0(usual.dump, again.dump) != 0) fail(found, 0, "differs after all the failures");
    outcome_release(&again);
    outcome_release(&usual);
}

static void run_file(const char *folder, const char *format, const char *file, long each) {
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".in")),
                    *name = g_strdup_printf("%s/%s", format, stem);
    g_autofree char *in = g_build_filename(folder, file, NULL),
                    *path_file = g_strdup_printf("%s/%s.path", folder, stem);
    fault_case found = {.name = name};
    if (!g_file_get_contents(in, &found.bytes, &found.len, NULL)) fail(&found, 0, "cannot be read");
    if (!g_file_get_contents(path_file, &found.path, NULL, NULL)) found.path = g_strdup(stem);
    g_strchomp(found.path);
    if (found.bytes) run_case(&found, each);
    g_free(found.bytes);
    g_free(found.path);
}

int main(int argc, char **argv) {
    int cases = 0;
    long each = g_strcmp0(g_getenv("GM_FAULTS"), "all") == 0 ? G_MAXLONG : EACH;
    if (argc < 2) return 2;
    for (const gm_format *const *format = gm_formats; *format; format++) {
        if (argc > 2 && strcmp(argv[2], (*format)->name) != 0) continue;
        g_autofree char *folder = g_build_filename(argv[1], (*format)->name, NULL);
        g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
        for (const char *file; dir && (file = g_dir_read_name(dir));) {
            if (!g_str_has_suffix(file, ".in")) continue;
            run_file(folder, (*format)->name, file, each);
            cases++;
        }
    }
    gm_store_free(store);
    g_print("%d cases, %d runs with a failing allocation, %d failures\n", cases, runs, failures);
    return failures > 0 || cases == 0;
}
