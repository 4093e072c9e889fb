/* Which bundles a batch is about, and which of them an earlier run has finished. Before the pool of processes. */
#include "analyzer/cli/batch.h"

#include "gomortem/overview.h"

#include <stdio.h>
#include <stdlib.h>

/* The same on every machine and in every run: by the name alone, so that a moved folder is cut in the same way. */
static bool in_shard(const gm_batch *batch, const char *path) {
    if (batch->shards <= 1) return true;
    g_autofree char *name = g_path_get_basename(path);
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize n = sizeof digest;
    uint64_t number = 0;
    g_checksum_update(hash, (const guchar *)name, (gssize)strlen(name));
    g_checksum_get_digest(hash, digest, &n);
    for (int i = 0; i < 8; i++) number = number << 8 | digest[i];
    return number % (uint64_t)batch->shards == (uint64_t)(batch->shard - 1);
}

static void add(gm_batch *batch, char *path) {
    if (in_shard(batch, path)) g_ptr_array_add(batch->bundles, path);
    else g_free(path);
}

static gint by_name(gconstpointer a, gconstpointer b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_folder(gm_batch *batch, const char *folder, GError **error) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
    if (!dir) return false;
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    while ((name = g_dir_read_name(dir)))
        if (*name != '.') g_ptr_array_add(names, g_strdup(name));
    g_ptr_array_sort(names, by_name);
    for (guint i = 0; i < names->len; i++) add(batch, g_build_filename(folder, names->pdata[i], NULL));
    return true;
}

static bool add_path(gm_batch *batch, const char *path, GError **error) {
    if (!batch->whole && g_file_test(path, G_FILE_TEST_IS_DIR)) return add_folder(batch, path, error);
    add(batch, g_strdup(path));
    return true;
}

/* One path a line; a folder is a bundle here, because whoever writes a list knows. */
static bool add_manifest(gm_batch *batch, GError **error) {
    bool standard = strcmp(batch->manifest, "-") == 0;
    FILE *file = standard ? stdin : fopen(batch->manifest, "re");
    char *line = NULL;
    size_t size = 0;
    if (!file) {
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "cannot read the manifest %s", batch->manifest);
        return false;
    }
    while (getline(&line, &size, file) >= 0) {
        g_strstrip(line);
        if (*line && *line != '#') add(batch, g_strdup(line));
    }
    free(line);
    if (!standard) fclose(file);
    return true;
}

bool gm_batch_list(gm_batch *batch, char **paths, GError **error) {
    for (size_t i = 0; paths[i]; i++)
        if (!add_path(batch, paths[i], error)) return false;
    return !batch->manifest || add_manifest(batch, error);
}

void gm_batch_find_kept(gm_batch *batch) {
    g_autoptr(GDir) dir = batch->folder && batch->skip_existing ? g_dir_open(batch->folder, 0, NULL) : NULL;
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(batch->folder, name, "result.json", NULL), *text = NULL;
        gsize n;
        gm_line_kept kept;
        if (*name == '.' || !g_file_get_contents(path, &text, &n, NULL) || !gm_line_read(text, n, &kept)) continue;
        if (strcmp(kept.settings, batch->settings) == 0)
            g_hash_table_insert(batch->kept, g_strdup(kept.incident_id), g_steal_pointer(&path));
    }
}
