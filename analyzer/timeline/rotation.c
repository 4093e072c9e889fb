/* A log that was rotated tells of one process in two members, and of its runs in all of them: the members are read as
 * the one log that they were.
 *
 * Between loading the cycles and placing their clocks. One member continues another when its first cycles are counted
 * on where the last ones of the other end, later and on as many CPUs. Where several fit, none is joined. */
#include "analyzer/timeline/rotation.h"

#define MOST_MEMBERS 1000 /* with more nothing is joined: every pair is looked at */

typedef struct { /* the rows of one member */
    size_t from, to;
    int before; /* the member that this one continues; NONE or SEVERAL */
    bool continued;
} part;

enum { NONE = -1, SEVERAL = -2 };

static GArray *cut_members(const gm_gc_row *cycles, size_t n) {
    GArray *parts = g_array_new(FALSE, FALSE, sizeof(part));
    for (size_t from = 0, to; from < n; from = to) {
        for (to = from + 1; to < n && cycles[to].member_id == cycles[from].member_id; to++) continue;
        part member = {from, to, NONE, false};
        g_array_append_val(parts, member);
    }
    return parts;
}

static bool follows(const gm_gc_row *last, const gm_gc_row *first) {
    return last->n + 1 == first->n && last->start_s < first->start_s && last->procs == first->procs;
}

/* False: no member continues another. */
static bool find_neighbours(const gm_gc_row *cycles, part *parts, int n) {
    bool found = false;
    for (int a = 0; n <= MOST_MEMBERS && a < n; a++) {
        int after = NONE;
        for (int b = 0; b < n; b++) {
            if (a == b || !follows(&cycles[parts[a].to - 1], &cycles[parts[b].from])) continue;
            parts[b].before = parts[b].before == NONE ? a : SEVERAL;
            after = after == NONE ? b : SEVERAL;
        }
        parts[a].continued = after >= 0;
    }
    for (int b = 0; b < n; b++)
        if (parts[b].before < 0 || !parts[parts[b].before].continued) parts[b].before = NONE;
    for (int a = 0; a < n; a++) parts[a].continued = false;
    for (int b = 0; b < n; b++)
        if (parts[b].before >= 0) found = parts[parts[b].before].continued = true;
    return found;
}

typedef struct {
    GArray *cycles, *log_ns, *places; /* in the new order */
    int log;
    int64_t member_id, process, last_line; /* of the log so far */
} joined;

static void append(joined *to, const part *member, const GArray *cycles, const GArray *log_ns, const GArray *places) {
    int64_t lines = to->last_line;
    for (size_t i = member->from; i < member->to; i++) {
        gm_gc_row row = g_array_index(cycles, gm_gc_row, i);
        gm_cycle_place place = g_array_index(places, gm_cycle_place, i);
        bool same =
            i > member->from ? row.process == g_array_index(cycles, gm_gc_row, i - 1).process : member->before >= 0;
        if (member->before < 0) to->process = row.process; /* the first member keeps its numbers */
        else to->process += !same;
        row.member_id = to->member_id;
        row.process = to->process;
        place.log = to->log;
        place.line += lines;
        to->last_line = MAX(to->last_line, place.line);
        g_array_append_val(to->places, place);
        g_array_append_val(to->cycles, row);
        g_array_append_vals(to->log_ns, &g_array_index(log_ns, int64_t, i), 1);
    }
}

static const part *next_of(const GArray *parts, const part *member) {
    const part *all = (const part *)(const void *)parts->data;
    for (guint i = 0; member->continued && i < parts->len; i++)
        if (all[i].before == member - all) return &all[i];
    return NULL;
}

static void replace(GArray *array, GArray *by) {
    g_array_set_size(array, 0);
    g_array_append_vals(array, by->data, by->len);
    g_array_unref(by);
}

static void number_logs(const GArray *parts, GArray *places) {
    for (guint i = 0; i < parts->len; i++)
        for (size_t k = g_array_index(parts, part, i).from; k < g_array_index(parts, part, i).to; k++)
            g_array_index(places, gm_cycle_place, k).log = (int)i + 1;
}

/* A circle of members, each continuing the next, is impossible: starts ascend along it. */
void gm_rotation_join(GArray *cycles, GArray *log_ns, GArray *places) {
    g_autoptr(GArray) parts = cut_members((const gm_gc_row *)(const void *)cycles->data, cycles->len);
    if (!find_neighbours((const gm_gc_row *)(const void *)cycles->data, (part *)(void *)parts->data, (int)parts->len)) {
        number_logs(parts, places);
        return;
    }
    joined to = {g_array_new(FALSE, FALSE, sizeof(gm_gc_row)), g_array_new(FALSE, FALSE, sizeof(int64_t)),
                 g_array_new(FALSE, FALSE, sizeof(gm_cycle_place)), .log = 0};
    for (guint i = 0; i < parts->len; i++) {
        const part *member = &g_array_index(parts, part, i);
        if (member->before >= 0) continue;
        to.log++;
        to.last_line = 0;
        to.member_id = g_array_index(cycles, gm_gc_row, member->from).member_id;
        for (; member; member = next_of(parts, member)) append(&to, member, cycles, log_ns, places);
    }
    replace(cycles, to.cycles);
    replace(log_ns, to.log_ns);
    replace(places, to.places);
}
