/* The list of deaths while it is built: kills.c and deaths.c ask it whether a statement means a death that another
 * source has stated, and add those that it does not. */
#include "analyzer/timeline/kills.h"

static int life_of(const gm_timeline *timeline, int64_t t_ns) {
    for (size_t i = timeline->n_lives; i-- > 0;)
        if (timeline->lives[i].from_ns <= t_ns) return timeline->lives[i].life;
    return timeline->n_lives ? timeline->lives[0].life : 1;
}

gm_kill_entry *gm_kills_find(const gm_kill_list *list, int64_t from, int64_t to, unsigned source, int64_t claimer) {
    for (guint i = 0; i < list->entries->len; i++) {
        gm_kill_entry *entry = &g_array_index(list->entries, gm_kill_entry, i);
        const gm_kill *kill = &entry->kill;
        if (kill->sources & source || kill->t_ns == GM_UNKNOWN ||
            (claimer != GM_UNKNOWN && entry->claimed_by == claimer))
            continue;
        if (kill->t_ns >= from - GM_KILL_MATCH_NS && kill->t_ns <= to + GM_KILL_MATCH_NS) return entry;
    }
    return NULL;
}

gm_kill_entry *gm_kills_add(gm_kill_list *list, const char *class_name, int64_t t_ns, int64_t uncertainty_ns,
                            unsigned source) {
    int unplaced = list->timeline->n_lives > 1 ? 0 : 1;
    gm_kill_entry entry = {{.life = t_ns == GM_UNKNOWN ? unplaced : life_of(list->timeline, t_ns),
                            .t_ns = t_ns,
                            .uncertainty_ns = uncertainty_ns,
                            .class_name = class_name,
                            .sources = source,
                            .oom_kill_id = GM_UNKNOWN},
                           GM_UNKNOWN};
    g_array_append_val(list->entries, entry);
    return &g_array_index(list->entries, gm_kill_entry, list->entries->len - 1);
}
