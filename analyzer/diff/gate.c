/* What of the differences calls for action, and how severe it is: --fail-on and every CI format look at nothing else. A
 * rule that fires counts unless A could check it and it fired there as severely. After judge.c, before prose.c. */
#include "analyzer/diff/diff_private.h"

#include <math.h>

#define MOST_OF_A_FAMILY 40 /* differences kept: the largest */

const char *gm_diff_severity(double rank) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    return names[rank >= 0 && rank <= 4 ? (int)rank : 0];
}

int gm_diff_verdict_rank(const gm_diff_container *container) {
    const gm_diff_fact *fact = gm_diff_find(container, GM_DIFF_FAMILY_VERDICT, "verdict");
    return fact && !isnan(fact->value) ? (int)fact->value : -1;
}

static const char *cause_of(const gm_diff_container *container) {
    const gm_diff_fact *fact = gm_diff_find(container, GM_DIFF_FAMILY_CAUSE, "verdict");
    return fact ? fact->text : NULL;
}

static void tell(gm_difference *d, const char *rule, const char *severity) {
    d->rule = rule;
    d->severity = severity;
}

static void gate_finding(gm_difference *d) {
    bool fires = d->b.value > 0;
    if (d->judgement == GM_JUDGE_NEW || d->judgement == GM_JUDGE_WORSE || (d->judgement == GM_JUDGE_UNKNOWN && fires))
        tell(d, d->item, gm_diff_severity(d->b.value));
    else if (d->judgement == GM_JUDGE_GONE || d->judgement == GM_JUDGE_BETTER) tell(d, d->item, "info");
}

static void gate_measure(const gm_pair *pair, gm_difference *d) {
    const char *rule = gm_diff_families[d->family].rule;
    if (d->judgement == GM_JUDGE_NEW || d->judgement == GM_JUDGE_WORSE)
        tell(d, rule, gm_diff_severity(MAX(gm_diff_verdict_rank(pair->b), 2)));
    else if (d->judgement == GM_JUDGE_GONE || d->judgement == GM_JUDGE_BETTER) tell(d, rule, "info");
}

/* The verdict's own rule says it already. */
static bool is_told(const gm_pair *pair, const char *cause) {
    const gm_difference *d = cause ? gm_pair_find(pair, GM_DIFF_FAMILY_FINDING, cause) : NULL;
    return d && d->rule;
}

static void gate_verdict(const gm_pair *pair) {
    gm_difference *verdict = (gm_difference *)gm_pair_find(pair, GM_DIFF_FAMILY_VERDICT, "verdict"),
                  *site = (gm_difference *)gm_pair_find(pair, GM_DIFF_FAMILY_BLAME, "verdict");
    int before = gm_diff_verdict_rank(pair->a), now = gm_diff_verdict_rank(pair->b);
    const char *cause = cause_of(pair->b);
    if (!pair->b || !verdict || is_told(pair, cause)) return;
    if (now > before && now > 0) tell(verdict, pair->a ? "baseline_verdict" : cause, gm_diff_severity(now));
    else if (now < before) tell(verdict, "baseline_verdict", gm_diff_severity(now));
    else if (site && now > 0 && site->judgement == GM_JUDGE_CHANGED && g_strcmp0(cause_of(pair->a), cause) == 0)
        tell(site, "baseline_site", gm_diff_severity(now));
}

static bool is_bad(const gm_difference *d) {
    return d->rule && d->judgement != GM_JUDGE_BETTER && d->judgement != GM_JUDGE_GONE;
}

void gm_diff_gate(gm_pair *pair) {
    bool bad = false, good = false;
    for (guint i = 0; pair->b && i < pair->differences->len; i++) {
        gm_difference *d = &g_array_index(pair->differences, gm_difference, i);
        if (d->family == GM_DIFF_FAMILY_FINDING) gate_finding(d);
        else if (d->family == GM_DIFF_FAMILY_GROWTH || d->family == GM_DIFF_FAMILY_PEAK ||
                 d->family == GM_DIFF_FAMILY_GC_CPU)
            gate_measure(pair, d);
    }
    gate_verdict(pair);
    for (guint i = 0; i < pair->differences->len; i++) {
        const gm_difference *d = &g_array_index(pair->differences, gm_difference, i);
        bad |= is_bad(d);
        good |= d->rule && !is_bad(d);
    }
    pair->status = !pair->b ? "gone" : !pair->a ? "new" : bad ? "worse" : good ? "better" : "unchanged";
}

/* --- order --- */

static int rank_of(const gm_difference *d) {
    static const char *const names[] = {"info", "low", "medium", "high", "critical"};
    for (int i = 0; i < 5; i++)
        if (d->severity && strcmp(d->severity, names[i]) == 0) return i;
    return -1;
}

/* What a gate stops at, what got better, what is worth a look, what cannot be told, the rest. */
static int class_of(const gm_difference *d) {
    if (d->rule) return is_bad(d) ? 0 : 1;
    if (d->material) return 2;
    return d->judgement == GM_JUDGE_UNKNOWN ? 4 : d->judgement == GM_JUDGE_SAME ? 5 : 3;
}

static double size_of(const gm_difference *d) {
    double a = isnan(d->a.value) ? 0 : d->a.value, b = isnan(d->b.value) ? 0 : d->b.value;
    return fabs(b - a) > 0 ? fabs(b - a) : fmax(fabs(a), fabs(b)) * 1e-9;
}

static gint by_weight(gconstpointer x, gconstpointer y) {
    const gm_difference *a = x, *b = y;
    int order = class_of(a) - class_of(b);
    bool a_number = a->rule && g_str_has_prefix(a->rule, "baseline_"),
         b_number = b->rule && g_str_has_prefix(b->rule, "baseline_");
    if (!order) order = rank_of(b) - rank_of(a);
    if (!order) order = a_number - b_number;
    if (!order && a->rule && b->rule) order = strcmp(a->rule, b->rule);
    if (!order) order = a->family - b->family;
    if (!order && size_of(a) != size_of(b)) order = size_of(a) > size_of(b) ? -1 : 1;
    return order ? order : strcmp(a->item, b->item);
}

void gm_diff_order(gm_pair *pair, bool details) {
    size_t n[GM_DIFF_FAMILIES] = {0};
    g_array_sort(pair->differences, by_weight);
    guint kept = 0;
    for (guint i = 0; i < pair->differences->len; i++) {
        gm_difference d = g_array_index(pair->differences, gm_difference, i);
        bool matters = d.rule || d.material || d.family == GM_DIFF_FAMILY_VERDICT || d.family == GM_DIFF_FAMILY_CAUSE;
        if (d.rule || ((matters || details) && n[d.family]++ < MOST_OF_A_FAMILY))
            g_array_index(pair->differences, gm_difference, kept++) = d;
    }
    g_array_set_size(pair->differences, kept);
}

static int pair_rank(const gm_pair *pair) {
    static const char *const statuses[] = {"gone", "unchanged", "better", "new", "worse"};
    int rank = 0, worst = -1;
    for (int i = 0; i < 5; i++)
        if (strcmp(pair->status, statuses[i]) == 0) rank = i;
    for (guint i = 0; i < pair->differences->len; i++)
        worst = MAX(worst, rank_of(&g_array_index(pair->differences, gm_difference, i)));
    return worst * 8 + rank;
}

static gint by_rank(gconstpointer x, gconstpointer y) {
    return pair_rank(*(const gm_pair *const *)y) - pair_rank(*(const gm_pair *const *)x);
}

void gm_diff_order_pairs(gm_diff *diff) {
    g_ptr_array_sort(diff->pairs, by_rank); /* stable */
}
