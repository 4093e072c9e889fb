/* Computes the facts of one life: what rules may look at. Between the timeline and the rules.
 * Order matters: settings give the limit, the limit the material growth, that the trends. */
#include "analyzer/facts_private.h"

#include <math.h>

static void find_inputs(gm_facts *facts) {
    const gm_timeline *timeline = facts->timeline;
    static const struct {
        gm_quantity quantity;
        unsigned input;
    } map[] = {
        {GM_Q_MEM_USAGE, GM_INPUT_USAGE},
        {GM_Q_MEM_WORKING_SET, GM_INPUT_WORKING_SET},
        {GM_Q_MEM_ANON, GM_INPUT_ANON},
        {GM_Q_MEM_INACTIVE_FILE, GM_INPUT_MEMORY_STAT},
        {GM_Q_MEM_SHMEM, GM_INPUT_SHMEM},
        {GM_Q_MEM_KERNEL, GM_INPUT_KERNEL},
        {GM_Q_MEM_SLAB, GM_INPUT_KERNEL},
        {GM_Q_GO_SYS, GM_INPUT_MEMSTATS},
        {GM_Q_GO_GOROUTINES, GM_INPUT_GOROUTINES},
        {GM_Q_GO_THREADS, GM_INPUT_THREADS},
        {GM_Q_PROC_THREADS, GM_INPUT_THREADS},
        {GM_Q_CONTAINER_THREADS, GM_INPUT_THREADS},
        {GM_Q_LOAD_REQUESTS, GM_INPUT_LOAD},
        {GM_Q_LOAD_IN_FLIGHT, GM_INPUT_LOAD},
        {GM_Q_PROC_LAZYFREE, GM_INPUT_SMAPS},
        {GM_Q_PROC_RSS, GM_INPUT_RSS},
        {GM_Q_PROC_RSS_ANON, GM_INPUT_RSS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(map); i++)
        if (timeline->history[map[i].quantity].n >= 2) facts->inputs |= map[i].input;
    if (facts->n_cycles) facts->inputs |= GM_INPUT_GCTRACE;
    if (!isnan(facts->limit)) facts->inputs |= GM_INPUT_LIMIT;
    for (size_t i = 0; i < facts->n_kills; i++)
        if (facts->kills[i].sources & GM_KILL_KERNEL_LOG) facts->inputs |= GM_INPUT_OOM_LOG;
    if (facts->n_heap_profiles >= 3) facts->inputs |= GM_INPUT_HEAP_PROFILES;
    if (facts->n_dumps >= 2) facts->inputs |= GM_INPUT_DUMPS;
}

/* What may be said at most with what there is (the confidence matrix). */
static double cap_of(unsigned inputs) {
    bool go_inside = inputs & (GM_INPUT_MEMSTATS | GM_INPUT_GCTRACE | GM_INPUT_HEAP_PROFILES);
    bool cgroup = inputs & (GM_INPUT_USAGE | GM_INPUT_WORKING_SET | GM_INPUT_ANON);
    if (!cgroup)
        return inputs & (GM_INPUT_GCTRACE | GM_INPUT_OOM_LOG | GM_INPUT_MEMSTATS | GM_INPUT_HEAP_PROFILES) ? 0.6 : 0.3;
    if (!(inputs & GM_INPUT_ANON))
        return inputs & GM_INPUT_WORKING_SET ? (go_inside ? 0.6 : 0.5) : (go_inside ? 0.6 : 0.4);
    if (!go_inside) return 0.7;
    if (!(inputs & GM_INPUT_GCTRACE)) return inputs & (GM_INPUT_HEAP_PROFILES | GM_INPUT_DUMPS) ? 0.9 : 0.85;
    return inputs & (GM_INPUT_HEAP_PROFILES | GM_INPUT_DUMPS) ? 0.97 : 0.9;
}

static void take_points(gm_facts *facts) {
    const gm_timeline *timeline = facts->timeline;
    size_t from = 0, to;
    while (from < timeline->n_points && timeline->points[from].life != facts->life->life) from++;
    for (to = from; to < timeline->n_points && timeline->points[to].life == facts->life->life; to++) {
    }
    facts->points = timeline->points + from;
    facts->n_points = to - from;
    facts->peak_usage = facts->peak_counter = NAN;
    for (size_t i = 0; i < facts->n_points; i++) {
        int64_t usage = facts->points[i].value[GM_COL_USAGE];
        if (usage != GM_UNKNOWN) facts->peak_usage = fmax(facts->peak_usage, (double)usage);
    }
    const gm_history *peak = &timeline->history[GM_Q_MEM_PEAK];
    for (size_t i = 0; i < peak->n; i++)
        if (peak->t_ns[i] >= facts->life->from_ns && peak->t_ns[i] <= facts->life->to_ns && peak->value[i] > 0)
            facts->peak_counter = fmax(facts->peak_counter, peak->value[i]);
    if (facts->n_points)
        facts->window_s = (double)(facts->points[facts->n_points - 1].t_ns - facts->points[0].t_ns) / 1e9;
}

/* The timeline holds the cycles by life. */
static void take_cycles(gm_facts *facts) {
    const gm_timeline *timeline = facts->timeline;
    size_t from = 0, to;
    while (from < timeline->n_cycles && timeline->cycles[from].life != facts->life->life) from++;
    for (to = from; to < timeline->n_cycles && timeline->cycles[to].life == facts->life->life; to++)
        facts->all_cycles += gm_gc_count(&timeline->cycles[to]);
    facts->cycles = timeline->cycles + from;
    facts->n_cycles = to - from;
    if (facts->window_s == 0 && facts->n_cycles > 1)
        facts->window_s = (double)(timeline->cycles[to - 1].t_ns - facts->cycles[0].t_ns) / 1e9;
}

static void take_kills(gm_facts *facts) {
    const gm_timeline *timeline = facts->timeline;
    gm_kill *kills = GM_ARENA_NEW(facts->arena, gm_kill, timeline->n_kills + 1);
    for (size_t i = 0; i < timeline->n_kills; i++)
        if (timeline->kills[i].life == facts->life->life) kills[facts->n_kills++] = timeline->kills[i];
    facts->kills = kills;
}

bool gm_facts_build(gm_facts *facts, const gm_timeline *timeline, const gm_life *life, GError **error) {
    facts->timeline = timeline;
    facts->life = life;
    facts->limit = life->limit_bytes == GM_UNKNOWN ? NAN : (double)life->limit_bytes;
    facts->env_gogc = GM_UNKNOWN;
    facts->env_memlimit = facts->cpu_limit = NAN;
    double share = GM_LIMIT_OF(facts, MATERIAL_LIMIT_PCT) / 100;
    facts->material = fmax(GM_LIMIT_OF(facts, MATERIAL_BYTES), isnan(facts->limit) ? 0 : share * facts->limit);
    take_points(facts);
    take_cycles(facts);
    take_kills(facts);
    if (!gm_facts_settings(facts, error)) return false;
    gm_facts_trends(facts);
    gm_facts_gc(facts);
    if (!gm_facts_heap(facts, error) || !gm_facts_goroutines(facts, error) || !gm_facts_mappings(facts, error))
        return false;
    find_inputs(facts);
    facts->confidence_cap = cap_of(facts->inputs);
    return gm_facts_write(facts, error) && gm_facts_doubts(facts, error);
}
