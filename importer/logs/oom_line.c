/* The single lines of a kernel OOM report, kernels 3.x to 6.x.
 *
 * Comes behind oom.c, which gathers them. Each line is known by its own words, because lines of other CPUs may stand
 * between. Sources: mm/oom_kill.c (dump_header, dump_oom_summary, __oom_kill_process), mm/memcontrol.c
 * (mem_cgroup_print_oom_context, mem_cgroup_print_oom_meminfo, mem_cgroup_print_oom_group) of Linux 3.10, 4.9, 4.19,
 * 5.10, 6.1, 6.12. */
#include "importer/logs/oom.h"

#include "importer/text/span.h"

#define UNLIMITED_KB (INT64_C(1) << 52) /* 2^62 bytes, far above any machine and below every "unlimited" */

static bool starts(gm_span s, const char *prefix) {
    return gm_span_starts(s, gm_span_of(prefix));
}

static bool has(gm_span s, const char *needle) {
    return gm_span_find(s, gm_span_of(needle)) >= 0;
}

gm_span gm_oom_name_span(const gm_oom_name *name) {
    return (gm_span){name->data, name->len};
}

void gm_oom_name_set(gm_oom_name *name, gm_span text) {
    text = gm_span_first(text, GM_OOM_NAME);
    if (text.len > 0) memcpy(name->data, text.data, text.len);
    name->len = text.len;
}

/* --- what it is --- */
static gm_oom_kind kill_kind(gm_span text) {
    if (has(text, "Killed process ")) return GM_OOM_KILLED;
    if (has(text, "Kill process ")) return GM_OOM_CHOICE;
    return has(text, "no killable process") ? GM_OOM_NOBODY : GM_OOM_OTHER;
}

static bool is_table_head(gm_span text) {
    gm_span word;
    return gm_span_take_byte(&text, '[') && gm_span_word(&text, &word) && gm_span_equal(word, GM_SPAN("pid")) &&
           gm_span_word(&text, &word) && gm_span_equal(word, GM_SPAN("]")) && has(text, "total_vm");
}

static gm_oom_kind of_memory_cgroup(gm_span text) {
    if (starts(text, "Memory cgroup stats for ")) return GM_OOM_STATS;
    return starts(text, "Memory cgroup out of memory") ? kill_kind(text) : GM_OOM_OTHER;
}

static gm_oom_kind of_tasks(gm_span text) {
    if (starts(text, "Task in ")) return GM_OOM_WHO;
    if (starts(text, "Tasks state (memory values")) return GM_OOM_TITLE;
    return starts(text, "Tasks in ") && has(text, " are going to be killed") ? GM_OOM_GROUP : GM_OOM_OTHER;
}

static gm_oom_kind by_beginning(gm_span text) {
    switch (text.data[0]) {
    case 'M': return of_memory_cgroup(text);
    case 'O': return starts(text, "Out of memory") ? kill_kind(text) : GM_OOM_OTHER;
    case 'K': return starts(text, "Killed process ") ? GM_OOM_KILLED : GM_OOM_OTHER;
    case 'T': return of_tasks(text);
    case 'm':
        return starts(text, "memory: usage ") || starts(text, "memory+swap: usage ") ? GM_OOM_USAGE : GM_OOM_OTHER;
    case 's': return starts(text, "swap: usage ") ? GM_OOM_USAGE : GM_OOM_OTHER;
    case 'k': return starts(text, "kmem: usage ") ? GM_OOM_USAGE : GM_OOM_OTHER;
    case 'o':
        if (starts(text, "oom-kill:constraint=")) return GM_OOM_SUMMARY;
        return starts(text, "oom_reaper: ") ? GM_OOM_REAPER : GM_OOM_OTHER;
    case '[': return is_table_head(text) ? GM_OOM_HEAD : GM_OOM_OTHER;
    default: return GM_OOM_OTHER;
    }
}

gm_oom_kind gm_oom_classify(gm_span text) {
    if (text.len < 12) return GM_OOM_OTHER;
    gm_oom_kind kind = by_beginning(text);
    if (kind != GM_OOM_OTHER) return kind;
    return has(text, " invoked oom-killer: ") ? GM_OOM_HEADER : GM_OOM_OTHER;
}

static bool digit_behind(gm_span text, const char *word) {
    ptrdiff_t at = gm_span_find(text, gm_span_of(word));
    gm_span rest = gm_span_from(text, at < 0 ? text.len : (size_t)at + strlen(word));
    if (rest.len > 0 && rest.data[0] == '-') rest = gm_span_from(rest, 1);
    return rest.len > 0 && rest.data[0] >= '0' && rest.data[0] <= '9';
}

bool gm_oom_is_cut(gm_oom_kind kind, gm_span text) {
    char last = text.len > 0 ? text.data[text.len - 1] : ' ';
    switch (kind) {
    case GM_OOM_HEADER: return !digit_behind(text, "oom_score_adj=");
    case GM_OOM_WHO: return !has(text, " as a result of limit of /");
    case GM_OOM_USAGE: return !digit_behind(text, "failcnt ");
    case GM_OOM_STATS: return last != ':' && !gm_span_ends(gm_span_trim(text), GM_SPAN("KB"));
    case GM_OOM_SUMMARY: return !digit_behind(text, ",uid=");
    /* the oldest and shortest form has no sizes at all and ends with the name */
    case GM_OOM_KILLED: return !digit_behind(text, "file-rss:") || last == ',' || last == ':' || last == 'k';
    default: return false;
    }
}

/* --- numbers --- */
/* "word" NkB, in bytes */
static int64_t kb_behind(gm_span text, const char *word) {
    int64_t kb;
    ptrdiff_t at = gm_span_find(text, gm_span_of(word));
    if (at < 0) return GM_UNKNOWN;
    gm_span rest = gm_span_from(text, (size_t)at + strlen(word));
    if (!gm_span_take_int(&rest, &kb) || !starts(rest, "kB") || kb < 0 || kb >= UNLIMITED_KB) return GM_UNKNOWN;
    return kb * 1024;
}

static int64_t int_behind(gm_span text, const char *word) {
    int64_t value;
    ptrdiff_t at = gm_span_find(text, gm_span_of(word));
    if (at < 0) return GM_UNKNOWN;
    gm_span rest = gm_span_from(text, (size_t)at + strlen(word));
    return gm_span_take_int(&rest, &value) ? value : GM_UNKNOWN;
}

bool gm_oom_read_usage(gm_span text, gm_oom_usage *usage) {
    usage->usage = kb_behind(text, ": usage ");
    usage->limit = kb_behind(text, ", limit ");
    usage->failcnt = int_behind(text, ", failcnt ");
    return usage->usage != GM_UNKNOWN;
}

/* --- victims --- */
/* " (name)" with the last parenthesis in front of the sizes: names may hold parentheses themselves. */
static bool take_name(gm_span *rest, gm_oom_name *name) {
    ptrdiff_t open = gm_span_find_byte(*rest, '(');
    if (open < 0) return false;
    gm_span inside = gm_span_from(*rest, (size_t)open + 1), look = inside;
    ptrdiff_t sizes = gm_span_find(look, GM_SPAN(" total-vm:"));
    if (sizes < 0) sizes = gm_span_find(look, GM_SPAN(" score "));
    if (sizes >= 0) look = gm_span_first(look, (size_t)sizes);
    size_t end = look.len;
    while (end > 0 && look.data[end - 1] != ')') end--;
    if (end == 0) return false;
    gm_oom_name_set(name, gm_span_first(inside, end - 1));
    *rest = gm_span_from(inside, end);
    return true;
}

void gm_oom_victim_init(gm_oom_victim *v, const gm_log_line *line) {
    *v = (gm_oom_victim){.pid = GM_UNKNOWN,
                         .total_vm = GM_UNKNOWN,
                         .anon_rss = GM_UNKNOWN,
                         .file_rss = GM_UNKNOWN,
                         .shmem_rss = GM_UNKNOWN,
                         .pgtables = GM_UNKNOWN,
                         .score_adj = GM_UNKNOWN,
                         .line = line->number,
                         .t_ns = line->t_ns,
                         .boot_s = line->boot_s};
}

bool gm_oom_read_victim(const gm_log_line *line, gm_oom_victim *victim, bool *told, bool *memcg) {
    gm_span text = line->text;
    gm_oom_victim_init(victim, line);
    *memcg = starts(text, "Memory cgroup out of memory");
    *told = *memcg || starts(text, "Out of memory");
    ptrdiff_t at = gm_span_find(text, GM_SPAN("Kill"));
    if (at < 0) return false;
    gm_span rest = gm_span_from(text, (size_t)at + 4);
    gm_span_take(&rest, GM_SPAN("ed"));
    if (!gm_span_take(&rest, GM_SPAN(" process "))) return false;
    if (!gm_span_take_int(&rest, &victim->pid) || victim->pid < 0) return false;
    take_name(&rest, &victim->name);
    victim->total_vm = kb_behind(rest, "total-vm:");
    victim->anon_rss = kb_behind(rest, "anon-rss:");
    victim->file_rss = kb_behind(rest, "file-rss:");
    victim->shmem_rss = kb_behind(rest, "shmem-rss:");
    victim->pgtables = kb_behind(rest, "pgtables:");
    victim->score_adj = int_behind(rest, "oom_score_adj:");
    return true;
}

/* --- who, and the summary --- */
bool gm_oom_read_who(gm_span text, gm_span *task_cgroup, gm_span *oom_cgroup) {
    if (!gm_span_take(&text, GM_SPAN("Task in "))) return false;
    ptrdiff_t at = gm_span_find(text, GM_SPAN(" killed as a result of limit of "));
    if (at < 0) return false;
    *task_cgroup = gm_span_first(text, (size_t)at);
    *oom_cgroup = gm_span_trim(gm_span_from(text, (size_t)at + 32));
    return true;
}

/* The text between a key and the next one; keys come in the kernel's order. */
static gm_span field(gm_span text, const char *key, const char *next) {
    ptrdiff_t at = gm_span_find(text, gm_span_of(key));
    if (at < 0) return (gm_span){NULL, 0};
    gm_span rest = gm_span_from(text, (size_t)at + strlen(key));
    ptrdiff_t end = gm_span_find(rest, gm_span_of(next));
    return end < 0 ? rest : gm_span_first(rest, (size_t)end);
}

/* ",task=NAME,pid=N,uid=N": the name may hold anything, so the last ",pid=" is the one. */
static void read_task(gm_span text, gm_oom_summary *summary) {
    ptrdiff_t at = gm_span_find(text, GM_SPAN(",task="));
    if (at < 0) return;
    gm_span name = gm_span_from(text, (size_t)at + 6), rest = name;
    summary->task = name;
    while ((at = gm_span_find(rest, GM_SPAN(",pid="))) >= 0) {
        rest = gm_span_from(rest, (size_t)at);
        summary->task = gm_span_first(name, (size_t)(rest.data - name.data));
        summary->pid = int_behind(rest, ",pid=");
        rest = gm_span_from(rest, 1);
    }
}

bool gm_oom_read_summary(gm_span text, gm_oom_summary *summary) {
    *summary = (gm_oom_summary){.pid = GM_UNKNOWN};
    if (!starts(text, "oom-kill:constraint=")) return false;
    summary->constraint = field(text, "constraint=", ",");
    summary->oom_cgroup = field(text, ",oom_memcg=", ",task_memcg=");
    summary->task_cgroup = field(text, ",task_memcg=", ",task=");
    read_task(text, summary);
    return true;
}
