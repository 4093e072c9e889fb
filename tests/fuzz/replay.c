/* Runs a fuzz target over files instead of a fuzzer: replay FILE|DIRECTORY...
 *
 * Linked to any target of this folder in ordinary test builds, so that every input that ever failed stays
 * checked and that the targets themselves do not rot. Files of a directory come in the order of their names,
 * without what golden cases keep beside their inputs (.rows, .path, a script); it is an error when there are none. Each
 * input is copied to memory of exactly its size. A target with a mutator is run over a few mutations of each input as
 * well, always the same ones. */
#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "mutate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak)); /* not every target has one */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#pragma weak LLVMFuzzerCustomMutator

enum { MUTATIONS = 25, MUTATION_MAX = 1 << 15 };

static int replayed;

/* One byte is changed, comes twice or is taken out. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size) {
    static gm_dice dice = {UINT64_C(88172645463325252)};
    size_t at = gm_dice_roll(&dice, size);
    if (max_size == 0) return 0;
    if (size == 0) {
        data[0] = (uint8_t)gm_dice_roll(&dice, 256);
        return 1;
    }
    switch (gm_dice_roll(&dice, 4)) {
    case 0:
        if (size == max_size) return size;
        memmove(data + at + 1, data + at, size - at);
        return size + 1;
    case 1: memmove(data + at, data + at + 1, size - at - 1); return size > 1 ? size - 1 : size;
    default: data[at] = (uint8_t)gm_dice_roll(&dice, 256); return size;
    }
}

static void run(const uint8_t *data, size_t size) {
    g_autofree uint8_t *exact = g_memdup2(data, size);
    LLVMFuzzerTestOneInput(exact, size);
    replayed++;
}

/* Each mutation is made from the one before. */
static void run_mutated(const char *bytes, size_t len) {
    if (!LLVMFuzzerCustomMutator || len > MUTATION_MAX) return;
    g_autofree uint8_t *mutated = g_malloc(MUTATION_MAX);
    memcpy(mutated, bytes, len);
    for (unsigned seed = 1; seed <= MUTATIONS; seed++) {
        len = LLVMFuzzerCustomMutator(mutated, len, MUTATION_MAX, seed);
        run(mutated, len);
    }
}

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
    run((const uint8_t *)bytes, len);
    run_mutated(bytes, len);
    return true;
}

static bool is_beside(const char *name) {
    return g_str_has_suffix(name, ".rows") || g_str_has_suffix(name, ".path") || g_str_has_suffix(name, ".py");
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
