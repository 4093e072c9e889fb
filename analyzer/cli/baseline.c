/* --baseline: a good run to compare with, given as a database, a bundle or a JSON result. Between the options of run,
 * analyze and batch and the comparison (diff.h), which is kept in the incident's own tables. */
#include "analyzer/cli/cli.h"

#include "gomortem/diff.h"

#define LARGEST_RESULT ((gsize)64 << 20)

static gm_diff_side *baseline; /* for every incident of this call */

/* NULL without error: the file is no JSON result. */
static gm_diff_side *read_result(const char *path, GError **error) {
    g_autoptr(GMappedFile) file =
        g_file_test(path, G_FILE_TEST_IS_REGULAR) ? g_mapped_file_new(path, FALSE, NULL) : NULL;
    const char *text = file ? g_mapped_file_get_contents(file) : NULL;
    gsize n = file ? g_mapped_file_get_length(file) : 0;
    if (!text || n > LARGEST_RESULT || !gm_diff_is_result(text, n)) return NULL;
    return gm_diff_read_result(text, n, error);
}

static gm_diff_side *read_incident(const char *path, GError **error) {
    const char *paths[] = {path, NULL};
    gm_cli_incident incident;
    gm_diff_side *side = gm_cli_open_to_read(paths, &incident, error) ? gm_diff_read(incident.store, error) : NULL;
    gm_cli_close(&incident);
    return side;
}

bool gm_cli_baseline(const char *path, GError **error) {
    GError *problem = NULL;
    g_clear_pointer(&baseline, gm_diff_side_free);
    if (!path) return true;
    baseline = read_result(path, &problem);
    if (!baseline && !problem) baseline = read_incident(path, &problem);
    if (problem) g_propagate_prefixed_error(error, problem, "--baseline %s: ", path);
    return baseline != NULL;
}

const char *gm_cli_baseline_id(void) {
    return baseline ? gm_diff_side_id(baseline) : NULL;
}

static bool compare(gm_store *store, GError **error) {
    g_autoptr(gm_diff_side) now = gm_diff_read(store, error);
    return now && gm_diff_write(baseline, now, GM_DIFF_REGRESS, gm_cli_thresholds(), store, error);
}

gm_model *gm_cli_model(gm_store *store, GError **error) {
    return !baseline || compare(store, error) ? gm_model_read(store, error) : NULL;
}
