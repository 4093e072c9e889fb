/* Renderer text: the verdict in prose for a terminal, with curves made of blocks. What gomortem run and analyze print.
 */
#include "reports/plain.h"
#include "gomortem/human.h"
#include "reports/renderers/text/text.h"

#include <math.h>

void gm_text_style(gm_text_out *o, const char *code) {
    if (o->colour) g_string_append_printf(o->out, "\033[%sm", code);
}

const char *gm_text_severity(const char *severity) {
    switch (gm_model_severity_rank(severity)) {
    case 4: return "1;31";
    case 3: return "31";
    case 2: return "33";
    default: return "32";
    }
}

/* Control bytes and what turns text around never reach the terminal from a stranger's cluster. */
char *gm_text_safe(const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", -1);
    GString *out = g_string_sized_new(strlen(valid));
    for (const char *p = valid; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool direction =
            (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x61c;
        if (c < 0x20 || c == 0x7f) g_string_append_c(out, ' ');
        else if ((c >= 0x80 && c < 0xa0) || direction) g_string_append_c(out, '?');
        else g_string_append_unichar(out, c);
    }
    return g_string_free(out, FALSE);
}

/* Columns that a text takes on a terminal. */
int gm_text_columns(const char *text) {
    int columns = 0;
    for (const char *p = text; *p; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        columns += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
    }
    return columns;
}

/* Fills lines at blanks; the first begins at column 0 behind what is already there, the others are indented. */
void gm_text_wrap(gm_text_out *o, const char *text, int indent, int column) {
    g_autofree char *clean = gm_text_safe(text);
    g_auto(GStrv) words = g_strsplit(clean, " ", -1);
    for (size_t i = 0; words[i]; i++) {
        if (!*words[i]) continue;
        int length = gm_text_columns(words[i]);
        bool first = column == indent;
        if (!first && column + 1 + length > o->width) {
            g_string_append_printf(o->out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        g_string_append_printf(o->out, "%s%s", first ? "" : " ", words[i]);
        column += length + !first;
    }
    g_string_append_c(o->out, '\n');
}

void gm_text_item(gm_text_out *o, const char *label, const char *text) {
    g_string_append_printf(o->out, "  %-10s ", label);
    gm_text_wrap(o, text, 13, 13);
}

static void put_name(gm_text_out *o, const gm_model_container *c) {
    g_autofree char *space = gm_text_safe(c->namespace_name), *pod = gm_text_safe(c->pod),
                    *container = gm_text_safe(c->container);
    gm_text_style(o, "1");
    if (!c->pod && !c->container) g_string_append(o->out, "container without a name");
    else
        g_string_append_printf(o->out, "%s%s%s%s%s", space, *space ? "/" : "", pod, *pod && *container ? "/" : "",
                               container);
    gm_text_style(o, "0");
    g_string_append_c(o->out, '\n');
}

/* Even our own words may come from a database that somebody made up. */
static void put_verdict(gm_text_out *o, const gm_model_verdict *v) {
    g_autofree char *cause = gm_text_safe(v->cause), *level = gm_text_safe(v->level),
                    *severity = gm_text_safe(v->severity);
    g_string_append(o->out, "\n  ");
    gm_text_style(o, gm_text_severity(v->severity));
    g_string_append(o->out, cause);
    gm_text_style(o, "0");
    g_string_append_printf(o->out, "  (%s, confidence %.0f %%, severity %s)\n\n  ", level, 100 * v->confidence,
                           severity);
    gm_text_wrap(o, v->summary, 2, 2);
}

static void put_facts(gm_text_out *o, const gm_model_container *c) {
    char limit[GM_HUMAN_SIZE], from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE];
    int64_t peak = GM_UNKNOWN;
    for (size_t i = 0; i < c->n_points; i++) peak = MAX(peak, c->points[i].value[GM_COL_USAGE]);
    g_autofree char *facts =
        g_strdup_printf("limit %s, %zu %s, %zu OOM %s",
                        gm_human(limit, c->limit_bytes == GM_UNKNOWN ? NAN : (double)c->limit_bytes, "bytes"),
                        c->n_lives, c->n_lives == 1 ? "life" : "lives", c->n_kills, c->n_kills == 1 ? "kill" : "kills");
    g_string_append_c(o->out, '\n');
    gm_text_item(o, "container", facts);
    if (peak != GM_UNKNOWN) gm_text_item(o, "peak usage", gm_human(limit, (double)peak, "bytes"));
    if (c->n_points) {
        g_autofree char *record = g_strdup_printf("%s to %s", gm_human_time(from, c->points[0].t_ns),
                                                  gm_human_time(to, c->points[c->n_points - 1].t_ns));
        gm_text_item(o, "record", record);
    }
}

void gm_text_spark(gm_text_out *o, const char *label, const gm_text_curve *curve, const char *unit) {
    static const char *const blocks[] = {"\u2581", "\u2582", "\u2583", "\u2584",
                                         "\u2585", "\u2586", "\u2587", "\u2588"};
    double steps[80], most = 0;
    char text[GM_HUMAN_SIZE];
    int n = CLAMP(o->width - 34, 10, 72);
    for (int i = 0; i < n; i++) steps[i] = NAN;
    for (size_t i = 0; i < curve->n; i++) {
        double at =
            ((double)curve->time(curve->rows, i) - (double)curve->from_ns) / (double)MAX(curve->span_ns, 1) * (n - 1);
        int step = (int)CLAMP(at, 0, n - 1); /* a made-up database has any order */
        double value = curve->value(curve->rows, i);
        if (isnan(value)) continue;
        steps[step] = fmax(steps[step], value);
        most = fmax(most, value);
    }
    if (most <= 0) return;
    double whole = fmax(most, curve->most);
    g_string_append_printf(o->out, "  %-10s ", label);
    gm_text_style(o, "36");
    for (int i = 0; i < n; i++)
        g_string_append(o->out, isnan(steps[i]) ? " " : blocks[CLAMP((int)(steps[i] / whole * 7.999), 0, 7)]);
    gm_text_style(o, "0");
    g_string_append_printf(o->out, " max %s\n", gm_human(text, most, unit));
}

static int64_t point_time(const void *rows, size_t index) {
    return ((const gm_model_point *)rows)[index].t_ns;
}

static double known(int64_t value) {
    return value == GM_UNKNOWN ? NAN : (double)value;
}

static double usage_of(const void *rows, size_t index) {
    return known(((const gm_model_point *)rows)[index].value[GM_COL_USAGE]);
}

static double live_of(const void *rows, size_t index) {
    return known(((const gm_model_point *)rows)[index].value[GM_COL_GO_LIVE]);
}

static double goroutines_of(const void *rows, size_t index) {
    return known(((const gm_model_point *)rows)[index].value[GM_COL_GOROUTINES]);
}

static void put_sparks(gm_text_out *o, const gm_model_container *c) {
    if (c->n_points < 10) return;
    gm_text_curve curve = {c->points, c->n_points,       point_time,
                           usage_of,  c->points[0].t_ns, c->points[c->n_points - 1].t_ns - c->points[0].t_ns,
                           0};
    gm_text_spark(o, "usage", &curve, "bytes");
    curve.value = live_of;
    gm_text_spark(o, "live heap", &curve, "bytes");
    curve.value = goroutines_of;
    gm_text_spark(o, "goroutines", &curve, "count");
}

static const gm_model_finding *finding_of(const gm_model_container *c, const char *rule) {
    for (size_t i = 0; i < c->n_findings; i++)
        if (strcmp(c->findings[i].rule, rule) == 0 && gm_model_finding_leads(c, i)) return &c->findings[i];
    return NULL;
}

static void put_evidence(gm_text_out *o, const gm_model_container *c) {
    const gm_model_finding *f = finding_of(c, c->verdict.cause);
    if (!f) return;
    for (size_t i = 0; i < f->n_evidence; i++) gm_text_item(o, i == 0 ? "evidence" : "", f->evidence[i].text);
    if (f->remedy && strcmp(f->outcome, "fired") == 0) gm_text_item(o, "what to do", f->remedy);
    if (c->verdict.would_change_my_mind) gm_text_item(o, "in doubt", c->verdict.would_change_my_mind);
}

static void put_others(gm_text_out *o, const gm_model_container *c) {
    const gm_model_verdict *v = &c->verdict;
    size_t shown = 0;
    for (size_t i = 0; i < v->n_contributing; i++) {
        g_autofree char *line = g_strdup_printf("%s: %s", v->contributing[i].cause, v->contributing[i].text);
        gm_text_item(o, shown++ == 0 ? "also" : "", line);
    }
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        if (!gm_model_finding_beside(c, i)) continue;
        g_autofree char *line =
            g_strdup_printf("%s: %s%s%s", f->rule, f->summary, f->remedy ? ". " : "", f->remedy ? f->remedy : "");
        gm_text_item(o, shown++ == 0 ? "also" : "", line);
    }
}

/* What is suspected first when memory runs out. Their reasons are printed, of the others the names: the page and the
 * query ruled_out have them all. */
static bool is_usual_suspect(const char *cause) {
    static const char *const suspects[] = {"alloc_burst",     "go_live_leak", "gogc_high",     "goroutine_leak",
                                           "limit_too_small", "native_leak",  "other_process", "page_cache"};
    for (size_t i = 0; i < G_N_ELEMENTS(suspects); i++)
        if (strcmp(suspects[i], cause) == 0) return true;
    return false;
}

static void put_ruled_out(gm_text_out *o, const gm_model_verdict *v) {
    g_autoptr(GString) rest = g_string_new(NULL);
    bool first = true;
    for (size_t i = 0; i < v->n_ruled_out; i++) {
        if (!is_usual_suspect(v->ruled_out[i].cause)) {
            g_string_append_printf(rest, "%s%s", rest->len ? ", " : "", v->ruled_out[i].cause);
            continue;
        }
        g_autofree char *line = g_strdup_printf("%s: %s", v->ruled_out[i].cause, v->ruled_out[i].text);
        gm_text_item(o, first ? "ruled out" : "", line);
        first = false;
    }
    if (!rest->len) return;
    g_autofree char *line =
        g_strdup_printf("%s%s (why: the report, or gomortem query DB ruled_out)", first ? "" : "also ", rest->str);
    gm_text_item(o, first ? "ruled out" : "", line);
}

/* What could not be checked is not ruled out. */
static void put_unchecked(gm_text_out *o, const gm_model_container *c) {
    g_autoptr(GString) names = g_string_new(NULL);
    for (size_t i = 0; i < c->n_findings; i++) {
        const gm_model_finding *f = &c->findings[i];
        bool open = strcmp(f->outcome, "not_applicable") == 0 || strcmp(f->outcome, "failed") == 0;
        if (open && gm_model_finding_leads(c, i))
            g_string_append_printf(names, "%s%s", names->len ? ", " : "", f->rule);
    }
    if (!names->len) return;
    g_string_append(names, " (what is missing: the report, or gomortem query DB unchecked)");
    gm_text_item(o, "unchecked", names->str);
}

static void put_comparison(gm_text_out *o, const gm_model_comparison *comparison) {
    if (!comparison->status) return;
    gm_text_item(o, "baseline", comparison->status);
    if (comparison->pair && comparison->n_changes) gm_text_item(o, "", comparison->pair->summary);
    for (size_t i = 0; i < comparison->n_changes; i++) {
        const gm_model_change *change = &comparison->changes[i];
        g_autofree char *line = g_strdup_printf("%s: %s", change->state, change->text);
        gm_text_item(o, "", line);
    }
}

/* With a baseline what is as it was takes one block of its verdict; the rest is told in full. */
static void put_container(gm_text_out *o, const gm_model_container *c) {
    const char *status = c->comparison.status;
    put_name(o, c);
    put_verdict(o, &c->verdict);
    put_comparison(o, &c->comparison);
    if (status && (strcmp(status, "unchanged") == 0 || strcmp(status, "better") == 0)) return;
    put_facts(o, c);
    put_sparks(o, c);
    put_evidence(o, c);
    put_others(o, c);
    put_ruled_out(o, &c->verdict);
    put_unchecked(o, c);
}

gm_text_out gm_text_begin(const gm_render_options *options, GString *out) {
    return (gm_text_out){out, options->colour, options->width > 40 ? MIN(options->width, 120) : 80};
}

static bool render(const gm_model *model, const gm_render_options *options, GString *out, GError **error) {
    (void)error;
    gsize begin = out->len;
    gm_text_out o = gm_text_begin(options, out);
    for (size_t i = 0; i < model->n_containers; i++) {
        if (i > 0) g_string_append_c(out, '\n');
        put_container(&o, &model->containers[i]);
    }
    int64_t unknown = 0;
    for (size_t i = 0; i < model->n_members; i++) unknown += model->members[i].format == NULL;
    for (size_t i = 0; i < model->baseline.n_missing; i++) {
        g_autofree char *line = g_strdup_printf("of the baseline, not here: %s", model->baseline.missing[i]);
        gm_text_item(&o, "missing", line);
    }
    g_string_append_printf(out, "\n%zu members read, %lld not recognised, %lld diagnostics\n", model->n_members,
                           (long long)unknown, (long long)model->n_diagnostics);
    gm_plain_commands(out, begin);
    return true;
}

const gm_renderer gm_renderer_text = {.name = "text",
                                      .file_name = "report.txt",
                                      .title = "Prose for a terminal",
                                      .render = render,
                                      .render_diff = gm_text_diff};
