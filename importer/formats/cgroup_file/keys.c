/* The files of cgroup v1 and v2 and their keys -> the vocabulary.
 *
 * Used by cgroup_file and cgroup_sampler. The keys of memory.stat are in importer/aliases.def. What has no
 * quantity is listed too, so that a capture of it is recognised: such lines are counted as left out.
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html and
 * https://docs.kernel.org/admin-guide/cgroup-v2.html */
#include "importer/formats/cgroup_file/cgroup.h"
#include "importer/text/span.h"

#define NUMBER(name, quantity, divisor) \
    { name, GM_CGROUP_NUMBER, GM_Q_##quantity, divisor }
#define LIST(name, quantity) \
    { name, GM_CGROUP_LIST, GM_Q_##quantity, 1 }
#define KIND(name, kind) \
    { name, GM_CGROUP_##kind, GM_Q_NONE, 1 }
#define OTHER(name) KIND(name, OTHER)

static const gm_cgroup_file files[] = {
    /* both versions */
    KIND("memory.stat", STAT),
    LIST("cgroup.procs", CONTAINER_PROCESSES),
    KIND("cpu.stat", KEYED),
    OTHER("memory.numa_stat"), /* a split of memory.stat by node; of v1 in pages of unknown size */
    NUMBER("pids.current", CONTAINER_THREADS, 1),
    OTHER("pids.max"),
    OTHER("pids.peak"),
    OTHER("pids.events"),
    /* v1 */
    NUMBER("memory.usage_in_bytes", MEM_USAGE, 1),
    NUMBER("memory.limit_in_bytes", MEM_LIMIT, 1),
    NUMBER("memory.max_usage_in_bytes", MEM_PEAK, 1),
    NUMBER("memory.failcnt", MEM_FAILCNT, 1),
    NUMBER("memory.kmem.usage_in_bytes", MEM_KERNEL, 1),
    NUMBER("memory.kmem.tcp.usage_in_bytes", MEM_SOCK, 1),
    KIND("memory.oom_control", KEYED),
    LIST("tasks", CONTAINER_THREADS),
    OTHER("memory.soft_limit_in_bytes"),
    OTHER("memory.kmem.limit_in_bytes"),
    OTHER("memory.kmem.max_usage_in_bytes"),
    OTHER("memory.kmem.failcnt"),
    OTHER("memory.kmem.slabinfo"),
    OTHER("memory.kmem.tcp.limit_in_bytes"),
    OTHER("memory.kmem.tcp.failcnt"),
    OTHER("memory.kmem.tcp.max_usage_in_bytes"),
    OTHER("memory.memsw.usage_in_bytes"),
    OTHER("memory.memsw.limit_in_bytes"),
    OTHER("memory.memsw.max_usage_in_bytes"),
    OTHER("memory.memsw.failcnt"),
    OTHER("memory.swappiness"),
    OTHER("memory.use_hierarchy"),
    OTHER("memory.move_charge_at_immigrate"),
    OTHER("memory.pressure_level"),
    OTHER("memory.force_empty"),
    OTHER("cgroup.event_control"),
    OTHER("cgroup.clone_children"),
    OTHER("notify_on_release"),
    NUMBER("cpuacct.usage", CPU_USAGE, 1e9),
    OTHER("cpuacct.stat"),
    OTHER("cpuacct.usage_percpu"),
    OTHER("cpu.shares"),
    NUMBER("cpu.cfs_quota_us", CPU_QUOTA_US, 1),
    NUMBER("cpu.cfs_period_us", CPU_PERIOD_US, 1),
    /* v2 */
    NUMBER("memory.current", MEM_USAGE, 1),
    NUMBER("memory.max", MEM_LIMIT, 1),
    NUMBER("memory.high", MEM_HIGH, 1),
    NUMBER("memory.peak", MEM_PEAK, 1),
    NUMBER("memory.swap.current", MEM_SWAP, 1),
    NUMBER("memory.zswap.current", MEM_ZSWAP, 1),
    KIND("memory.events", KEYED),
    KIND("memory.events.local", KEYED),
    KIND("memory.pressure", PRESSURE),
    KIND("cpu.max", CPU_MAX),
    LIST("cgroup.threads", CONTAINER_THREADS),
    OTHER("memory.low"),
    OTHER("memory.min"),
    OTHER("memory.oom.group"),
    OTHER("memory.reclaim"),
    OTHER("memory.swap.high"),
    OTHER("memory.swap.max"),
    OTHER("memory.swap.peak"),
    KIND("memory.swap.events", KEYED),
    OTHER("memory.zswap.max"),
    OTHER("memory.zswap.writeback"),
    OTHER("cpu.pressure"),
    OTHER("cpu.weight"),
    OTHER("cpu.weight.nice"),
    OTHER("cpu.max.burst"),
    OTHER("cpu.idle"),
    OTHER("cpu.uclamp.min"),
    OTHER("cpu.uclamp.max"),
    OTHER("cpu.stat.local"),
    OTHER("io.pressure"),
    OTHER("io.stat"),
    OTHER("io.max"),
    OTHER("cgroup.events"),
    OTHER("cgroup.stat"),
    OTHER("cgroup.controllers"),
    OTHER("cgroup.subtree_control"),
    OTHER("cgroup.type"),
    OTHER("cgroup.freeze"),
    OTHER("cgroup.max.depth"),
    OTHER("cgroup.max.descendants"),
    OTHER("cgroup.pressure"),
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

static const gm_cgroup_key keys[] = {
    {"memory.events", "high", GM_Q_MEM_EVENTS_HIGH, 1},
    {"memory.events", "max", GM_Q_MEM_EVENTS_MAX, 1},
    {"memory.events", "oom", GM_Q_MEM_EVENTS_OOM, 1},
    {"memory.events", "oom_kill", GM_Q_MEM_OOM_KILL, 1},
    {"memory.events.local", "high", GM_Q_MEM_EVENTS_HIGH, 1},
    {"memory.events.local", "max", GM_Q_MEM_EVENTS_MAX, 1},
    {"memory.events.local", "oom", GM_Q_MEM_EVENTS_OOM, 1},
    {"memory.events.local", "oom_kill", GM_Q_MEM_OOM_KILL, 1},
    {"memory.oom_control", "oom_kill", GM_Q_MEM_OOM_KILL, 1},
    {"memory.swap.events", "high", GM_Q_MEM_SWAP_EVENTS_HIGH, 1},
    {"memory.swap.events", "max", GM_Q_MEM_SWAP_EVENTS_MAX, 1},
    {"memory.swap.events", "fail", GM_Q_MEM_SWAP_EVENTS_FAIL, 1},
    {"cpu.stat", "usage_usec", GM_Q_CPU_USAGE, 1e6},
    {"cpu.stat", "nr_periods", GM_Q_CPU_PERIODS, 1},
    {"cpu.stat", "nr_throttled", GM_Q_CPU_THROTTLED_PERIODS, 1},
    {"cpu.stat", "throttled_usec", GM_Q_CPU_THROTTLED, 1e6},
    {"cpu.stat", "throttled_time", GM_Q_CPU_THROTTLED, 1e9},
    {"status", "VmSize", GM_Q_PROC_VIRTUAL, 1},
    {"status", "VmHWM", GM_Q_PROC_PEAK_RSS, 1},
    {"status", "VmRSS", GM_Q_PROC_RSS, 1},
    {"status", "VmPTE", GM_Q_PROC_PTE, 1},
    {"status", "VmSwap", GM_Q_PROC_SWAP, 1},
    {"status", "RssAnon", GM_Q_PROC_RSS_ANON, 1},
    {"status", "RssFile", GM_Q_PROC_RSS_FILE, 1},
    {"status", "RssShmem", GM_Q_PROC_RSS_SHMEM, 1},
    {"status", "Threads", GM_Q_PROC_THREADS, 1},
    {"smaps_rollup", "Rss", GM_Q_PROC_RSS, 1},
    {"smaps_rollup", "Pss", GM_Q_PROC_PSS, 1},
    {"smaps_rollup", "Anonymous", GM_Q_PROC_RSS_ANON, 1},
    {"smaps_rollup", "LazyFree", GM_Q_PROC_LAZYFREE, 1},
    {"smaps_rollup", "AnonHugePages", GM_Q_PROC_ANON_HUGE, 1},
    {"smaps_rollup", "Swap", GM_Q_PROC_SWAP, 1},
};

const gm_cgroup_key *gm_cgroup_key_find(const char *file, gm_span key) {
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (gm_span_equal(key, gm_span_of(keys[i].key)) && strcmp(file, keys[i].file) == 0) return &keys[i];
    }
    return NULL;
}

const gm_cgroup_file *gm_cgroup_proc_file_named(gm_span name) {
    static const gm_cgroup_file of_process[] = {KIND("status", PROC), KIND("smaps_rollup", PROC)};
    for (size_t i = 0; i < sizeof(of_process) / sizeof(of_process[0]); i++) {
        if (gm_span_equal(name, gm_span_of(of_process[i].name))) return &of_process[i];
    }
    return NULL;
}

const gm_cgroup_file *gm_cgroup_file_named(gm_span name) {
    for (size_t i = 0; i < FILES; i++) {
        if (gm_span_equal(name, gm_span_of(files[i].name))) return &files[i];
    }
    return NULL;
}

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Position of the word in name, or -1. A '_' may stand before it, as in app_memory.stat, not behind it. */
static ptrdiff_t find_word(gm_span name, gm_span word) {
    ptrdiff_t at = gm_span_find(name, word);
    if (at < 0) return -1;
    size_t end = (size_t)at + word.len;
    if (at > 0 && is_word(name.data[at - 1])) return -1;
    if (end < name.len && (is_word(name.data[end]) || name.data[end] == '_')) return -1;
    return at;
}

const gm_cgroup_file *gm_cgroup_file_within(gm_span name, gm_span *prefix) {
    const gm_cgroup_file *found = NULL;
    for (size_t i = 0; i < FILES; i++) {
        gm_span word = gm_span_of(files[i].name);
        ptrdiff_t at = gm_span_find_byte(word, '.') < 0 ? -1 : find_word(name, word);
        if (at < 0 || (found && strlen(found->name) >= word.len)) continue;
        found = &files[i];
        *prefix = gm_span_first(name, (size_t)at);
    }
    while (found && prefix->len > 0 && !is_word(prefix->data[prefix->len - 1])) prefix->len--;
    return found;
}
