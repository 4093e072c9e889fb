/* Runs a fuzz target over files instead of a fuzzer: replay FILE|DIRECTORY...
 *
 * Linked to any target of this folder in ordinary test builds, so that every input that ever failed stays
 * checked and that the targets themselves do not rot. Files of a directory come in the order of their names,
 * without what golden cases keep beside their inputs (.rows, .path); it is an error when there are none. Each
 * input is copied to memory of exactly its size. */
#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak)); /* not every target has one */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replayed;

static gint compare_names(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool replay_file(const char *path) {
    g_autofree char *bytes = NULL;
    gsize len;
    g_autoptr(GError) error = NULL;
    if (!g_file_get_contents(path, &bytes, &len, &error)) {
        g_printerr("%s\n", error->message);
        return false;
    }
    g_autofree uint8_t *exact = g_memdup2(bytes, len);
    LLVMFuzzerTestOneInput(exact, len);
    replayed++;
    return true;
}

static bool is_beside(const char *name) {
    return g_str_has_suffix(name, ".rows") || g_str_has_suffix(name, ".path");
}

static bool replay(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    bool done = true;
    if (!dir) return replay_file(path);
    while ((name = g_dir_read_name(dir))) {
        if (!is_beside(name)) g_ptr_array_add(names, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(names, compare_names);
    for (guint i = 0; i < names->len; i++) done &= replay(g_ptr_array_index(names, i));
    return done;
}

int main(int argc, char **argv) {
    bool done = true;
    if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) done &= replay(argv[i]);
    if (replayed == 0) g_printerr("nothing to replay\n");
    return done && replayed > 0 ? 0 : 1;
}
