/* Two incidents side by side for a terminal: the summary in prose, both curves, then what differs by area with what
 * matters marked; what is the same is counted, what cannot be told is named. */
#include "reports/renderers/text/text.h"

#include "gomortem/human.h"

#include <math.h>

#define MOST_ROWS     12 /* of an area */
#define MOST_PAIRS    20
#define VALUE_COLUMNS 14

static bool is(const gm_model_difference *d, const char *judgement) {
    return strcmp(d->judgement, judgement) == 0;
}

static bool is_shown(const gm_model_difference *d) {
    return d->rule || d->material || is(d, "changed") ||
           (is(d, "unknown") && strcmp(d->area, "finding") == 0 && d->b_value > 0);
}

static void put_side(gm_text_out *o, const char *letter, const char *incident, const gm_model_pair_side *side) {
    const char *names[] = {side->namespace_name, side->pod, side->container};
    g_autoptr(GString) line = g_string_new(incident);
    const char *before = ": ";
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (!names[i] || !*names[i]) continue;
        g_string_append_printf(line, "%s%s", before, names[i]);
        before = "/";
    }
    if (!side->n_containers) g_string_append(line, ": not there");
    if (side->n_containers > 1) g_string_append_printf(line, " and %lld more", (long long)side->n_containers - 1);
    gm_text_item(o, letter, line->str);
}

/* --- curves --- */

static int64_t time_of(const void *rows, size_t index) {
    return ((const gm_model_diff_point *)rows)[index].since_ns;
}

static double usage_of(const void *rows, size_t index) {
    int64_t value = ((const gm_model_diff_point *)rows)[index].value[GM_DIFF_USAGE];
    return value == GM_UNKNOWN ? NAN : (double)value;
}

static double live_of(const void *rows, size_t index) {
    int64_t value = ((const gm_model_diff_point *)rows)[index].value[GM_DIFF_LIVE];
    return value == GM_UNKNOWN ? NAN : (double)value;
}

/* Both on one scale, of time and of bytes. */
static void put_curves(gm_text_out *o, const gm_model_pair *pair, const char *what,
                       double (*value)(const void *, size_t)) {
    const gm_model_pair_side *sides[] = {&pair->a, &pair->b};
    int64_t span = 1;
    double most = 0;
    for (int s = 0; s < 2; s++) {
        for (size_t i = 0; i < sides[s]->n_points; i++) most = fmax(most, value(sides[s]->points, i));
        if (sides[s]->n_points) span = MAX(span, sides[s]->points[sides[s]->n_points - 1].since_ns);
    }
    for (int s = 0; s < 2; s++) {
        g_autofree char *label = g_strdup_printf("%s %c", what, "AB"[s]);
        gm_text_curve curve = {sides[s]->points, sides[s]->n_points, time_of, value, 0, span, most};
        if (sides[s]->n_points >= 10) gm_text_spark(o, label, &curve, "bytes");
    }
}

/* --- differences --- */

static void put_padded(gm_text_out *o, const char *text, int columns, bool right) {
    int room = MAX(columns - gm_text_columns(text), 0);
    g_string_append_printf(o->out, "%*s%s%*s", right ? room : 0, "", text, right ? 0 : room, "");
}

static const char *style_of(const gm_model_difference *d) {
    if (d->rule && d->severity && !is(d, "better") && !is(d, "gone")) return gm_text_severity(d->severity);
    return is(d, "better") || is(d, "gone") ? "32" : is(d, "new") || is(d, "worse") ? "33" : "0";
}

/* A name that does not fit has a line of its own; words that do not fit their columns stand below one another. */
static void put_row(gm_text_out *o, const gm_model_difference *d) {
    g_autofree char *raw = gm_model_diff_label(d), *label = gm_text_safe(raw), *raw_a = gm_model_diff_words(d, 0),
                    *raw_b = gm_model_diff_words(d, 1);
    g_autofree char *a = gm_text_safe(raw_a), *b = gm_text_safe(raw_b), *judgement = gm_text_safe(d->judgement);
    int room = o->width - 16 - 2 * (VALUE_COLUMNS + 1);
    bool wide = gm_text_columns(label) > room,
         words = gm_text_columns(a) > VALUE_COLUMNS || gm_text_columns(b) > VALUE_COLUMNS;
    bool counts = d->rule && !is(d, "better") && !is(d, "gone");
    g_string_append_printf(o->out, "    %s ", counts ? "!" : d->rule || d->material ? "*" : " ");
    gm_text_style(o, style_of(d));
    put_padded(o, judgement, 8, false);
    gm_text_style(o, "0");
    g_string_append_c(o->out, ' ');
    if (wide || words) {
        gm_text_wrap(o, label, 15, 15);
        if (words) {
            g_autofree char *both = g_strdup_printf("%s -> %s", a, b);
            g_string_append_printf(o->out, "%*s", 15, "");
            gm_text_wrap(o, both, 15, 15);
            return;
        }
        g_string_append_printf(o->out, "%*s", 15, "");
    }
    put_padded(o, wide ? "" : label, room, false);
    g_string_append_c(o->out, ' ');
    put_padded(o, a, VALUE_COLUMNS, true);
    g_string_append_c(o->out, ' ');
    put_padded(o, b, VALUE_COLUMNS, true);
    g_string_append_c(o->out, '\n');
}

static void put_area(gm_text_out *o, const gm_model_pair *pair, const char *area) {
    size_t n = 0, more = 0;
    for (size_t i = 0; i < pair->n_differences; i++) {
        const gm_model_difference *d = &pair->differences[i];
        if (strcmp(d->area, area) != 0 || !is_shown(d)) continue;
        if (n == MOST_ROWS) {
            more++;
            continue;
        }
        if (n++ == 0) {
            g_string_append(o->out, "  ");
            gm_text_style(o, "1");
            g_string_append(o->out, gm_model_diff_area(area));
            gm_text_style(o, "0");
            g_string_append_c(o->out, '\n');
        }
        put_row(o, d);
    }
    if (more) g_string_append_printf(o->out, "%*s%zu more\n", 15, "", more);
}

static void put_rest(gm_text_out *o, const gm_model_pair *pair) {
    g_autoptr(GString) unknown = g_string_new(NULL);
    size_t same = 0, more = 0;
    for (size_t i = 0; i < pair->n_differences; i++) {
        const gm_model_difference *d = &pair->differences[i];
        same += is(d, "same");
        if (!is(d, "unknown") || is_shown(d)) continue;
        g_autofree char *label = gm_model_diff_label(d), *safe = gm_text_safe(label);
        if (unknown->len < 400) g_string_append_printf(unknown, "%s%s", unknown->len ? "; " : "", safe);
        else more++;
    }
    if (more) g_string_append_printf(unknown, "; %zu more", more);
    g_autofree char *count = g_strdup_printf("%zu of what was compared", same);
    g_string_append_c(o->out, '\n');
    gm_text_item(o, "the same", count);
    if (unknown->len) gm_text_item(o, "not told", unknown->str);
}

static void put_pair(gm_text_out *o, const gm_model_diff *diff, const gm_model_pair *pair) {
    put_side(o, "A", diff->a_name, &pair->a);
    put_side(o, "B", diff->b_name, &pair->b);
    g_string_append(o->out, "\n  ");
    gm_text_style(o, "1");
    gm_text_wrap(o, pair->summary, 2, 2);
    gm_text_style(o, "0");
    g_string_append_c(o->out, '\n');
    put_curves(o, pair, "usage", usage_of);
    put_curves(o, pair, "live", live_of);
    g_string_append_printf(o->out, "\n%*s%*s\n", o->width - VALUE_COLUMNS - 2, "A", VALUE_COLUMNS + 1, "B");
    for (size_t i = 0; gm_model_diff_areas[i]; i++) put_area(o, pair, gm_model_diff_areas[i]);
    if (pair->a.n_containers && pair->b.n_containers) put_rest(o, pair);
}

bool gm_text_diff(const gm_model_diff *diff, const gm_render_options *options, GString *out, GError **error) {
    gm_text_out o = gm_text_begin(options, out);
    (void)error;
    if (diff->n_pairs != 1) {
        g_string_append(out, "  ");
        gm_text_wrap(&o, diff->summary, 2, 2);
    }
    for (size_t i = 0; i < diff->n_pairs && i < MOST_PAIRS; i++) {
        if (i > 0 || diff->n_pairs != 1) g_string_append_c(out, '\n');
        put_pair(&o, diff, &diff->pairs[i]);
    }
    if (diff->n_pairs > MOST_PAIRS)
        g_string_append_printf(out, "\n%zu more pairs are in the other formats\n", diff->n_pairs - MOST_PAIRS);
    g_string_append(out, "\n! counts for --fail-on, * is beyond noise and thresholds\n");
    return true;
}
