/* Fuzz target: PromQL and rule files. The first byte decides which; what is taken as an expression is evaluated over a
 * small history, as Prometheus 2 and 3 would. */
#include "analyzer/replay/alerts.h"
#include "analyzer/replay/replay_private.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gm_prom_history *small_history(void) {
    gm_prom_history *history = gm_prom_history_new();
    static const char *const metrics[] = {"a", "b", "container_memory_rss"}, *const pods[] = {"x", "y"};
    for (int m = 0; m < 3; m++)
        for (int p = 0; p < 2; p++) {
            const gm_prom_label labels[] = {{GM_PROM_NAME, metrics[m]}, {"pod", pods[p]}};
            gm_prom_series *series = gm_prom_history_series(history, gm_prom_labels_of(history, labels, 2));
            for (int i = 0; i < 20; i++)
                gm_prom_series_add(series, i * 15000, i == 7 && m == 0 ? (double)NAN : (double)(i * i % 11 + p));
        }
    return history;
}

static void evaluate(const gm_prom_expr *expr) {
    g_autoptr(gm_prom_history) history = small_history();
    for (int v3 = 0; v3 < 2; v3++) {
        g_autoptr(gm_prom_query) query = gm_prom_query_new(expr, history, v3);
        const gm_rule_spec rule = {.name = "fuzz", .for_ms = 15000, .keep_ms = 15000};
        gm_alert_run run;
        gm_alert_replay(query, &rule, 0, 300000, 15000, history, &run);
        gm_alert_run_release(&run);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) return 0;
    gm_arena *arena = gm_arena_new(64u << 20);
    gm_span text = {(const char *)data + 1, size - 1};
    if (data[0] & 1) {
        gm_prom_expr expr;
        if (gm_prom_parse(text, arena, &expr) && expr.n_nodes < 200) evaluate(&expr);
        gm_prom_expr_release(&expr);
    } else {
        size_t n = 0;
        gm_replay_rule *rules = gm_replay_rule_file(text, arena, &n, NULL);
        for (size_t i = 0; rules && i < n; i++) gm_prom_expr_release(&rules[i].expr);
    }
    gm_arena_free(arena);
    return 0;
}
