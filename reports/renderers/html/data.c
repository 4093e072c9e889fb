/* The numbers behind the interactive charts, as JSON in a script element that no browser runs: the panes of the time
 * pictures and the nodes of the flame graph. `<` is escaped, so that no text can end the element. Long series keep the
 * rows that hold extremes; a page of many containers keeps fewer. Read by assets/report.js. */
#include "reports/renderers/html/html.h"

#include <math.h>
#include <stdlib.h>

#define MAX_ROWS  1600
#define MAX_NODES 3000
#define MAX_NAME  240

static void put_json_text(gm_html *page, const char *text) {
    g_autofree char *valid = g_utf8_make_valid(text ? text : "", text ? (gssize)MIN(strlen(text), 4 * MAX_NAME) : 0);
    glong left = MAX_NAME;
    g_string_append_c(page->out, '"');
    for (const char *p = valid; *p && left-- > 0; p = g_utf8_next_char(p)) {
        gunichar c = g_utf8_get_char(p);
        bool plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
        bool letter = c >= 0xa0 && c < 0xfff0 && !(c >= 0x2000 && c <= 0x206f) && c != 0x61c && c != 0xfeff;
        if (plain || letter) g_string_append_unichar(page->out, c);
        else if (c < 0x10000) gm_html_put(page, "\\u%04x", c >= 0x20 && c < 0x7f ? c : 0xfffd);
        else g_string_append_unichar(page->out, c);
    }
    if (*valid && left < 0) g_string_append(page->out, "\xe2\x80\xa6");
    g_string_append_c(page->out, '"');
}

/* Bytes go out in KiB: the chart cannot show less, and the page is a third smaller. */
static void put_value(gm_html *page, double value, gm_chart_unit unit) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (!isfinite(value)) gm_html_put(page, "null");
    else if (unit == GM_UNIT_BYTES) gm_html_put(page, "%.0f", round(value / 1024));
    else gm_html_put(page, "%s", g_ascii_formatd(text, sizeof text, "%.4g", value));
}

/* --- series --- */

static int ascending(const void *a, const void *b) {
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

/* The rows kept of the series that share one time axis: of each stretch those with the least and the greatest value of
 * every line, or of the last one when they are many. */
static GArray *choose_rows(const gm_chart_series *const *group, size_t n_group, size_t most) {
    GArray *rows = g_array_new(FALSE, FALSE, sizeof(size_t));
    size_t n = group[0]->n, first_key = n_group > 4 ? n_group - 1 : 0, keys = n_group - first_key;
    size_t stretches = n <= most ? n : MAX(most / (2 * keys), 1);
    for (size_t s = 0; s < stretches; s++) {
        size_t from = s * n / stretches, to = (s + 1) * n / stretches;
        for (size_t k = first_key; k < n_group && n > most; k++) {
            size_t low = from, high = from;
            for (size_t i = from; i < to; i++) {
                double value = group[k]->value[i];
                if (isnan(group[k]->value[low]) || value < group[k]->value[low]) low = i;
                if (isnan(group[k]->value[high]) || value > group[k]->value[high]) high = i;
            }
            g_array_append_val(rows, low);
            g_array_append_val(rows, high);
        }
        if (n <= most) g_array_append_val(rows, from);
    }
    qsort(rows->data, rows->len, sizeof(size_t), ascending);
    return rows;
}

static void put_times(gm_html *page, const gm_chart_series *series, const GArray *rows, int64_t zero_ns) {
    size_t last = SIZE_MAX;
    int64_t before = 0;
    gm_html_put(page, "\"t\":[");
    for (guint i = 0; i < rows->len; i++) {
        size_t row = g_array_index(rows, size_t, i);
        if (row == last) continue;
        int64_t ms = (series->t_ns[row] - zero_ns) / 1000000;
        gm_html_put(page, "%s%lld", last == SIZE_MAX ? "" : ",", (long long)(ms - before)); /* steps */
        before = ms;
        last = row;
    }
    gm_html_put(page, "]");
}

static void put_series(gm_html *page, const gm_chart_series *series, const GArray *rows, gm_chart_unit unit) {
    static const char *const draws[] = {"area", "line", "step", "points"};
    size_t last = SIZE_MAX;
    gm_html_put(page, "{\"name\":");
    put_json_text(page, series->name);
    gm_html_put(page, ",\"draw\":\"%s\",\"fill\":\"%s\",\"v\":[", draws[series->draw],
                gm_chart_fill_name(series->fill));
    for (guint i = 0; i < rows->len; i++) {
        size_t row = g_array_index(rows, size_t, i);
        if (row == last) continue;
        if (last != SIZE_MAX) g_string_append_c(page->out, ',');
        put_value(page, series->value[row], unit);
        last = row;
    }
    gm_html_put(page, "]}");
}

static void put_groups(gm_html *page, const gm_chart_pane *pane, int64_t zero_ns) {
    g_autofree bool *done = g_new0(bool, pane->n_series);
    g_autofree const gm_chart_series **group = g_new(const gm_chart_series *, pane->n_series);
    bool first = true;
    for (size_t i = 0; i < pane->n_series; i++) {
        size_t n = 0;
        for (size_t k = i; k < pane->n_series; k++) {
            if (done[k] || pane->series[k].t_ns != pane->series[i].t_ns) continue;
            done[k] = true;
            group[n++] = &pane->series[k];
        }
        if (n == 0) continue;
        g_autoptr(GArray) rows = choose_rows(group, n, (size_t)(MAX_ROWS * page->detail));
        int64_t span_ns = group[0]->t_ns[group[0]->n - 1] - group[0]->t_ns[0],
                thinned = rows->len < group[0]->n && rows->len ? 12 * span_ns / (int64_t)rows->len : 0;
        int64_t gap_ns = group[0]->gap_ns ? MAX(group[0]->gap_ns, thinned) : 0; /* thinned rows lie unevenly */
        gm_html_put(page, "%s{\"gap\":%lld,", first ? "" : ",", (long long)(gap_ns / 1000000));
        put_times(page, group[0], rows, zero_ns);
        gm_html_put(page, ",\"series\":[");
        for (size_t k = 0; k < n; k++) {
            if (k) g_string_append_c(page->out, ',');
            put_series(page, group[k], rows, pane->unit);
        }
        gm_html_put(page, "]}");
        first = false;
    }
}

static void put_pane(gm_html *page, const gm_chart_pane *pane, int64_t zero_ns) {
    static const char *const units[] = {"bytes", "count", "percent", "ms"};
    gm_html_put(page, "{\"title\":");
    put_json_text(page, pane->title);
    gm_html_put(page, ",\"unit\":\"%s\",\"weight\":%.0f,\"limits\":[", units[pane->unit], pane->weight);
    for (size_t i = 0; i < pane->n_limits; i++) {
        gm_html_put(page, "%s{\"label\":", i ? "," : "");
        put_json_text(page, pane->limits[i].label);
        gm_html_put(page, ",\"v\":");
        put_value(page, pane->limits[i].value, pane->unit);
        gm_html_put(page, "}");
    }
    gm_html_put(page, "],\"groups\":[");
    put_groups(page, pane, zero_ns);
    gm_html_put(page, "]}");
}

static void put_event(gm_html *page, int64_t t_ns, int64_t zero_ns, const char *label, const char *fill, bool first) {
    gm_html_put(page, "%s{\"t\":%lld,\"fill\":\"%s\",\"label\":", first ? "" : ",",
                (long long)((t_ns - zero_ns) / 1000000), fill);
    put_json_text(page, label);
    gm_html_put(page, "}");
}

static void put_marks(gm_html *page, const gm_model_container *c, const gm_chart *chart, int64_t zero_ns) {
    bool first = true;
    gm_html_put(page, "\"events\":[");
    for (size_t i = 0; i < chart->n_events; i++, first = false)
        put_event(page, chart->events[i].t_ns, zero_ns, chart->events[i].label,
                  gm_chart_fill_name(chart->events[i].fill), first);
    size_t left = gm_html_most(page, 200);
    for (size_t i = 0; i < c->n_events && left > 0; i++) {
        if (strcmp(c->events[i].kind, "profile") != 0 || c->events[i].t_ns < chart->from_ns ||
            c->events[i].t_ns > chart->to_ns)
            continue;
        put_event(page, c->events[i].t_ns, zero_ns, c->events[i].text, "profile", first);
        first = false;
        left--;
    }
    gm_html_put(page, "],\"spans\":[");
    for (size_t i = 0; i < chart->n_spans; i++) {
        gm_html_put(page, "%s{\"from\":%lld,\"to\":%lld,\"label\":", i ? "," : "",
                    (long long)((chart->spans[i].from_ns - zero_ns) / 1000000),
                    (long long)((chart->spans[i].to_ns - zero_ns) / 1000000));
        put_json_text(page, chart->spans[i].label);
        gm_html_put(page, "}");
    }
    gm_html_put(page, "],\"lives\":[");
    for (size_t i = 0; i < c->n_lives; i++)
        gm_html_put(page, "%s[%lld,%lld]", i ? "," : "", (long long)((c->lives[i].from_ns - zero_ns) / 1000000),
                    (long long)((c->lives[i].to_ns - zero_ns) / 1000000));
    gm_html_put(page, "]");
}

static void put_timeline(gm_html *page, const gm_model_container *c) {
    g_autoptr(gm_plate) memory = gm_plate_new(page->model, c, GM_PICTURE_TIMELINE),
                        gc = gm_plate_new(page->model, c, GM_PICTURE_GC);
    if (!memory) {
        gm_html_put(page, "\"panes\":[]");
        return;
    }
    int64_t zero_ns = memory->chart.from_ns;
    gm_html_put(page, "\"t0\":%lld,\"span\":%lld,\"panes\":[", (long long)(zero_ns / 1000000),
                (long long)((memory->chart.to_ns - zero_ns) / 1000000));
    put_pane(page, &memory->chart.panes[0], zero_ns);
    for (size_t i = 0; gc && i < gc->chart.n_panes; i++)
        g_string_append_c(page->out, ','), put_pane(page, &gc->chart.panes[i], zero_ns);
    for (size_t i = 1; i < memory->chart.n_panes; i++)
        g_string_append_c(page->out, ','), put_pane(page, &memory->chart.panes[i], zero_ns);
    gm_html_put(page, "],");
    put_marks(page, c, &memory->chart, zero_ns);
}

/* --- flame graph --- */

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

static double share_of(const gm_model_flame *flame, size_t i) {
    const gm_model_frame *root = &flame->frames[0], *frame = &flame->frames[i];
    double last = root->last_bytes > 0 ? (double)frame->last_bytes / (double)root->last_bytes : 0;
    double grown = root->grown_bytes > 0 ? (double)frame->grown_bytes / (double)root->grown_bytes : 0;
    return MAX(last, grown);
}

/* The share that a frame needs to be on the page. A caller is never smaller than its callees, so they stay a tree. */
static double least_share(const gm_model_flame *flame, size_t most) {
    g_autofree double *shares = g_new(double, flame->n_frames);
    for (size_t i = 0; i < flame->n_frames; i++) shares[i] = share_of(flame, i);
    qsort(shares, flame->n_frames, sizeof *shares, descending);
    return flame->n_frames > most ? shares[most] * 1.0000001 : 0;
}

static void put_frame(gm_html *page, const gm_model_container *c, const gm_model_frame *frame, int parent, int name) {
    gm_html_put(page, "%s[%d,%d,%lld,%lld,%lld,%d]", parent < 0 ? "" : ",", parent, name,
                (long long)(frame->first_bytes / 1024), (long long)(frame->last_bytes / 1024),
                (long long)(frame->grown_bytes / 1024), (int)gm_picture_code(c, frame->function) - GM_FILL_FLAME_OWN);
}

static void put_flame(gm_html *page, const gm_model_container *c) {
    const gm_model_flame *flame = &c->flame;
    if (flame->n_frames < 2) return;
    double least = least_share(flame, (size_t)(MAX_NODES * page->detail));
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autofree int *moved = g_new(int, flame->n_frames);
    int n = 0;
    int64_t hidden[2] = {flame->hidden_last_bytes, flame->hidden_grown_bytes};
    gm_html_put(page, ",\"flame\":{\"nodes\":[");
    for (size_t i = 0; i < flame->n_frames; i++) {
        const gm_model_frame *frame = &flame->frames[i];
        int parent = i ? moved[frame->parent] : -1;
        moved[i] = -1;
        if (i && parent < 0) continue;
        if (i && share_of(flame, i) < least) {
            hidden[0] += frame->last_bytes;
            hidden[1] += frame->grown_bytes;
            continue;
        }
        gpointer index;
        if (!g_hash_table_lookup_extended(known, frame->function, NULL, &index)) {
            index = GINT_TO_POINTER((int)names->len);
            g_hash_table_insert(known, (gpointer)frame->function, index);
            g_ptr_array_add(names, (gpointer)frame->function);
        }
        put_frame(page, c, frame, parent, GPOINTER_TO_INT(index));
        moved[i] = n++;
    }
    gm_html_put(page, "],\"names\":[");
    for (guint i = 0; i < names->len; i++) {
        if (i) g_string_append_c(page->out, ',');
        put_json_text(page, g_ptr_array_index(names, i));
    }
    gm_html_put(page, "],\"two\":%s,\"stacks\":%lld,\"hidden\":[%lld,%lld]}",
                flame->from_ns == GM_UNKNOWN ? "false" : "true", (long long)flame->n_stacks,
                (long long)(hidden[0] / 1024), (long long)(hidden[1] / 1024));
}

void gm_html_data(gm_html *page, const gm_model_container *c) {
    gm_html_put(page, "<script type=\"application/json\" class=\"data\">{");
    put_timeline(page, c);
    put_flame(page, c);
    gm_html_put(page, "}</script>\n");
}
