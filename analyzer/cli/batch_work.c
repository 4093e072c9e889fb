/* One bundle of a batch, in a process of its own: import, analysis, reports in a part folder, which gets its name when
 * it is whole. The line is left beside it for the parent, which prints the lines in their order. */
#include "analyzer/cli/batch.h"

#include "gomortem/overview.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

typedef struct {
    const gm_batch *batch;
    const char *bundle, *part;
    char *database, *output;
    bool data_lost;
    GString *result;
} gm_work;

/* --- input --- */

static bool copy_database(const char *from, const char *to, GError **error) {
    int in = open(from, O_RDONLY | O_CLOEXEC), out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    char block[65536];
    ssize_t n = in >= 0 && out >= 0 ? 1 : -1;
    while (n > 0 && (n = read(in, block, sizeof block)) > 0)
        if (write(out, block, (size_t)n) != n) n = -1;
    if (n < 0) g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot copy %s: %s", from, g_strerror(errno));
    if (in >= 0) close(in);
    if (out >= 0 && close(out) != 0) n = -1;
    return n >= 0;
}

static bool take(gm_work *w, GError **error) {
    const char *bundles[] = {w->bundle, NULL};
    if (gm_store_is_incident(w->bundle)) return copy_database(w->bundle, w->database, error);
    return gm_cli_import(bundles, w->database, true, NULL, &w->data_lost, error);
}

static char *read_id(const char *database, GError **error) {
    g_autoptr(gm_store) store = gm_store_open(database, GM_STORE_READ, error);
    g_autoptr(sqlite3_stmt) stmt = store ? gm_store_prepare(store, "SELECT incident_id FROM incident", error) : NULL;
    if (!stmt) return NULL;
    if (sqlite3_step(stmt) == SQLITE_ROW) return g_strdup(gm_column_text(stmt, 0));
    gm_store_error_set(store, error);
    return NULL;
}

/* --- output --- */

/* <name>-<start of the id>: what people look for, and never two contents under one name. */
static char *output_name(const gm_model *model) {
    enum { LONGEST = 80, DIGITS = 12 };
    g_autofree char *name = g_strndup(model->name, LONGEST);
    g_strcanon(name, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "-_.", '_');
    if (*name == '.') *name = '_';
    return g_strdup_printf("%s-%.*s", name, DIGITS, model->incident_id);
}

static bool write_reports(gm_work *w, const gm_model *model, GError **error) {
    static const gm_render_options usual;
    g_auto(GStrv) names = g_strsplit(w->batch->formats, ",", -1);
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], "db") != 0 && !gm_cli_report(model, names[i], w->part, true, &usual, error)) return false;
    if (!gm_batch_wants(w->batch, "db")) g_unlink(w->database);
    g_autofree char *path = g_build_filename(w->part, "result.json", NULL);
    return g_file_set_contents(path, w->result->str, (gssize)w->result->len, error);
}

static bool same_result_there(const char *target, const char *settings) {
    g_autofree char *path = g_build_filename(target, "result.json", NULL), *text = NULL;
    gsize n;
    gm_line_kept kept;
    return g_file_get_contents(path, &text, &n, NULL) && gm_line_read(text, n, &kept) &&
           strcmp(kept.settings, settings) == 0;
}

/* The part gets its name. One that is there already is the same incident: the same result stays, another is replaced
 * when that is allowed. */
static bool publish(gm_work *w, GError **error) {
    g_autofree char *target = g_build_filename(w->batch->folder, w->output, NULL),
                    *mine = g_build_filename(target, "result.json", NULL);
    if (g_rename(w->part, target) == 0) return true;
    bool there = errno == ENOTEMPTY || errno == EEXIST;
    if (there && !w->batch->force && same_result_there(target, w->batch->settings)) return true;
    if (there && w->batch->force && g_file_test(mine, G_FILE_TEST_EXISTS)) {
        gm_batch_remove(target);
        if (g_rename(w->part, target) == 0) return true;
    }
    if (there) g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS, "%s exists already; -f overwrites it", target);
    else g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot make %s: %s", target, g_strerror(errno));
    return false;
}

/* --- the work --- */

static bool put_line(const gm_work *w, const char *status, int code, const char *message, const char *result) {
    g_autoptr(GString) line = g_string_new(NULL);
    g_autofree char *path = g_strdup_printf("%s.line", w->part);
    gm_line_write(w->bundle, status, code, message, result, line);
    return g_file_set_contents(path, line->str, (gssize)line->len, NULL);
}

static int fail(const gm_work *w, const GError *error) {
    int code = gm_cli_code_of(error);
    return put_line(w, "failed", code, error ? error->message : "interrupted", NULL) ? code : GM_EXIT_TRANSIENT;
}

/* The result of an earlier run, judged by the options of this one; -1: there is none, or not in the one line that it
 * was. */
static int answer_kept(const gm_work *w, const char *id) {
    const char *path = g_hash_table_lookup(w->batch->kept, id);
    g_autofree char *text = NULL;
    gsize n;
    gm_line_kept kept;
    if (!path || !g_file_get_contents(path, &text, &n, NULL) || strchr(text, '\n') || !gm_line_read(text, n, &kept))
        return -1;
    int code = gm_cli_code(kept.worst, w->batch->fail_on, w->batch->strict, kept.data_lost);
    return put_line(w, "skipped", code, NULL, text) ? code : GM_EXIT_TRANSIENT;
}

static bool analyze(gm_work *w, gm_model **model, GError **error) {
    g_autoptr(gm_store) store = gm_store_open(w->database, GM_STORE_ANALYZE, error);
    return store && gm_cli_analyze(store, error) && (*model = gm_cli_model(store, error));
}

static int judge(gm_work *w, const gm_model *model) {
    g_autoptr(GError) error = NULL;
    gm_line_facts facts = {.settings = w->batch->settings, .data_lost = w->data_lost, .worst = gm_cli_worst(model)};
    if (w->batch->folder) facts.output = w->output = output_name(model);
    gm_line_result(model, &facts, w->result);
    if (w->batch->folder && (!write_reports(w, model, &error) || !publish(w, &error))) return fail(w, error);
    int code = gm_cli_code(facts.worst, w->batch->fail_on, w->batch->strict, w->data_lost);
    return put_line(w, "ok", code, NULL, w->result->str) ? code : GM_EXIT_TRANSIENT;
}

static int work(gm_work *w) {
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_model) model = NULL;
    if (!take(w, &error)) return fail(w, error);
    g_autofree char *id = read_id(w->database, &error);
    if (!id) return fail(w, error);
    int kept = answer_kept(w, id);
    if (kept >= 0) return kept;
    return analyze(w, &model, &error) ? judge(w, model) : fail(w, error);
}

int gm_batch_work(const gm_batch *batch, const char *bundle, const char *part) {
    gm_work w = {.batch = batch,
                 .bundle = bundle,
                 .part = part,
                 .database = g_build_filename(part, "incident.db", NULL),
                 .result = g_string_new(NULL)};
    int code = work(&w);
    g_string_free(w.result, TRUE);
    g_free(w.database);
    g_free(w.output);
    return code;
}
