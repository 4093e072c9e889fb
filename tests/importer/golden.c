/* The golden runner of the formats: testdata/formats/<format>/<case>.in becomes the rows in <case>.rows.
 *
 * Each case is imported alone, whole and in pieces of irregular sizes, and the dump of all import tables is
 * compared with the file. <case>.path holds the member path when it matters (default: the case's name).
 * Inputs of at most 16 KiB are also cut at every byte (with sanitizers see PADDING_STEP): that must neither fail nor
 * break a limit. A tie between bids fails, so does a format without a case.
 *
 * golden DIRECTORY [FORMAT]; GM_UPDATE=1 writes the .rows files instead of comparing. */
#include "dump.h"

#include "gomortem/format.h"
#include "importer/identity.h"
#include "importer/same_cycles.h"
#include "importer/import.h"
#include "tests/importer/again.h"
#include "tests/importer/chop.h"

enum { CUT_BYTES = 16 << 10, CUTS_PER_STORE = 256 };

/* Within the zeros that fill an archive's blocks. With sanitizers an import takes four times as long. */
#ifdef __SANITIZE_ADDRESS__
enum { PADDING_STEP = 16 };
#else
enum { PADDING_STEP = 1 };
#endif

static int failures;
static gm_store *store; /* of the import that runs */

static void fail(const char *test, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fail(const char *test, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    g_printerr("FAIL %s: %s\n", test, text);
    failures++;
}

/* --- one case --- */
typedef struct {
    char *name;  /* format/case */
    char *stem;  /* file name without suffix */
    char *path;  /* of the member */
    char *bytes; /* exactly len long, so that a sanitizer sees reads beyond */
    size_t len;
} golden_case;

static bool read_case(const char *directory, const char *format, const char *file, golden_case *found) {
    g_autofree char *stem = g_strndup(file, strlen(file) - strlen(".in"));
    *found = (golden_case){.name = g_strdup_printf("%s/%s", format, stem),
                           .stem = g_build_filename(directory, format, stem, NULL)};
    g_autofree char *in = g_strconcat(found->stem, ".in", NULL), *path = g_strconcat(found->stem, ".path", NULL);
    g_autofree char *bytes = NULL;
    if (!g_file_get_contents(in, &bytes, &found->len, NULL)) {
        fail(found->name, "cannot be read");
        return false;
    }
    found->bytes = g_memdup2(bytes, found->len);
    if (!g_file_get_contents(path, &found->path, NULL, NULL)) found->path = g_strdup(stem);
    g_strchomp(found->path);
    return true;
}

static void release_case(golden_case *found) {
    g_free(found->name);
    g_free(found->stem);
    g_free(found->path);
    g_free(found->bytes);
}

/* What was left out has reasons that add up. */
static void check_reasons(const char *name) {
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "SELECT path FROM member m WHERE left_out IS NOT (SELECT coalesce (sum (records), 0)"
                         " FROM left_out l WHERE l.member_id = m.member_id)",
                         &error);
    if (!stmt || sqlite3_step(stmt) != SQLITE_DONE)
        fail(name, "left_out of its members is not the sum of the reasons: %s", error ? error->message : "");
}

/* The dump of the case imported alone; NULL after a failure. */
static char *import_case(const golden_case *found, const gm_chop *chop) {
    g_autoptr(GError) error = NULL;
    gm_importer importer;
    store = gm_again(store);
    gm_importer_init(&importer, store, &gm_limits_default, NULL);
    if (chop) {
        importer.wrap = gm_chop_wrap;
        importer.wrap_context = (void *)chop;
    }
    gm_status status = gm_importer_add(&importer, gm_span_of(found->path), (gm_span){found->bytes, found->len});
    if (status != GM_FATAL) status = gm_importer_finish(&importer);
    if (importer.ties > 0) fail(found->name, "two formats bid the same");
    gm_importer_release(&importer);
    if (status == GM_FATAL || !gm_identity_settle(store, NULL, &error) || !gm_same_cycles_leave_out(store, &error)) {
        fail(found->name, "import failed: %s", error ? error->message : "fatal");
        return NULL;
    }
    check_reasons(found->name);
    GString *dump = g_string_new(NULL);
    gm_dump_incident(store, dump);
    return g_string_free(dump, FALSE);
}

/* --- comparing --- */
static void show_difference(const char *name, const char *what, const char *expected, const char *found) {
    g_auto(GStrv) left = g_strsplit(expected, "\n", -1);
    g_auto(GStrv) right = g_strsplit(found, "\n", -1);
    guint line = 0;
    while (left[line] && right[line] && strcmp(left[line], right[line]) == 0) line++;
    fail(name, "%s differs at line %u\n  expected: %s\n  found:    %s", what, line + 1,
         left[line] ? left[line] : "(end)", right[line] ? right[line] : "(end)");
}

static void compare_rows(const golden_case *found, const char *dump) {
    g_autofree char *rows = g_strconcat(found->stem, ".rows", NULL);
    g_autofree char *expected = NULL;
    if (g_getenv("GM_UPDATE")) {
        if (!g_file_set_contents(rows, dump, -1, NULL)) fail(found->name, "cannot write %s", rows);
        return;
    }
    if (!g_file_get_contents(rows, &expected, NULL, NULL)) {
        fail(found->name, "there is no %s", rows);
    } else if (strcmp(expected, dump) != 0) {
        show_difference(found->name, "the dump", expected, dump);
    }
}

/* The size of the blocks must not change anything. */
static void compare_pieces(const golden_case *found, const char *dump) {
    static const size_t ones[] = {1}, odd[] = {1, 7, 64, 3, 1000, 13};
    static const gm_chop chops[] = {{ones, G_N_ELEMENTS(ones)}, {odd, G_N_ELEMENTS(odd)}};
    for (size_t i = 0; i < G_N_ELEMENTS(chops); i++) {
        g_autofree char *pieces = import_case(found, &chops[i]);
        if (pieces && strcmp(pieces, dump) != 0) show_difference(found->name, "the dump in pieces", dump, pieces);
    }
}

/* Where to cut after len. */
static size_t next_cut(const golden_case *found, size_t len) {
    static const char zeros[PADDING_STEP];
    for (len++; len < found->len && len % PADDING_STEP != 0; len++)
        if (len < PADDING_STEP || memcmp(found->bytes + len - PADDING_STEP, zeros, PADDING_STEP) != 0) break;
    return len;
}

static void cut_everywhere(const golden_case *found) {
    for (size_t len = 0; len < found->len;) {
        gm_importer importer;
        store = gm_again(store);
        gm_importer_init(&importer, store, &gm_limits_default, NULL);
        for (int i = 0; i < CUTS_PER_STORE && len < found->len; i++, len = next_cut(found, len)) {
            g_autofree char *bytes = g_memdup2(found->bytes, len);
            if (gm_importer_add(&importer, gm_span_of(found->path), (gm_span){bytes, len}) == GM_FATAL) {
                fail(found->name, "cut to %zu bytes, the import fails", len);
                len = found->len;
            }
        }
        if (gm_importer_finish(&importer) == GM_FATAL) fail(found->name, "cut, the import fails at its end");
        gm_importer_release(&importer);
    }
}

static void run_case(const char *directory, const char *format, const char *file) {
    golden_case found;
    if (read_case(directory, format, file, &found)) {
        g_autofree char *dump = import_case(&found, NULL);
        if (dump) {
            compare_rows(&found, dump);
            compare_pieces(&found, dump);
        }
        if (found.len <= CUT_BYTES) cut_everywhere(&found);
    }
    release_case(&found);
}

/* --- all cases --- */
static gint compare_names(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *list(const char *directory) {
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    GDir *dir = g_dir_open(directory, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) g_ptr_array_add(names, g_strdup(name));
    if (dir) g_dir_close(dir);
    g_ptr_array_sort(names, compare_names);
    return names;
}

static int run_format(const char *directory, const char *format) {
    int cases = 0;
    g_autofree char *folder = g_build_filename(directory, format, NULL);
    g_autoptr(GPtrArray) files = list(folder);
    for (guint i = 0; i < files->len; i++) {
        const char *file = g_ptr_array_index(files, i);
        if (!g_str_has_suffix(file, ".in")) continue;
        run_case(directory, format, file);
        cases++;
    }
    if (cases == 0) fail(format, "there is no case for this format");
    return cases;
}

static void check_folders(const char *directory) {
    g_autoptr(GPtrArray) folders = list(directory);
    for (guint i = 0; i < folders->len; i++) {
        bool known = false;
        for (const gm_format *const *format = gm_formats; *format; format++) {
            known |= strcmp((*format)->name, g_ptr_array_index(folders, i)) == 0;
        }
        if (!known) fail(g_ptr_array_index(folders, i), "there is no such format");
    }
}

int main(int argc, char **argv) {
    int cases = 0;
    if (argc < 2) {
        g_printerr("usage: golden DIRECTORY [FORMAT]\n");
        return 2;
    }
    if (argc == 2) check_folders(argv[1]);
    for (const gm_format *const *format = gm_formats; *format; format++) {
        if (argc == 2 || strcmp(argv[2], (*format)->name) == 0) cases += run_format(argv[1], (*format)->name);
    }
    gm_store_free(store);
    g_print("%d cases, %d failures\n", cases, failures);
    return failures > 0 || cases == 0;
}
