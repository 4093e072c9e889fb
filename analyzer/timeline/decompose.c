/* Splits one moment's cgroup usage into buckets that add up to it, for cgroup v1 and v2. Pure arithmetic.
 *
 *   usage = anon + file + kernel (+ sock on v2)         file = inactive + active file + tmpfs
 *   anon  = Go live + garbage + fragmentation + idle + stacks + metadata + lazily freed + native + other processes
 *
 * Pages given back with MADV_FREE stay in anon but lie on the inactive file list: what the file lists hold beyond
 * the file total is lazily freed memory. Go's own total may exceed anon (memory that was never touched): the
 * excess is taken from garbage, then idle, then live. A bucket that cannot be known is NULL, never 0.
 * Kernel documentation: admin-guide/cgroup-v2, admin-guide/cgroup-v1/memory. */
#include "analyzer/timeline/decompose.h"

#include <math.h>

#define LAZYFREE_NOISE 1048576.0 /* below: the lists and the total were not read at the same instant */
#define OTHER_NOISE    0.02      /* share of anon by which two readings of a growing process may differ */

static double positive(double x) {
    return isnan(x) ? NAN : fmax(0, x);
}

static double or_zero(double x) {
    return isnan(x) ? 0 : x;
}

static void set(int64_t column[GM_COL_COUNT], gm_column which, double value) {
    column[which] = isnan(value) || fabs(value) > 9e18 ? GM_UNKNOWN : llround(value);
}

typedef struct {
    double file, inactive, active, shmem, lazyfree;
} gm_file_side;

/* The working set is usage without the inactive file list: where memory.stat is missing it tells that list, unless
 * cAdvisor cut the working set off at 0. */
static double inactive_list(const double *v) {
    if (!isnan(v[GM_Q_MEM_INACTIVE_FILE]) || !(v[GM_Q_MEM_WORKING_SET] > 0)) return v[GM_Q_MEM_INACTIVE_FILE];
    return positive(v[GM_Q_MEM_USAGE] - v[GM_Q_MEM_WORKING_SET]);
}

/* One list alone gives a lower bound: what it holds beyond the whole file total cannot be file pages. */
static double lazily_freed(const double *v, const gm_file_side *f) {
    double exact = f->inactive + f->active - (f->file - f->shmem), least = f->inactive - f->file;
    if (!isnan(exact)) return exact < LAZYFREE_NOISE ? 0 : exact;
    if (!isnan(v[GM_Q_PROC_LAZYFREE])) return v[GM_Q_PROC_LAZYFREE];
    return least > LAZYFREE_NOISE ? least : NAN;
}

static gm_file_side split_file(const double *v) {
    gm_file_side f = {v[GM_Q_MEM_FILE], inactive_list(v), v[GM_Q_MEM_ACTIVE_FILE], v[GM_Q_MEM_SHMEM], NAN};
    /* cAdvisor exports no shmem: the rest of the total */
    if (isnan(f.shmem)) f.shmem = positive(f.file - (f.inactive + f.active));
    f.lazyfree = lazily_freed(v, &f);
    f.inactive = positive(f.inactive - or_zero(f.lazyfree));
    return f;
}

/* cAdvisor reports 0 kernel memory on cgroup v2, whatever there is: 0 beside a large unexplained rest is unknown. */
static double kernel_total(const double *v) {
    double parts = v[GM_Q_MEM_SLAB];
    if (isnan(parts)) parts = v[GM_Q_MEM_SLAB_RECLAIMABLE] + v[GM_Q_MEM_SLAB_UNRECLAIMABLE];
    parts += or_zero(v[GM_Q_MEM_KERNEL_STACK]) + or_zero(v[GM_Q_MEM_PAGETABLES]) + or_zero(v[GM_Q_MEM_PERCPU]) +
             or_zero(v[GM_Q_MEM_VMALLOC]);
    double total = v[GM_Q_MEM_KERNEL];
    if (total == 0 && !(v[GM_Q_MEM_USAGE] - v[GM_Q_MEM_ANON] - v[GM_Q_MEM_FILE] < 4 * LAZYFREE_NOISE)) total = NAN;
    return isnan(total) ? parts : total;
}

static void split_kernel(const double *v, double kernel, int64_t *column) {
    double slab = v[GM_Q_MEM_SLAB_RECLAIMABLE] + v[GM_Q_MEM_SLAB_UNRECLAIMABLE];
    double known = or_zero(slab) + or_zero(v[GM_Q_MEM_KERNEL_STACK]) + or_zero(v[GM_Q_MEM_PAGETABLES]);
    set(column, GM_COL_KERNEL, kernel);
    set(column, GM_COL_SLAB_RECLAIMABLE, v[GM_Q_MEM_SLAB_RECLAIMABLE]);
    set(column, GM_COL_SLAB_UNRECLAIMABLE, v[GM_Q_MEM_SLAB_UNRECLAIMABLE]);
    set(column, GM_COL_KERNEL_STACK, v[GM_Q_MEM_KERNEL_STACK]);
    set(column, GM_COL_PAGETABLES, v[GM_Q_MEM_PAGETABLES]);
    set(column, GM_COL_KERNEL_OTHER, positive(kernel - known));
}

/* Anonymous memory that is not the Go process'. Its RSS holds file pages too, so that the difference is a lower
 * bound when the anonymous part is not told apart. */
static double other_processes(const double *v, double anon) {
    double own = isnan(v[GM_Q_PROC_RSS_ANON]) ? v[GM_Q_PROC_RSS] : v[GM_Q_PROC_RSS_ANON];
    double other = positive(anon - own);
    return other < fmax(4 * LAZYFREE_NOISE, OTHER_NOISE * anon) ? 0 : other;
}

static double take(double *bucket, double amount) {
    double taken = isnan(*bucket) ? 0 : fmin(*bucket, amount);
    if (taken > 0) *bucket -= taken;
    return amount - taken;
}

/* The parts of Go's own total; total = Sys - HeapReleased. */
static void split_go(const double *v, double total, double available, int64_t *column) {
    double alloc = v[GM_Q_GO_HEAP_ALLOC], live = fmin(v[GM_Q_GO_HEAP_LIVE], isnan(alloc) ? INFINITY : alloc);
    if (isnan(v[GM_Q_GO_HEAP_LIVE])) live = NAN;
    double inuse = v[GM_Q_GO_HEAP_INUSE], garbage = positive(alloc - live), frag = positive(inuse - alloc);
    double idle = positive(v[GM_Q_GO_HEAP_IDLE] - v[GM_Q_GO_HEAP_RELEASED]), stacks = v[GM_Q_GO_STACK_INUSE];
    double meta = positive(total - (inuse + idle + stacks));
    double slack = or_zero(positive(total - available));
    slack = take(&garbage, slack);
    slack = take(&idle, slack);
    take(&live, slack);
    set(column, GM_COL_GO_LIVE, live);
    set(column, GM_COL_GO_GARBAGE, garbage);
    set(column, GM_COL_GO_FRAG, frag);
    set(column, GM_COL_GO_IDLE, idle);
    set(column, GM_COL_GO_STACKS, stacks);
    set(column, GM_COL_GO_META, meta);
}

void gm_decompose(const double v[GM_Q_COUNT], bool sock_charged, int64_t column[GM_COL_COUNT]) {
    for (int i = 0; i < GM_COL_COUNT; i++) column[i] = GM_UNKNOWN;
    double usage = v[GM_Q_MEM_USAGE], anon = v[GM_Q_MEM_ANON];
    gm_file_side file = split_file(v);
    double kernel = kernel_total(v), sock = v[GM_Q_MEM_SOCK];
    double working_set = v[GM_Q_MEM_WORKING_SET];
    if (isnan(working_set)) working_set = positive(usage - v[GM_Q_MEM_INACTIVE_FILE]);
    set(column, GM_COL_USAGE, usage);
    set(column, GM_COL_WORKING_SET, working_set);
    set(column, GM_COL_LIMIT, v[GM_Q_MEM_LIMIT]);
    set(column, GM_COL_ANON, anon);
    set(column, GM_COL_FILE, file.file);
    set(column, GM_COL_SWAP, v[GM_Q_MEM_SWAP]);
    set(column, GM_COL_INACTIVE_FILE, file.inactive);
    set(column, GM_COL_ACTIVE_FILE, file.active);
    set(column, GM_COL_DIRTY, v[GM_Q_MEM_FILE_DIRTY] + or_zero(v[GM_Q_MEM_FILE_WRITEBACK]));
    set(column, GM_COL_SHMEM, file.shmem);
    set(column, GM_COL_SOCK, sock);
    set(column, GM_COL_LAZYFREE, file.lazyfree);
    split_kernel(v, kernel, column);

    double other = other_processes(v, anon);
    double own = anon - or_zero(file.lazyfree) - or_zero(other); /* what the Go process itself holds */
    double go_total = v[GM_Q_GO_SYS] - v[GM_Q_GO_HEAP_RELEASED];
    set(column, GM_COL_OTHER_PROCESSES, other);
    set(column, GM_COL_GO_TOTAL, go_total);
    own += or_zero(v[GM_Q_MEM_SWAP]); /* swapped out is still theirs */
    set(column, GM_COL_NATIVE, positive(own - go_total));
    split_go(v, go_total, own, column);
    set(column, GM_COL_UNEXPLAINED, usage - anon - file.file - or_zero(kernel) - (sock_charged ? or_zero(sock) : 0));
    set(column, GM_COL_GOROUTINES, v[GM_Q_GO_GOROUTINES]);
    double threads = v[GM_Q_PROC_THREADS];
    if (isnan(threads)) threads = v[GM_Q_GO_THREADS];
    if (isnan(threads)) threads = v[GM_Q_CONTAINER_THREADS];
    set(column, GM_COL_THREADS, threads);
}

static double or_none(int64_t value) {
    return value == GM_UNKNOWN ? 0 : (double)value;
}

double gm_hard_of(const gm_point *point) {
    const int64_t *v = point->value;
    if (v[GM_COL_USAGE] == GM_UNKNOWN) return NAN;
    double clean =
        fmax(0, or_none(v[GM_COL_INACTIVE_FILE]) + or_none(v[GM_COL_ACTIVE_FILE]) - or_none(v[GM_COL_DIRTY]));
    return (double)v[GM_COL_USAGE] - clean - or_none(v[GM_COL_SLAB_RECLAIMABLE]) - or_none(v[GM_COL_LAZYFREE]);
}
