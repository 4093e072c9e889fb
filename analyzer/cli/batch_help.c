/* What the parts of a batch share: which files are kept, folders that go away, the worse of two exit codes. */
#include "analyzer/cli/batch.h"

#include <glib/gstdio.h>

bool gm_batch_wants(const gm_batch *batch, const char *format) {
    g_auto(GStrv) names = g_strsplit(batch->formats, ",", -1);
    return g_strv_contains((const char *const *)names, format);
}

void gm_batch_remove(const char *folder) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_unlink(path) != 0) gm_batch_remove(path);
    }
    g_rmdir(folder);
}

int gm_batch_worse(int a, int b) {
    static const int order[] = {GM_EXIT_INTERRUPTED, GM_EXIT_TRANSIENT, GM_EXIT_USAGE, GM_EXIT_DATA_LOST,
                                GM_EXIT_FINDINGS};
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (a == order[i] || b == order[i]) return order[i];
    return GM_EXIT_OK;
}
