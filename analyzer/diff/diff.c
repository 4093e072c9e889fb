/* The comparison from end to end: match, judge, gate, order, word, write. Called by the command line with two sides
 * that read.c or result.c made. */
#include "analyzer/diff/diff_private.h"

#define DETAILED_PAIRS 50 /* the worst; of the others only what matters is kept */

static void free_pair(gpointer data) {
    gm_pair *pair = data;
    for (guint i = 0; i < pair->differences->len; i++) g_free(g_array_index(pair->differences, gm_difference, i).text);
    g_array_unref(pair->differences);
    g_free(pair->summary);
    g_free(pair);
}

bool gm_diff_write(const gm_diff_side *a, const gm_diff_side *b, gm_diff_mode mode, const gm_thresholds *thresholds,
                   gm_store *out, GError **error) {
    bool named = mode != GM_DIFF_SIDES;
    gm_diff diff = {.a = a,
                    .b = b,
                    .mode = mode,
                    .threshold = thresholds->value,
                    .a_words = named ? "the baseline" : "A",
                    .b_words = named ? "this run" : "B"};
    diff.pairs = g_ptr_array_new_with_free_func(free_pair);
    diff.merged = g_ptr_array_new_with_free_func((GDestroyNotify)gm_diff_container_free);
    gm_diff_match(&diff);
    for (guint i = 0; i < diff.pairs->len; i++) {
        gm_pair *pair = diff.pairs->pdata[i];
        gm_diff_judge(&diff, pair);
        gm_diff_gate(pair);
    }
    gm_diff_order_pairs(&diff);
    for (guint i = 0; i < diff.pairs->len; i++) {
        gm_pair *pair = diff.pairs->pdata[i];
        gm_diff_order(pair, i < DETAILED_PAIRS);
        gm_diff_word(&diff, pair);
    }
    gm_diff_summarize(&diff);
    bool ok = gm_diff_write_rows(&diff, out, error);
    g_ptr_array_unref(diff.pairs);
    g_ptr_array_unref(diff.merged);
    g_free(diff.summary);
    return ok;
}
