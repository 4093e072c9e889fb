/* The demand of a life, taken from its GC cycles and its timeline: what was allocated, what lived, what collections
 * cost, and what memory there was beside the heap. After the facts, before the simulation.
 *
 * gctrace prints whole MiB, floored: half a MiB is added. What was allocated is the heap at the end of a mark less the
 * live heap before it, which is what the pacer itself counts: spans in use, and so a few per cent more than the objects
 * that the counter of allocated bytes adds up. A recorded goal is never looked at. Memory beside the heap =
 * unreclaimable memory - the heap that was resident. It may be negative: a ballast is live and never touched. That is
 * believed only once the program has allocated three times its heap, so that every page had its turn; before, pages are
 * merely not touched yet. */
#include "analyzer/facts_private.h"
#include "analyzer/gc_private.h"
#include "analyzer/rules/go.h"
#include "analyzer/verdict_text.h"
#include "analyzer/whatif/pacer.h"
#include "analyzer/whatif/whatif.h"

#define MOST_NODES     1500 /* of the demand; longer records are merged */
#define MORE_NODES     64   /* the tail, and what run.c adds behind the record */
#define MOST_POINTS    600  /* of what lies beside the heap */
#define MOST_PROCESSES 64   /* logs that tell of one life */
#define BURST_MIB      2    /* allocated while marking: beyond what flooring makes */
#define HALF_MIB       (GM_MIB / 2)
#define GONE_OVER      3.0   /* times its heap must have been allocated before untouched memory is believed */
#define NON_HEAP       0.075 /* of the heap, when MemStats does not tell */
#define TAIL_S         240.0 /* the demand goes on so long behind the last collection; the periodic one comes earlier */
#define TAIL_CYCLES    8
#define LONGEST_S      1e9 /* 31 years */
#define STARTUP_S      2.0 /* of the process: what a start-up allocates says nothing about the service */
#define ALIVE          0.1 /* of its highest memory: less is a container whose process is gone */
#define ENOUGH_POINTS  5   /* that agree on memory which is never touched */

typedef struct {
    const gm_facts *facts;
    gm_whatif_life *life;
    const gm_gc_row **rows; /* of one process, in time order */
    size_t n_rows, skipped;
    double zero_s; /* start_s at which the replay begins */
} gm_taking;

static double bytes_of(int64_t mib) {
    return mib == GM_UNKNOWN ? 0 : (double)mib * GM_MIB + HALF_MIB;
}

static double scanned_of(int64_t mib) { /* mostly far below a MiB: nothing is added */
    return mib == GM_UNKNOWN ? 0 : (double)mib * GM_MIB;
}

static double end_of(const gm_taking *taking, const gm_gc_row *row) {
    return row->start_s + gm_gc_wall_s(row) - taking->zero_s;
}

/* --- rows --- */

/* The process with most cycles; a second log of the same time would count everything twice. */
static const gm_gc_row *main_process(const gm_facts *facts) {
    const gm_gc_row *first[MOST_PROCESSES];
    size_t count[MOST_PROCESSES], n = 0, best = 0, last = 0;
    for (size_t i = 0; i < facts->n_cycles; i++) {
        const gm_gc_row *row = &facts->cycles[i];
        if (n == 0 || !gm_gc_same_process(first[last], row))
            for (last = 0; last < n && !gm_gc_same_process(first[last], row);) last++;
        if (last == n) {
            if (n == MOST_PROCESSES) {
                last = 0;
                continue;
            }
            first[n] = row;
            count[n++] = 0;
        }
        count[last] += (size_t)gm_gc_count(row);
        if (count[last] > count[best]) best = last;
    }
    return n ? first[best] : NULL;
}

static void take_rows(gm_taking *taking) {
    const gm_facts *facts = taking->facts;
    const gm_gc_row *process = main_process(facts);
    taking->rows = GM_ARENA_NEW(facts->arena, const gm_gc_row *, facts->n_cycles + 1);
    for (size_t i = 0; process && i < facts->n_cycles; i++) {
        const gm_gc_row *row = &facts->cycles[i], *last = taking->n_rows ? taking->rows[taking->n_rows - 1] : NULL;
        if (!gm_gc_same_process(process, row) || (last && (row->n <= last->n || row->start_s < last->start_s)))
            continue;
        taking->rows[taking->n_rows++] = row;
    }
}

/* The pacer remembers the last collections, those of the start-up too. */
static void take_consmarks(gm_taking *taking) {
    for (int i = 0; i < GM_SIM_CONSMARKS && (size_t)i <= taking->skipped; i++) {
        const gm_gc_row *row = taking->rows[-i];
        double procs = fmax(1, (double)row->procs), room = fmax(1e-9, gm_gc_wall_s(row) * procs) * 1e3;
        double allocated = (double)MAX(0, row->end_mib - row->start_mib) * GM_MIB;
        taking->life->demand.consmark[GM_SIM_CONSMARKS - 1 - i] = gm_pacer_consmark(
            allocated, bytes_of(row->live_mib), fmin(row->cpu_ms[1] / room, 1), fmin(row->cpu_ms[3] / room, 1));
    }
}

/* Leaves the start-up out, where the log holds it and goes on behind it. */
static void skip_startup(gm_taking *taking) {
    size_t skip = 0;
    while (skip + 2 < taking->n_rows && taking->rows[skip + 1]->start_s < STARTUP_S) skip++;
    taking->rows += skip;
    taking->skipped = skip;
    taking->n_rows -= skip;
}

/* --- nodes --- */

static gm_sim_node node_of(const gm_taking *taking, const gm_gc_row *row, double alloc) {
    double wall = gm_gc_wall_s(row), procs = fmax(1, (double)row->procs), room = wall * procs;
    const double *cpu = row->cpu_ms;
    return (gm_sim_node){.t_s = end_of(taking, row),
                         .alloc = alloc,
                         .live = bytes_of(row->live_mib),
                         .stacks = scanned_of(row->stacks_mib),
                         .globals = scanned_of(row->globals_mib),
                         .mark_s = wall,
                         .cpu_s = (cpu[0] + cpu[1] + cpu[2] + cpu[4]) / 1e3,
                         .assist = room > 0 ? fmin(cpu[1] / 1e3 / room, 1) : 0,
                         .idle = room > 0 ? fmin(cpu[3] / 1e3 / room, 1) : 0,
                         .forced = row->forced};
}

static double allocated(const gm_gc_row *before, const gm_gc_row *row, int64_t to_mib) {
    if (row->left_out)
        return (row->left_out->allocated_mib + fmax(0, (double)(to_mib - row->left_out->last_live_mib))) * GM_MIB;
    double step = fmax(0, (double)(to_mib - before->live_mib)) * GM_MIB;
    return step * (double)(row->n - before->n); /* cycles whose lines are lost allocated about as much */
}

static void put_node(gm_sim_demand *demand, gm_sim_node node) {
    gm_sim_node *last = demand->n_nodes ? &demand->nodes[demand->n_nodes - 1] : NULL;
    if (last && node.t_s < last->t_s) node.t_s = last->t_s;
    demand->nodes[demand->n_nodes++] = node;
}

/* Where a mark began, when much was allocated while it ran. */
static gm_sim_node start_of(const gm_taking *taking, const gm_gc_row *before, const gm_gc_row *row,
                            const gm_sim_node *last, const gm_sim_node *end) {
    gm_sim_node start = *end;
    start.t_s = row->start_s - taking->zero_s;
    double share = fmin(fmax((start.t_s - last->t_s) / fmax(1e-9, end->t_s - last->t_s), 0), 1);
    start.alloc = last->alloc + allocated(before, row, row->start_mib);
    start.live = last->live + (end->live - last->live) * share;
    double ratio = end->live > 0 ? start.live / end->live : 1;
    start.mark_s *= ratio;
    start.cpu_s *= ratio;
    start.forced = false;
    return start;
}

static void take_nodes(gm_taking *taking) {
    gm_sim_demand *demand = &taking->life->demand;
    const gm_gc_row **rows = taking->rows;
    demand->nodes = g_new(gm_sim_node, 2 * taking->n_rows + 1);
    put_node(demand, node_of(taking, rows[0], 0));
    for (size_t i = 1; i < taking->n_rows; i++) {
        const gm_sim_node last = demand->nodes[demand->n_nodes - 1];
        gm_sim_node end = node_of(taking, rows[i], last.alloc + allocated(rows[i - 1], rows[i], rows[i]->end_mib));
        bool burst = rows[i]->end_mib - rows[i]->start_mib >= BURST_MIB && rows[i]->n == rows[i - 1]->n + 1;
        if (burst) put_node(demand, start_of(taking, rows[i - 1], rows[i], &last, &end));
        put_node(demand, end);
    }
}

/* Merges neighbours; a live heap that stands out is kept. From then on the nodes lie in the arena, with room for more.
 */
static void merge_nodes(gm_sim_demand *demand, gm_arena *arena) {
    size_t run = (demand->n_nodes - 1) / MOST_NODES + 1, n = 1;
    for (size_t from = 1; run > 1 && from < demand->n_nodes; from += run) {
        size_t count = MIN(run, demand->n_nodes - from);
        gm_sim_node merged = demand->nodes[from + count - 1];
        double sums[5] = {0}, most = 0;
        for (size_t i = from; i < from + count; i++) {
            const gm_sim_node *node = &demand->nodes[i];
            const double values[] = {node->live, node->mark_s, node->cpu_s, node->assist, node->idle};
            for (size_t k = 0; k < G_N_ELEMENTS(values); k++) sums[k] += values[k] / (double)count;
            most = fmax(most, node->live);
            merged.forced = merged.forced || node->forced;
        }
        merged.live = most > 1.1 * sums[0] ? most : sums[0];
        merged.mark_s = sums[1] * merged.live / fmax(1, sums[0]),
        merged.cpu_s = sums[2] * merged.live / fmax(1, sums[0]);
        merged.assist = sums[3], merged.idle = sums[4];
        demand->nodes[n++] = merged;
    }
    if (run > 1) demand->n_nodes = n;
    gm_sim_node *nodes = GM_ARENA_NEW(arena, gm_sim_node, demand->n_nodes + MORE_NODES);
    memcpy(nodes, demand->nodes, demand->n_nodes * sizeof(*nodes));
    g_free(demand->nodes);
    demand->nodes = nodes;
}

static double alloc_at(const gm_sim_demand *demand, double t_s) {
    size_t i = 0, to = demand->n_nodes - 1;
    while (i < to) { /* first node not before */
        size_t middle = (i + to) / 2;
        if (demand->nodes[middle].t_s < t_s) i = middle + 1;
        else to = middle;
    }
    const gm_sim_node *node = &demand->nodes[i];
    if (i == 0 || node->t_s <= t_s || node->t_s <= node[-1].t_s) return node->alloc;
    return node[-1].alloc + (node->alloc - node[-1].alloc) * (t_s - node[-1].t_s) / (node->t_s - node[-1].t_s);
}

/* A life lasts to the next start; the process may be gone long before. */
static double alive_until(const gm_taking *taking) {
    const gm_facts *facts = taking->facts;
    double most = 0, last_s = NAN;
    for (size_t i = 0; i < facts->n_points; i++) most = fmax(most, gm_hard_of(&facts->points[i]));
    for (size_t i = 0; i < facts->n_points; i++)
        if (gm_hard_of(&facts->points[i]) > ALIVE * most)
            last_s = (double)(facts->points[i].t_ns - taking->life->from_ns) / 1e9;
    double end_s = (double)(taking->life->to_ns - taking->life->from_ns) / 1e9;
    if (taking->life->killed_ns != GM_UNKNOWN)
        end_s = fmin(end_s, (double)(taking->life->killed_ns - taking->life->from_ns) / 1e9);
    return isnan(last_s) ? end_s : fmin(end_s, last_s);
}

/* Behind the last collection the program went on as in the cycles before. */
static void add_tail(gm_taking *taking) {
    gm_sim_demand *demand = &taking->life->demand;
    size_t from = demand->n_nodes > TAIL_CYCLES ? demand->n_nodes - TAIL_CYCLES - 1 : 0;
    gm_sim_node last = demand->nodes[demand->n_nodes - 1], *first = &demand->nodes[from];
    double rate = last.t_s > first->t_s ? (last.alloc - first->alloc) / (last.t_s - first->t_s) : 0;
    double until = fmax(last.t_s, alive_until(taking));
    demand->end_s = demand->known_s = fmin(until, last.t_s + TAIL_S);
    last.alloc += rate * (demand->end_s - last.t_s);
    last.t_s = demand->end_s;
    last.forced = false;
    put_node(demand, last);
}

/* --- memory beside the heap --- */

static double known(const gm_point *point, int column) {
    return point->value[column] == GM_UNKNOWN ? 0 : (double)point->value[column];
}

/* What the buckets say lies beside the heap; parts that are not known count as none, and so does fragmentation: a
 * scrape in the middle of a sweep shows more of it than there is. */
static double by_buckets(const gm_point *point) {
    static const int columns[] = {GM_COL_GO_META, GM_COL_GO_STACKS, GM_COL_NATIVE, GM_COL_OTHER_PROCESSES,
                                  GM_COL_KERNEL,  GM_COL_SHMEM,     GM_COL_DIRTY};
    double sum = -known(point, GM_COL_SLAB_RECLAIMABLE);
    for (size_t i = 0; i < G_N_ELEMENTS(columns); i++) sum += known(point, columns[i]);
    return fmax(0, sum);
}

static void put_beside(gm_sim_demand *demand, size_t run, size_t *in_run, gm_sim_beside point) {
    gm_sim_beside *last = demand->n_beside ? &demand->beside[demand->n_beside - 1] : NULL;
    bool merge = last && *in_run < run;
    *in_run = merge ? *in_run + 1 : 1;
    if (!merge) demand->beside[demand->n_beside++] = point;
    else if (point.bytes > last->bytes) *last = point; /* the highest of its stretch */
}

typedef struct {
    double t_s, hard, heap, buckets; /* heap: as much as is resident of it and of those before */
    bool gone_over;
} gm_reading;

static size_t take_readings(const gm_taking *taking, gm_reading *readings) {
    const gm_facts *facts = taking->facts;
    const gm_sim_demand *demand = &taking->life->demand;
    gm_sim_resident resident;
    size_t row = 0, n = 0;
    gm_sim_resident_init(&resident);
    for (size_t i = 0; i < facts->n_points; i++) {
        double t_s = (double)(facts->points[i].t_ns - taking->life->from_ns) / 1e9,
               hard = gm_hard_of(&facts->points[i]);
        if (t_s < 0 || t_s > demand->end_s || isnan(hard) || hard <= 0) continue;
        for (; row < taking->n_rows && end_of(taking, taking->rows[row]) <= t_s; row++)
            gm_sim_resident_add(&resident, end_of(taking, taking->rows[row]), bytes_of(taking->rows[row]->end_mib));
        const gm_gc_row *last = taking->rows[row ? row - 1 : 0];
        double alloc = alloc_at(demand, t_s),
               heap = bytes_of(last->live_mib) + fmax(0, alloc - alloc_at(demand, end_of(taking, last)));
        double was = gm_sim_resident_at(&resident, t_s, heap);
        readings[n++] = (gm_reading){t_s, hard, was, by_buckets(&facts->points[i]),
                                     alloc + bytes_of(taking->rows[0]->end_mib) >= GONE_OVER * was};
    }
    return n;
}

/* What is never touched of the heap: all readings agree on it that can tell. */
static double never_touched(const gm_reading *readings, size_t n) {
    double least = INFINITY;
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        if (!readings[i].gone_over) continue;
        least = fmin(least, readings[i].heap + readings[i].buckets - readings[i].hard);
        told++;
    }
    return told >= ENOUGH_POINTS ? fmax(0, least) : 0;
}

static void take_beside(gm_taking *taking) {
    const gm_facts *facts = taking->facts;
    gm_sim_demand *demand = &taking->life->demand;
    gm_reading *readings = GM_ARENA_NEW(facts->arena, gm_reading, facts->n_points + 1);
    size_t n = take_readings(taking, readings), run = n / MOST_POINTS + 1, in_run = 0;
    taking->life->untouched = n ? never_touched(readings, n) : NAN;
    demand->beside = GM_ARENA_NEW(facts->arena, gm_sim_beside, n + 64);
    for (size_t i = 0; i < n; i++) {
        double beside = readings[i].hard - readings[i].heap, least = readings[i].buckets - taking->life->untouched;
        put_beside(demand, run, &in_run,
                   (gm_sim_beside){readings[i].t_s, readings[i].gone_over ? beside : fmax(beside, least)});
    }
}

/* How soon a collection follows another when the goal is reached at once: the program must allocate first. */
static double rest_of(const gm_taking *taking) {
    g_autofree double *rests = g_new(double, taking->n_rows);
    size_t n = 0;
    for (size_t i = 1; i < taking->n_rows; i++) {
        const gm_gc_row *before = taking->rows[i - 1], *row = taking->rows[i];
        if (row->n == before->n + 1 && row->start_mib <= before->live_mib)
            rests[n++] = fmax(0, row->start_s - before->start_s - gm_gc_wall_s(before));
    }
    return n >= ENOUGH_POINTS ? gm_stats_mean(rests, n) : 0;
}

/* --- settings and summary --- */

bool gm_whatif_is_growth(const char *cause) {
    static const char *const causes[] = {"go_live_leak", "goroutine_leak", "native_leak",  "glibc_retention",
                                         "mmap_leak",    "thread_leak",    "tmpfs",        "slab",
                                         "stack_growth", "socket_buffers", "kernel_stack", "runtime_overhead"};
    for (size_t i = 0; cause && i < G_N_ELEMENTS(causes); i++)
        if (strcmp(cause, causes[i]) == 0) return true;
    return false;
}

/* Parts of the demand that no setting of the collector bounds. Anonymous memory is left out: garbage makes it rise too.
 */
static bool demand_rises(const gm_facts *facts) {
    static const int series[] = {GM_COL_NATIVE, GM_COL_SHMEM, GM_COL_KERNEL, GM_COL_OTHER_PROCESSES};
    for (size_t i = 0; i < G_N_ELEMENTS(series); i++)
        if (gm_rises(facts, series[i])) return true;
    return gm_live_rises(facts);
}

static void take_settings(const gm_facts *facts, gm_whatif_life *life) {
    const gm_gc_summary *gc = &facts->gc;
    life->gogc = gc->gogc != GM_UNKNOWN ? (int)MIN(gc->gogc, 100000) : 100;
    life->gogc_source = gc->gogc != GM_UNKNOWN ? gc->gogc_source : "default";
    life->memlimit = gc->memlimit_bytes;
    life->limit = facts->limit;
    life->demand.go_minor = facts->go_minor;
    life->demand.procs = gc->procs > 0 ? (double)gc->procs : 1;
    life->cores = facts->cpu_limit < life->demand.procs ? facts->cpu_limit : life->demand.procs;
    life->killed_ns = GM_UNKNOWN;
    for (size_t i = 0; i < facts->n_kills; i++)
        if (strcmp(facts->kills[i].class_name, "own_limit") == 0)
            life->killed_ns = facts->kills[i].t_ns == GM_UNKNOWN ? facts->life->to_ns : facts->kills[i].t_ns;
}

static void take_parts(const gm_facts *facts, gm_whatif_life *life) {
    life->native = gm_column_quantile(facts, GM_COL_NATIVE, 0.99);
    life->other = gm_column_quantile(facts, GM_COL_OTHER_PROCESSES, 0.99);
    life->kernel = gm_column_quantile(facts, GM_COL_KERNEL, 0.99);
    life->shmem = gm_column_quantile(facts, GM_COL_SHMEM, 0.99);
    life->dirty = gm_column_quantile(facts, GM_COL_DIRTY, 0.99);
    life->beside_go = gm_beside_go(facts);
    life->own = gm_beside_heap(facts) - life->beside_go;
}

static void take_nonheap(gm_taking *taking) {
    const gm_facts *facts = taking->facts;
    g_autofree double *sums = g_new(double, facts->n_points + taking->n_rows + 1);
    size_t n = 0;
    for (size_t i = 0; i < facts->n_points; i++) {
        const int64_t *v = facts->points[i].value;
        if (v[GM_COL_GO_META] != GM_UNKNOWN && v[GM_COL_GO_STACKS] != GM_UNKNOWN && v[GM_COL_GO_FRAG] != GM_UNKNOWN)
            sums[n++] = (double)v[GM_COL_GO_META] + (double)v[GM_COL_GO_STACKS] + (double)v[GM_COL_GO_FRAG];
    }
    double share = n ? 1 : NON_HEAP;
    for (size_t i = 0; share < 1 && i < taking->n_rows; i++) sums[n++] = bytes_of(taking->rows[i]->end_mib);
    taking->life->nonheap = taking->life->demand.nonheap =
        round(share * gm_stats_median(sums, n)); /* as it is stored */
}

static void summarise(gm_taking *taking) {
    gm_whatif_life *life = taking->life;
    const gm_sim_demand *demand = &life->demand;
    g_autofree double *live = g_new(double, taking->n_rows);
    for (size_t i = 0; i < taking->n_rows; i++) live[i] = bytes_of(taking->rows[i]->live_mib);
    life->live_p99 = gm_stats_quantile(live, taking->n_rows, 0.99);
    life->live_last = live[taking->n_rows - 1];
    life->alloc_per_s = demand->end_s > 0 ? demand->nodes[demand->n_nodes - 1].alloc / demand->end_s : NAN;
}

static bool refuse(gm_whatif_life *life, const char *reason) {
    life->status = GM_WHATIF_REFUSED;
    life->reason = reason;
    return false;
}

static bool possible(const gm_taking *taking, gm_whatif_life *life) {
    bool off = life->gogc < 0 && isnan(life->memlimit);
    if (taking->n_rows == 0 && off)
        return refuse(life, "GOGC=off: no collection ran, so that nothing tells how much of the heap was live");
    if (taking->n_rows == 0)
        return refuse(life, "no collection is recorded in this life: needs gctrace lines (GODEBUG=gctrace=1)");
    if (taking->n_rows < 2)
        return refuse(life, "only one collection is recorded in this life: two are needed for a rate of allocation");
    double length_s = taking->rows[taking->n_rows - 1]->start_s - taking->rows[0]->start_s;
    if (!(length_s > 0)) return refuse(life, "the collections have no times that differ");
    if (!(length_s < LONGEST_S)) return refuse(life, "the times of the collections are absurd");
    return true;
}

void gm_whatif_demand(const gm_facts *facts, gm_whatif_life *life) {
    *life = (gm_whatif_life){.life = facts->life->life,
                             .cause = life->cause,
                             .from_ns = facts->life->from_ns,
                             .to_ns = facts->life->to_ns,
                             .untouched = NAN,
                             .nonheap = NAN,
                             .live_p99 = NAN,
                             .live_last = NAN,
                             .alloc_per_s = NAN};
    gm_taking taking = {.facts = facts, .life = life};
    take_settings(facts, life);
    take_parts(facts, life);
    take_rows(&taking);
    life->grows = demand_rises(facts) || gm_whatif_is_growth(life->cause);
    if (!possible(&taking, life)) return;
    skip_startup(&taking);
    taking.zero_s = taking.rows[0]->start_s + gm_gc_wall_s(taking.rows[0]);
    life->from_ns = taking.rows[0]->t_ns + (int64_t)(gm_gc_wall_s(taking.rows[0]) * 1e9);
    take_consmarks(&taking);
    take_nodes(&taking);
    merge_nodes(&life->demand, facts->arena);
    add_tail(&taking);
    life->to_ns = life->from_ns + (int64_t)(life->demand.end_s * 1e9);
    life->demand.rest_s = rest_of(&taking);
    take_nonheap(&taking);
    take_beside(&taking);
    summarise(&taking);
}
