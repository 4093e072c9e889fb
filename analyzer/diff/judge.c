/* Judges each fact of a pair: what is new, gone, worse, better, changed, the same, or unknown because one side has no
 * record of it. Every judgement is symmetric: with the sides swapped it is the mirrored one. After match.c. */
#include "analyzer/diff/diff_private.h"

#include <math.h>

#define NOISE_ERRORS 3.0 /* sampling errors that lie between two sites that are told apart */

static double threshold(const gm_diff *diff, gm_threshold which) {
    return which == GM_TH_COUNT ? 0 : diff->threshold[which];
}

/* More on side B is worse; on side A, better. From nothing it is new, to nothing it is gone. */
static gm_judgement by_sign(double a, double b, bool from_nothing) {
    if (from_nothing && a <= 0) return GM_JUDGE_NEW;
    if (from_nothing && b <= 0) return GM_JUDGE_GONE;
    return b > a ? GM_JUDGE_WORSE : GM_JUDGE_BETTER;
}

static bool apart(const gm_diff *diff, const gm_diff_family *family, double a, double b) {
    double low = fmin(a, b), high = fmax(a, b);
    return high - low > threshold(diff, family->least) && high > low * (1 + threshold(diff, family->pct) / 100);
}

static double unknown_is_0(double value) {
    return isnan(value) ? 0 : value;
}

static gm_judgement judge_level(const gm_diff *diff, const gm_diff_family *family, const gm_difference *d) {
    double error = NOISE_ERRORS * hypot(unknown_is_0(d->a.noise), unknown_is_0(d->b.noise));
    if (!apart(diff, family, d->a.value, d->b.value) || fabs(d->b.value - d->a.value) <= error) return GM_JUDGE_SAME;
    return by_sign(d->a.value, d->b.value, family->known != NULL);
}

/* What one side must gain a minute to be told from noise: the material growth over its record, or the sampling error.
 */
static double floor_of(const gm_diff *diff, const gm_difference *d, const gm_diff_fact *fact) {
    if (d->family == GM_DIFF_FAMILY_BUCKET_GROWTH)
        return diff->threshold[GM_TH_MATERIAL_BYTES] / fmax(fact->noise, 1e-3);
    if (d->family == GM_DIFF_FAMILY_GOROUTINES_GROWTH)
        return diff->threshold[GM_TH_GOROUTINE_MIN] / fmax(fact->noise, 1e-3);
    return 0;
}

static double growth_of(const gm_diff *diff, const gm_difference *d, const gm_diff_fact *fact) {
    return fact->value > floor_of(diff, d, fact) ? fact->value : 0;
}

static gm_judgement judge_growth(const gm_diff *diff, const gm_diff_family *family, const gm_difference *d) {
    double a = growth_of(diff, d, &d->a), b = growth_of(diff, d, &d->b);
    bool of_bytes = g_str_has_prefix(d->unit ? d->unit : "", "bytes"), site = d->family == GM_DIFF_FAMILY_SITE_GROWTH;
    double error = site ? NOISE_ERRORS * hypot(unknown_is_0(d->a.noise), unknown_is_0(d->b.noise)) : 0;
    gm_diff_family counted = *family;
    if (!of_bytes) counted.least = GM_TH_COUNT;
    if (!apart(diff, &counted, a, b)) return GM_JUDGE_SAME;
    if (a > 0 && b > 0 && fabs(b - a) <= error) return GM_JUDGE_SAME;
    return by_sign(a, b, true);
}

/* Events are compared by how often they came, for a longer record holds more. */
static gm_judgement judge_count(const gm_diff *diff, const gm_diff_family *family, const gm_difference *d) {
    if (d->a.value == d->b.value && d->a.value <= 0) return GM_JUDGE_SAME;
    if (d->a.value <= 0 || d->b.value <= 0) return by_sign(d->a.value, d->b.value, true);
    double a = d->a.value / fmax(d->a.noise, 1e-6), b = d->b.value / fmax(d->b.noise, 1e-6);
    if (isnan(d->a.noise) || isnan(d->b.noise)) a = d->a.value, b = d->b.value;
    return apart(diff, family, a, b) ? by_sign(a, b, false) : GM_JUDGE_SAME;
}

static gm_judgement judge_rank(const gm_difference *d) {
    if (d->a.value == d->b.value) return GM_JUDGE_SAME;
    return by_sign(d->a.value, d->b.value, d->family == GM_DIFF_FAMILY_FINDING);
}

static gm_judgement judge_words(const gm_pair *pair, const gm_difference *d) {
    bool numbers = !isnan(d->a.value) && !isnan(d->b.value);
    if (numbers ? d->a.value == d->b.value : g_strcmp0(d->a.text, d->b.text) == 0) return GM_JUDGE_SAME;
    if (d->a.text && d->b.text) return GM_JUDGE_CHANGED;
    if (d->b.text) return pair->a->known[d->family] ? GM_JUDGE_NEW : GM_JUDGE_UNKNOWN;
    return pair->b->known[d->family] ? GM_JUDGE_GONE : GM_JUDGE_UNKNOWN;
}

static gm_judgement judge_numbers(const gm_diff *diff, const gm_diff_family *family, const gm_difference *d) {
    switch (family->kind) {
    case GM_DIFF_LEVEL: return judge_level(diff, family, d);
    case GM_DIFF_GROWTH: return judge_growth(diff, family, d);
    case GM_DIFF_COUNT: return judge_count(diff, family, d);
    case GM_DIFF_RANK: return judge_rank(d);
    case GM_DIFF_NEUTRAL: return apart(diff, family, d->a.value, d->b.value) ? GM_JUDGE_CHANGED : GM_JUDGE_SAME;
    case GM_DIFF_WORDS: break;
    }
    return GM_JUDGE_UNKNOWN;
}

/* Nothing to tell: no rule fired on either side, no site or bucket holds anything. */
static bool is_idle(const gm_diff_family *family, const gm_difference *d) {
    bool any = (!isnan(d->a.value) && d->a.value != 0) || (!isnan(d->b.value) && d->b.value != 0);
    if (family->kind == GM_DIFF_WORDS) return !d->a.text && !d->b.text;
    if (isnan(d->a.value) && isnan(d->b.value)) return true;
    bool many = family->kind == GM_DIFF_GROWTH || family->kind == GM_DIFF_LEVEL || d->family == GM_DIFF_FAMILY_FINDING;
    bool single = family->rule && *family->rule;
    return many && !single && !any;
}

static void fill_side(const gm_diff_container *c, const gm_diff_fact *fact, int family, const char *item,
                      gm_diff_fact *out) {
    bool zero = !fact && c && c->known[family] && gm_diff_families[family].kind != GM_DIFF_WORDS;
    if (fact) *out = *fact;
    else
        *out = (gm_diff_fact){.family = family,
                              .container_id = c ? c->container_id : GM_UNKNOWN,
                              .value = zero ? 0 : NAN,
                              .noise = NAN,
                              .item = item};
}

static bool grows(const gm_diff_container *c) {
    const gm_diff_fact *growth = gm_diff_find(c, GM_DIFF_FAMILY_GROWTH, "memory");
    return !growth || !(growth->value <= 0);
}

/* Less on the side that was recorded for a shorter time says nothing while that side grows: it had less time. */
static bool lacks_time(const gm_pair *pair, const gm_difference *d) {
    bool adds_up = gm_diff_families[d->family].kind == GM_DIFF_LEVEL && d->family != GM_DIFF_FAMILY_BUCKET_FIRST &&
                   (strcmp(d->unit, "bytes") == 0 || strcmp(d->unit, "count") == 0);
    if (!adds_up || strcmp(pair->windows, "differ") != 0 || d->a.value == d->b.value) return false;
    bool a_shorter = pair->a->seconds < pair->b->seconds, a_less = d->a.value < d->b.value;
    return a_shorter == a_less && grows(a_shorter ? pair->a : pair->b);
}

static void judge_item(const gm_diff *diff, gm_pair *pair, int id, const gm_diff_fact *a, const gm_diff_fact *b) {
    const gm_diff_family *family = &gm_diff_families[id];
    gm_difference d = {.family = id,
                       .item = a ? a->item : b->item,
                       .unit = a && a->unit   ? a->unit
                               : b && b->unit ? b->unit
                                              : family->unit};
    fill_side(pair->a, a, id, d.item, &d.a);
    fill_side(pair->b, b, id, d.item, &d.b);
    if (is_idle(family, &d)) return;
    bool whole = pair->a && pair->b,
         told = id == GM_DIFF_FAMILY_VERDICT || id == GM_DIFF_FAMILY_CAUSE || id == GM_DIFF_FAMILY_FINDING;
    if (!whole && !told) return; /* a container that is not there has no numbers to compare */
    if (!whole) d.judgement = pair->b ? GM_JUDGE_NEW : GM_JUDGE_GONE;
    else if (family->kind == GM_DIFF_WORDS) d.judgement = judge_words(pair, &d);
    else if (isnan(d.a.value) || isnan(d.b.value)) d.judgement = GM_JUDGE_UNKNOWN;
    else d.judgement = judge_numbers(diff, family, &d);
    if (whole && d.judgement != GM_JUDGE_SAME && lacks_time(pair, &d)) d.judgement = GM_JUDGE_UNKNOWN;
    d.material = family->material && d.judgement != GM_JUDGE_SAME && d.judgement != GM_JUDGE_UNKNOWN;
    g_array_append_val(pair->differences, d);
}

static const gm_diff_fact *fact_at(const gm_diff_container *c, guint at) {
    return c && at < c->facts->len ? &g_array_index(c->facts, gm_diff_fact, at) : NULL;
}

/* Below, equal or above 0 as the facts sort; one that is not there sorts behind all. */
static int compare(const gm_diff_fact *a, const gm_diff_fact *b) {
    if (!a || !b) return (int)(b != NULL) - (int)(a != NULL);
    return a->family != b->family ? a->family - b->family : strcmp(a->item, b->item);
}

static const char *windows_of(const gm_pair *pair) {
    bool known = pair->a && pair->b && pair->a->seconds > 0 && pair->b->seconds > 0;
    double ratio = known ? pair->a->seconds / pair->b->seconds : NAN;
    return !known ? "unknown" : ratio > 2 || ratio < 0.5 ? "differ" : "alike";
}

void gm_diff_judge(const gm_diff *diff, gm_pair *pair) {
    pair->windows = windows_of(pair);
    guint i = 0, k = 0;
    for (;;) {
        const gm_diff_fact *a = fact_at(pair->a, i), *b = fact_at(pair->b, k);
        int order = compare(a, b);
        if (!a && !b) break;
        const gm_diff_fact *first = order <= 0 ? a : NULL, *second = order >= 0 ? b : NULL;
        judge_item(diff, pair, first ? first->family : second->family, first, second);
        i += first != NULL, k += second != NULL;
    }
}

const gm_difference *gm_pair_find(const gm_pair *pair, int family, const char *item) {
    for (guint i = 0; i < pair->differences->len; i++) {
        const gm_difference *d = &g_array_index(pair->differences, gm_difference, i);
        if (d->family == family && strcmp(d->item, item) == 0) return d;
    }
    return NULL;
}
