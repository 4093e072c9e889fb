/* The pictures of stacks: an icicle of what grew between two heap profiles, or of the last one with colours that tell
 * what grew and what shrank. Called by pictures.c; laid out by chart_flame.c. */
#include "reports/pictures_private.h"

#include "gomortem/human.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ROWS 32

typedef struct {
    const gm_model_flame *flame;
    bool growth;
    size_t *order; /* children next to their siblings: by parent, then largest first */
    double *at;    /* where the next child of a frame begins */
} icicle;

static int64_t weight(const icicle *f, size_t i) {
    return f->growth ? f->flame->frames[i].grown_bytes : f->flame->frames[i].last_bytes;
}

static int compare(const void *a, const void *b, void *data) {
    const icicle *f = data;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    const gm_model_frame *p = &f->flame->frames[x], *q = &f->flame->frames[y];
    if (p->depth != q->depth) return p->depth - q->depth;
    if (p->parent != q->parent) return p->parent - q->parent;
    if (weight(f, x) != weight(f, y)) return weight(f, x) > weight(f, y) ? -1 : 1;
    int names = strcmp(p->function, q->function);
    return names ? names : (x < y ? -1 : x > y);
}

/* Places every frame; parents come before children because the order is by depth. */
static void place(gm_plate *plate, const gm_model_container *c, icicle *f, double total) {
    gm_chart_flame *flames = GM_ARENA_NEW(plate->arena, gm_chart_flame, f->flame->n_frames);
    for (size_t k = 0; k < f->flame->n_frames; k++) {
        size_t i = f->order[k];
        const gm_model_frame *frame = &f->flame->frames[i];
        double width = (double)weight(f, i) / total, start = frame->parent >= 0 ? f->at[frame->parent] : 0;
        if (frame->parent >= 0) f->at[frame->parent] += width;
        f->at[i] = start;
        if (width < 2e-4 || frame->depth >= 4 * MAX_ROWS) continue;
        gm_chart_fill fill = i == 0                                         ? GM_FILL_FLAME_SAME
                             : f->growth || f->flame->from_ns == GM_UNKNOWN ? gm_picture_code(c, frame->function)
                                                                            : gm_picture_change(frame);
        flames[plate->chart.n_flames++] = (gm_chart_flame){frame->function, frame->depth, start, width, fill};
    }
    plate->chart.flames = flames;
}

static void word(gm_plate *plate, const gm_model_flame *flame, bool growth, int64_t total) {
    char bytes[GM_HUMAN_SIZE], from[GM_HUMAN_SIZE], to[GM_HUMAN_SIZE];
    int64_t hidden = growth ? flame->hidden_grown_bytes : flame->hidden_last_bytes;
    const char *what = growth ? "Live heap that grew between two profiles" : "Live heap in the last profile";
    plate->chart.title = gm_plate_printf(plate, "%s: %s", what, gm_human(bytes, (double)total, "bytes"));
    const char *pruned =
        hidden ? gm_plate_printf(plate, "%.1f %% lies in stacks cut short where their calls become too small to show",
                                 100 * (double)hidden / (double)total)
               : "nothing is left out";
    plate->chart.subtitle =
        gm_plate_printf(plate, "%s%s%s; %" G_GINT64_FORMAT " %s, %s", growth ? gm_human_time(from, flame->from_ns) : "",
                        growth ? " to " : "", gm_human_time(to, flame->to_ns), flame->n_stacks,
                        flame->n_stacks == 1 ? "stack" : "stacks", pruned);
}

bool gm_plate_flame(gm_plate *plate, const gm_model_container *c, bool growth) {
    const gm_model_flame *flame = &c->flame;
    if (flame->n_frames == 0 || (growth && flame->from_ns == GM_UNKNOWN)) return false;
    int64_t total = growth ? flame->frames[0].grown_bytes : flame->frames[0].last_bytes;
    if (total <= 0) return false;
    icicle f = {flame, growth, GM_ARENA_NEW(plate->arena, size_t, flame->n_frames),
                GM_ARENA_NEW(plate->arena, double, flame->n_frames)};
    for (size_t i = 0; i < flame->n_frames; i++) f.order[i] = i;
    g_qsort_with_data(f.order, (gint)flame->n_frames, sizeof *f.order, compare, &f);
    place(plate, c, &f, (double)total);
    int deepest = 0;
    for (size_t i = 0; i < plate->chart.n_flames; i++) /* a tower too thin for a word is not worth the height */
        if (plate->chart.flames[i].width > 0.02) deepest = MAX(deepest, plate->chart.flames[i].depth);
    plate->chart.kind = GM_CHART_FLAME;
    plate->height = MAX(230, 84 + 17 * (double)MIN(deepest + 2, MAX_ROWS));
    word(plate, flame, growth, total);
    return true;
}
