/* The words: a sentence for each difference, and the summary that leads. After gate.c, before write.c. */
#include "analyzer/diff/diff_private.h"

#include "gomortem/human.h"
#include "gomortem/timeline_columns.h"

#include <math.h>

#define LONGEST_NAME  100
#define MOST_SETTINGS 6
#define MOST_SITES    2

/* A name that fits into a sentence. To be freed. */
static char *short_name(const char *text) {
    g_autofree char *valid =
        g_utf8_make_valid(text ? text : "", text ? (gssize)MIN(strlen(text), 8 * LONGEST_NAME) : 0);
    if (g_utf8_strlen(valid, -1) <= LONGEST_NAME) return g_steal_pointer(&valid);
    g_autofree char *cut = g_utf8_substring(valid, 0, LONGEST_NAME);
    return g_strconcat(cut, "\xe2\x80\xa6", NULL);
}

static char *name_of(const gm_difference *d) {
    const gm_diff_family *family = &gm_diff_families[d->family];
    if (d->family == GM_DIFF_FAMILY_GROWTH) return g_strdup("growth of memory");
    if (d->family == GM_DIFF_FAMILY_PEAK) return g_strdup("peak usage");
    if (d->family == GM_DIFF_FAMILY_GC_CPU) return g_strdup("CPU of the collector");
    if (d->family == GM_DIFF_FAMILY_LENGTH) return g_strdup("length of the compared life");
    if (d->family == GM_DIFF_FAMILY_LIVES) return g_strdup("lives");
    if (strcmp(family->area, "verdict") == 0) return g_strdup(family->measure);
    if (strcmp(family->area, "collector") == 0) return g_strdup(family->measure);
    if (strcmp(family->area, "load") == 0) return g_strdup_printf("%s (load)", d->item);
    g_autofree char *words = strcmp(family->area, "bucket") == 0 || strcmp(family->area, "trend") == 0
                                 ? g_strdup(gm_series_label(d->item))
                                 : short_name(d->item);
    return *family->measure ? g_strdup_printf("%s, %s", words, family->measure) : g_steal_pointer(&words);
}

/* What one side says. To be freed. */
static char *value_of(const gm_difference *d, const gm_diff_fact *fact) {
    char text[GM_HUMAN_SIZE];
    gm_diff_kind kind = gm_diff_families[d->family].kind;
    if (kind == GM_DIFF_RANK) return g_strdup(isnan(fact->value) ? "not checked" : gm_diff_severity(fact->value));
    if (kind == GM_DIFF_WORDS) {
        bool none = !fact->text && (d->judgement == GM_JUDGE_NEW || d->judgement == GM_JUDGE_GONE);
        return fact->text ? short_name(fact->text) : g_strdup(none ? "none" : "unknown");
    }
    bool flat = kind == GM_DIFF_GROWTH && fact->value == 0;
    return flat ? g_strdup("flat") : g_strdup(gm_human(text, fact->value, d->unit ? d->unit : ""));
}

/* --- a difference --- */

static const char *finding_text(const gm_difference *d) {
    bool now = d->judgement != GM_JUDGE_GONE || !d->a.text;
    const char *text = now || d->b.text ? d->b.text : d->a.text;
    return text ? text : d->a.text ? d->a.text : d->item;
}

static char *row_text(const gm_diff *diff, const gm_pair *pair, const gm_difference *d) {
    g_autofree char *name = name_of(d), *a = value_of(d, &d->a), *b = value_of(d, &d->b);
    bool gate = diff->mode != GM_DIFF_SIDES;
    if (d->family == GM_DIFF_FAMILY_FINDING && (gate || d->rule)) return g_strdup(finding_text(d));
    if (d->family == GM_DIFF_FAMILY_VERDICT && (gate || d->rule) && d->b.text) return g_strdup(d->b.text);
    if (d->family == GM_DIFF_FAMILY_BLAME && d->rule)
        return g_strdup_printf("%s is to blame %s; %s it was %s", b, gate ? "now" : "in B",
                               gate ? "in the baseline" : "in A", a);
    if (!pair->a || !pair->b) return g_strdup_printf("%s: %s", name, pair->a ? a : b);
    if (gate && d->rule) return g_strdup_printf("%s is %s; in the baseline it was %s", name, b, a);
    if (d->judgement == GM_JUDGE_SAME && strcmp(a, b) == 0) return g_strdup_printf("%s: %s on both sides", name, b);
    return g_strdup_printf("%s: %s in %s, %s in %s", name, a, diff->a_words, b, diff->b_words);
}

/* --- the summary --- */

typedef struct {
    const gm_diff *diff;
    const gm_pair *pair;
    GString *out;
} gm_prose;

static void say(gm_prose *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(gm_prose *p, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (p->out->len) g_string_append(p->out, "; ");
    g_string_append_vprintf(p->out, format, arguments);
    va_end(arguments);
}

/* Growth of anonymous memory; where that is flat and usage grows all the same (files, tmpfs, kernel), that of usage. */
static const gm_difference *growth_of(const gm_pair *pair, bool *of_usage) {
    const gm_difference *memory = gm_pair_find(pair, GM_DIFF_FAMILY_GROWTH, "memory"),
                        *usage = gm_pair_find(pair, GM_DIFF_FAMILY_SLOPE, "usage_bytes");
    bool both = memory && usage && memory->judgement != GM_JUDGE_UNKNOWN && usage->judgement != GM_JUDGE_UNKNOWN;
    *of_usage = both && ((memory->a.value <= 0 && usage->a.value > 0) || (memory->b.value <= 0 && usage->b.value > 0));
    return *of_usage ? usage : memory;
}

static void say_growth(gm_prose *p) {
    bool of_usage;
    const gm_difference *d = growth_of(p->pair, &of_usage);
    g_autofree char *a = g_strconcat(of_usage ? "usage of " : "", p->diff->a_words, NULL),
                    *b = g_strconcat(of_usage ? "usage of " : "", p->diff->b_words, NULL);
    char text[GM_HUMAN_SIZE], other[GM_HUMAN_SIZE];
    if (!d) return;
    gm_human(text, fmax(d->b.value, 0), "bytes/min"), gm_human(other, fmax(d->a.value, 0), "bytes/min");
    switch (d->judgement) {
    case GM_JUDGE_NEW: say(p, "%s grows %s where %s is flat", b, text, a); break;
    case GM_JUDGE_GONE: say(p, "%s is flat where %s grows %s", b, a, other); break;
    case GM_JUDGE_WORSE:
    case GM_JUDGE_BETTER: say(p, "%s grows %s, %s %s", b, text, a, other); break;
    case GM_JUDGE_UNKNOWN: say(p, "how memory grows is unknown in %s", isnan(d->a.value) ? a : b); break;
    case GM_JUDGE_CHANGED:
    case GM_JUDGE_SAME:
        if (d->a.value > 0 && d->b.value > 0) say(p, "both grow about %s", text);
        else say(p, "neither grows for good");
    }
}

static void say_kills(gm_prose *p) {
    const gm_difference *d = gm_pair_find(p->pair, GM_DIFF_FAMILY_KILL, "OOM kills");
    if (!d || isnan(d->a.value) || isnan(d->b.value) || (d->a.value == 0 && d->b.value == 0)) return;
    char a[GM_HUMAN_SIZE], b[GM_HUMAN_SIZE];
    if (d->a.value == d->b.value) say(p, "OOM kills %s in each", gm_human(a, d->a.value, "count"));
    else say(p, "OOM kills %s -> %s", gm_human(a, d->a.value, "count"), gm_human(b, d->b.value, "count"));
}

static void say_cause(gm_prose *p) {
    const gm_difference *cause = gm_pair_find(p->pair, GM_DIFF_FAMILY_CAUSE, "verdict"),
                        *site = gm_pair_find(p->pair, GM_DIFF_FAMILY_BLAME, "verdict");
    if (!cause || !cause->a.text || !cause->b.text) return;
    if (cause->judgement == GM_JUDGE_CHANGED)
        say(p, "the verdict is %s in %s and %s in %s", cause->a.text, p->diff->a_words, cause->b.text,
            p->diff->b_words);
    else say(p, "the verdict is %s in both", cause->b.text);
    if (!site || site->judgement != GM_JUDGE_CHANGED || cause->judgement == GM_JUDGE_CHANGED) return;
    g_autofree char *a = short_name(site->a.text), *b = short_name(site->b.text);
    say(p, "the site moved from %s to %s", a, b);
}

static bool is_total(const char *item) {
    static const char *const totals[] = {"usage", "anon", "file", "kernel", "swap", NULL};
    return g_strv_contains(totals, item);
}

/* Lists up to two of a family with that judgement; how many were named. */
static size_t say_items(gm_prose *p, int family, gm_judgement judgement, const char *lead) {
    g_autoptr(GString) list = g_string_new(NULL);
    char text[GM_HUMAN_SIZE];
    size_t n = 0;
    for (guint i = 0; i < p->pair->differences->len && n < MOST_SITES; i++) {
        const gm_difference *d = &g_array_index(p->pair->differences, gm_difference, i);
        if (d->family != family || d->judgement != judgement ||
            (family == GM_DIFF_FAMILY_BUCKET_GROWTH && is_total(d->item)))
            continue;
        g_autofree char *name =
            family == GM_DIFF_FAMILY_BUCKET_GROWTH ? g_strdup(gm_series_label(d->item)) : short_name(d->item);
        const gm_diff_fact *fact = judgement == GM_JUDGE_GONE ? &d->a : &d->b;
        g_string_append_printf(list, "%s%s (%s)", n++ ? ", " : "", name, gm_human(text, fact->value, d->unit));
    }
    if (n) say(p, "%s %s", lead, list->str);
    return n;
}

static void say_sites(gm_prose *p) {
    static const int families[] = {GM_DIFF_FAMILY_SITE_GROWTH, GM_DIFF_FAMILY_GOROUTINES_GROWTH,
                                   GM_DIFF_FAMILY_BUCKET_GROWTH};
    bool of_usage;
    const gm_difference *growth = growth_of(p->pair, &of_usage);
    bool more = growth && (growth->judgement == GM_JUDGE_NEW || growth->judgement == GM_JUDGE_WORSE),
         less = growth && (growth->judgement == GM_JUDGE_GONE || growth->judgement == GM_JUDGE_BETTER);
    size_t fresh = 0, gone = 0;
    for (size_t i = 0; i < G_N_ELEMENTS(families); i++) {
        bool goroutines = families[i] == GM_DIFF_FAMILY_GOROUTINES_GROWTH,
             bucket = families[i] == GM_DIFF_FAMILY_BUCKET_GROWTH;
        const char *came =
                       more ? "the new growth is in" : "though memory as a whole grows no faster, what grows now is",
                   *went = less ? "the growth that is gone was in" : "no longer grows:";
        if (!bucket || !fresh)
            fresh += say_items(p, families[i], GM_JUDGE_NEW, goroutines ? "goroutines pile up in" : came);
        if (!bucket || !gone)
            gone += say_items(p, families[i], GM_JUDGE_GONE, goroutines ? "goroutines no longer pile up in" : went);
        say_items(p, families[i], GM_JUDGE_WORSE, goroutines ? "goroutines pile up faster in" : "grows faster:");
    }
}

static void say_arrow(gm_prose *p, const gm_difference *d) {
    g_autofree char *name = name_of(d), *a = value_of(d, &d->a), *b = value_of(d, &d->b);
    say(p, "%s %s -> %s", name, a, b);
}

/* What was set and which versions ran: causes rather than effects. */
static void say_settings(gm_prose *p) {
    size_t n = 0, more = 0;
    bool gogc_told = false;
    for (guint i = 0; i < p->pair->differences->len; i++) {
        const gm_difference *d = &g_array_index(p->pair->differences, gm_difference, i);
        const char *area = gm_diff_families[d->family].area;
        bool cause =
            strcmp(area, "setting") == 0 || strcmp(area, "version") == 0 || d->family == GM_DIFF_FAMILY_CPU_LIMIT;
        if (!cause || !d->material || (strcmp(d->item, "env.GOGC") == 0 && gogc_told)) continue;
        gogc_told |= strcmp(d->item, "GOGC") == 0;
        if (strcmp(d->item, "build") == 0) continue; /* sixteen bytes of hash tell a reader nothing */
        if (n < MOST_SETTINGS) say_arrow(p, d);
        else more++;
        n++;
    }
    if (more) say(p, "%zu more settings differ", more);
}

static void say_limit(gm_prose *p) {
    const gm_difference *d = gm_pair_find(p->pair, GM_DIFF_FAMILY_LIMIT, "memory limit");
    char text[GM_HUMAN_SIZE];
    if (!d) say(p, "the memory limits are unknown");
    else if (d->judgement == GM_JUDGE_SAME) say(p, "the limit is the same (%s)", gm_human(text, d->b.value, "bytes"));
    else if (d->judgement == GM_JUDGE_UNKNOWN)
        say(p, "the memory limit is unknown in %s", isnan(d->a.value) ? p->diff->a_words : p->diff->b_words);
    else say_arrow(p, d);
}

/* The part whose peak moved most, if it explains half of what usage did. */
static void say_peak(gm_prose *p) {
    const gm_difference *usage = gm_pair_find(p->pair, GM_DIFF_FAMILY_PEAK, "usage"), *most = NULL;
    if (!usage || !usage->material) return;
    for (guint i = 0; i < p->pair->differences->len; i++) {
        const gm_difference *d = &g_array_index(p->pair->differences, gm_difference, i);
        bool moved = d->family == GM_DIFF_FAMILY_BUCKET_PEAK && d->judgement == usage->judgement && !is_total(d->item);
        if (moved && (!most || fabs(d->b.value - d->a.value) > fabs(most->b.value - most->a.value))) most = d;
    }
    bool half = most && fabs(most->b.value - most->a.value) >= fabs(usage->b.value - usage->a.value) / 2;
    g_autofree char *a = value_of(usage, &usage->a), *b = value_of(usage, &usage->b);
    say(p, "peak usage %s -> %s%s%s", a, b, half ? ", most of it in " : "", half ? gm_series_label(most->item) : "");
}

static void say_numbers(gm_prose *p) {
    static const struct {
        int family;
        const char *item;
    } rows[] = {{GM_DIFF_FAMILY_GC_CPU, "collector"}, {GM_DIFF_FAMILY_REQUESTS, "requests"}};
    say_peak(p);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        const gm_difference *d = gm_pair_find(p->pair, rows[i].family, rows[i].item);
        if (d && d->material) say_arrow(p, d);
    }
}

static void say_windows(gm_prose *p) {
    char a[GM_HUMAN_SIZE], b[GM_HUMAN_SIZE];
    if (strcmp(p->pair->windows, "differ") == 0)
        say(p, "the compared lives lasted %s in %s and %s in %s, so rates compare and what adds up over time does not",
            gm_human_duration(a, p->pair->a->seconds), p->diff->a_words, gm_human_duration(b, p->pair->b->seconds),
            p->diff->b_words);
    if (strcmp(p->pair->matched_by, "alone") == 0)
        say(p, "the names differ, but there is one container on either side");
    if (p->pair->a->n_members > 1 || p->pair->b->n_members > 1)
        say(p, "%zu pods in %s and %zu in %s count as one with the worst of each number", p->pair->a->n_members,
            p->diff->a_words, p->pair->b->n_members, p->diff->b_words);
}

static size_t count(const gm_pair *pair, bool unknown) {
    size_t n = 0;
    for (guint i = 0; i < pair->differences->len; i++) {
        const gm_difference *d = &g_array_index(pair->differences, gm_difference, i);
        n += unknown ? d->judgement == GM_JUDGE_UNKNOWN : d->material || d->rule;
    }
    return n;
}

static void say_one_side(gm_prose *p) {
    const gm_diff_container *c = p->pair->b ? p->pair->b : p->pair->a;
    const gm_diff_fact *verdict = gm_diff_find(c, GM_DIFF_FAMILY_VERDICT, "verdict"),
                       *cause = gm_diff_find(c, GM_DIFF_FAMILY_CAUSE, "verdict");
    say(p, "only %s has this container", p->pair->b ? p->diff->b_words : p->diff->a_words);
    if (cause && cause->text)
        say(p, "its verdict is %s: %s", cause->text, verdict && verdict->text ? verdict->text : "");
}

static char *finish(GString *out) {
    if (out->len && !g_str_has_suffix(out->str, ".")) g_string_append_c(out, '.');
    if (out->len) out->str[0] = g_ascii_toupper(out->str[0]);
    return g_string_free(out, FALSE);
}

void gm_diff_word(const gm_diff *diff, gm_pair *pair) {
    gm_prose p = {diff, pair, g_string_new(NULL)};
    for (guint i = 0; i < pair->differences->len; i++) {
        gm_difference *d = &g_array_index(pair->differences, gm_difference, i);
        d->text = row_text(diff, pair, d);
    }
    if (!pair->a || !pair->b) {
        say_one_side(&p);
    } else if (count(pair, false) == 0) {
        size_t unknown = count(pair, true);
        const gm_difference *growth = gm_pair_find(pair, GM_DIFF_FAMILY_GROWTH, "memory");
        say(&p, "nothing differs beyond noise and thresholds");
        if (growth && growth->a.value > 0 && growth->b.value > 0) say_growth(&p);
        if (unknown) say(&p, "%zu %s could not be compared", unknown, unknown == 1 ? "thing" : "things");
        say_windows(&p);
    } else {
        say_growth(&p);
        say_cause(&p);
        say_sites(&p);
        say_kills(&p);
        say_settings(&p);
        say_limit(&p);
        say_numbers(&p);
        say_windows(&p);
    }
    pair->summary = finish(p.out);
}

/* --- all pairs --- */

static size_t count_status(const gm_diff *diff, const char *status) {
    size_t n = 0;
    for (guint i = 0; i < diff->pairs->len; i++)
        n += strcmp(((const gm_pair *)diff->pairs->pdata[i])->status, status) == 0;
    return n;
}

void gm_diff_summarize(gm_diff *diff) {
    static const char *const statuses[] = {"new", "worse", "better", "unchanged", "gone"};
    GString *out = g_string_new(NULL);
    if (diff->pairs->len == 1) {
        g_string_free(out, TRUE);
        diff->summary = g_strdup(((const gm_pair *)diff->pairs->pdata[0])->summary);
        return;
    }
    g_string_append_printf(out, "%u containers%s", diff->pairs->len, diff->pairs->len ? ":" : " to compare");
    bool first = true;
    for (size_t i = 0; i < G_N_ELEMENTS(statuses); i++) {
        size_t n = count_status(diff, statuses[i]);
        if (n) g_string_append_printf(out, "%s%zu %s", first ? " " : ", ", n, statuses[i]);
        first &= n == 0;
    }
    diff->summary = finish(out);
}
