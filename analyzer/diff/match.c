/* Pairs the containers of both sides: by namespace, workload and container, then by place, then because nobody else is
 * there. Several pods of a workload count as one container with the worst of each number. After read.c, before judge.c.
 */
#include "analyzer/diff/diff_private.h"

#include "gomortem/workload.h"

#include <math.h>

#define MOST_WORDS 400 /* of joined texts */

typedef struct {
    GPtrArray *members; /* gm_diff_container * */
    int partner;        /* index of the group on the other side; -1: none */
    size_t in_place;    /* groups of this side with its namespace and container */
    const char *matched_by;
} gm_group;

static const gm_diff_container *first_of(const gm_group *group) {
    return group->members->pdata[0];
}

static bool same_place(const gm_group *x, const gm_group *y) {
    const gm_diff_container *a = first_of(x), *b = first_of(y);
    return g_strcmp0(a->namespace_name, b->namespace_name) == 0 && g_strcmp0(a->container, b->container) == 0;
}

static bool same_names(const gm_group *x, const gm_group *y) {
    return same_place(x, y) && strcmp(first_of(x)->workload, first_of(y)->workload) == 0;
}

static size_t count_place(const GArray *groups, const gm_group *group) {
    size_t n = 0;
    for (guint i = 0; i < groups->len; i++) n += same_place(&g_array_index(groups, gm_group, i), group);
    return n;
}

static GArray *group_side(const gm_diff_side *side) {
    GArray *groups = g_array_new(FALSE, FALSE, sizeof(gm_group));
    for (guint i = 0; i < side->containers->len; i++) {
        gm_diff_container *c = side->containers->pdata[i];
        gm_group group = {g_ptr_array_new(), -1, 0, "nothing"};
        guint at = 0;
        g_free(c->workload);
        c->workload = gm_workload_name(c->pod);
        g_ptr_array_add(group.members, c);
        while (at < groups->len && !same_names(&g_array_index(groups, gm_group, at), &group)) at++;
        if (at == groups->len) {
            g_array_append_val(groups, group);
            continue;
        }
        g_ptr_array_add(g_array_index(groups, gm_group, at).members, c);
        g_ptr_array_unref(group.members);
    }
    for (guint i = 0; i < groups->len; i++)
        g_array_index(groups, gm_group, i).in_place = count_place(groups, &g_array_index(groups, gm_group, i));
    return groups;
}

static void free_groups(GArray *groups) {
    for (guint i = 0; i < groups->len; i++) g_ptr_array_unref(g_array_index(groups, gm_group, i).members);
    g_array_unref(groups);
}

static void meet(GArray *a, guint i, GArray *b, guint k, const char *matched_by) {
    gm_group *x = &g_array_index(a, gm_group, i), *y = &g_array_index(b, gm_group, k);
    x->partner = (int)k, y->partner = (int)i;
    x->matched_by = y->matched_by = matched_by;
}

static void pair_groups(GArray *a, GArray *b, bool lonely_meet) {
    for (int round = 0; round < 2; round++)
        for (guint k = 0; k < b->len; k++)
            for (guint i = 0; i < a->len; i++) {
                const gm_group *x = &g_array_index(a, gm_group, i), *y = &g_array_index(b, gm_group, k);
                if (x->partner >= 0 || y->partner >= 0) continue;
                if (round == 0 && same_names(x, y)) meet(a, i, b, k, "names");
                else if (round == 1 && same_place(x, y) && x->in_place == 1 && y->in_place == 1)
                    meet(a, i, b, k, "place");
            }
    if (lonely_meet && a->len == 1 && b->len == 1 && g_array_index(a, gm_group, 0).partner < 0)
        meet(a, 0, b, 0, "alone");
}

/* --- several pods as one --- */

static void join_words(gm_diff_fact *into, const gm_diff_fact *fact, gm_arena *arena) {
    if (!fact->text || g_strcmp0(into->text, fact->text) == 0) return;
    g_auto(GStrv) words = g_strsplit(into->text ? into->text : "", " | ", -1);
    if (g_strv_contains((const char *const *)words, fact->text) || strlen(into->text ? into->text : "") > MOST_WORDS)
        return;
    g_autofree char *joined = g_strdup_printf("%s | %s", into->text, fact->text);
    into->text = into->text ? gm_arena_strndup(arena, joined, strlen(joined)) : fact->text;
    into->value = NAN;
    into->container_id = GM_UNKNOWN; /* no single query yields them */
}

/* The worst of each number; of words all, but the verdict is that of the worst. */
static void join_fact(gm_diff_fact *into, const gm_diff_fact *fact, int64_t worst, gm_arena *arena) {
    if (strcmp(gm_diff_families[fact->family].area, "verdict") == 0)
        *into = fact->container_id == worst ? *fact : *into;
    else if (gm_diff_families[fact->family].kind == GM_DIFF_WORDS) join_words(into, fact, arena);
    else if (isnan(into->value) || fact->value > into->value) *into = *fact;
}

static gm_diff_container *worst_of(const gm_group *group) {
    gm_diff_container *worst = group->members->pdata[0];
    for (guint i = 1; i < group->members->len; i++)
        if (gm_diff_verdict_rank(group->members->pdata[i]) > gm_diff_verdict_rank(worst))
            worst = group->members->pdata[i];
    return worst;
}

static gm_diff_container *merge(gm_diff *diff, const gm_group *group, gm_arena *arena) {
    const gm_diff_container *worst = worst_of(group);
    if (group->members->len == 1) return group->members->pdata[0];
    gm_diff_container *c = gm_diff_container_new(NULL);
    g_ptr_array_add(diff->merged, c);
    c->container_id = worst->container_id, c->namespace_name = worst->namespace_name, c->pod = worst->pod,
    c->container = worst->container;
    c->points = worst->points, c->n_points = worst->n_points, c->seconds = worst->seconds,
    c->n_members = group->members->len;
    g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(gm_diff_fact));
    for (guint i = 0; i < group->members->len; i++) {
        const gm_diff_container *member = group->members->pdata[i];
        if (member->facts->len) g_array_append_vals(all, member->facts->data, member->facts->len);
        for (int family = 0; family < GM_DIFF_FAMILIES; family++) c->known[family] |= member->known[family];
    }
    GArray *own = c->facts;
    c->facts = all;
    gm_diff_sort_facts(c);
    c->facts = own;
    for (guint i = 0; i < all->len; i++) {
        const gm_diff_fact *fact = &g_array_index(all, gm_diff_fact, i);
        gm_diff_fact *last = own->len ? &g_array_index(own, gm_diff_fact, own->len - 1) : NULL;
        if (last && last->family == fact->family && strcmp(last->item, fact->item) == 0)
            join_fact(last, fact, c->container_id, arena);
        else g_array_append_val(own, *fact);
    }
    return c;
}

static void add_pair(gm_diff *diff, gm_diff_container *a, gm_diff_container *b, const char *matched_by) {
    gm_pair *pair = g_new0(gm_pair, 1);
    pair->a = a, pair->b = b, pair->matched_by = matched_by;
    pair->differences = g_array_new(FALSE, FALSE, sizeof(gm_difference));
    g_ptr_array_add(diff->pairs, pair);
}

static void pair_group(gm_diff *diff, const GArray *a, const gm_group *group) {
    gm_diff_container *other =
        group->partner >= 0 ? merge(diff, &g_array_index(a, gm_group, group->partner), diff->a->arena) : NULL;
    if (diff->mode == GM_DIFF_SIDES) add_pair(diff, other, merge(diff, group, diff->b->arena), group->matched_by);
    else
        for (guint i = 0; i < group->members->len; i++)
            add_pair(diff, other, group->members->pdata[i], group->matched_by);
}

static void pair_rest(gm_diff *diff, const gm_group *group) {
    if (diff->mode == GM_DIFF_SIDES) add_pair(diff, merge(diff, group, diff->a->arena), NULL, group->matched_by);
    else
        for (guint i = 0; i < group->members->len; i++)
            add_pair(diff, group->members->pdata[i], NULL, group->matched_by);
}

void gm_diff_match(gm_diff *diff) {
    GArray *a = group_side(diff->a), *b = group_side(diff->b);
    pair_groups(a, b, diff->mode != GM_DIFF_REGRESS);
    for (guint i = 0; i < b->len; i++) pair_group(diff, a, &g_array_index(b, gm_group, i));
    for (guint i = 0; i < a->len; i++)
        if (g_array_index(a, gm_group, i).partner < 0) pair_rest(diff, &g_array_index(a, gm_group, i));
    free_groups(a);
    free_groups(b);
}
