/* Kernel OOM reports: their lines, and one report as it is gathered. Private to the content oom. */
#ifndef GM_IMPORTER_LOGS_OOM_H
#define GM_IMPORTER_LOGS_OOM_H

#include "importer/logs/contents.h"

/* --- lines (oom_line.c) --- */
typedef enum {
    GM_OOM_OTHER,
    GM_OOM_HEADER,  /* X invoked oom-killer: ... */
    GM_OOM_WHO,     /* Task in A killed as a result of limit of B */
    GM_OOM_USAGE,   /* memory: | memory+swap: | swap: | kmem: usage ..., limit ..., failcnt N */
    GM_OOM_STATS,   /* Memory cgroup stats for P: ..., all of them in one line or none */
    GM_OOM_HEAD,    /* of the task table */
    GM_OOM_TITLE,   /* Tasks state (memory values in pages): */
    GM_OOM_SUMMARY, /* oom-kill:constraint=... */
    GM_OOM_CHOICE,  /* ... Kill process P (c) score S or sacrifice child */
    GM_OOM_KILLED,  /* [Memory cgroup out of memory: ]Killed process P (c) total-vm:... */
    GM_OOM_GROUP,   /* Tasks in P are going to be killed due to memory.oom.group set */
    GM_OOM_NOBODY,  /* ... no killable process */
    GM_OOM_REAPER,
} gm_oom_kind;

gm_oom_kind gm_oom_classify(gm_span text);
/* The line of this kind lacks its end: a terminal copy wrapped it. */
bool gm_oom_is_cut(gm_oom_kind kind, gm_span text);

enum { GM_OOM_NAME = 64, GM_OOM_KEY = 48, GM_OOM_COLUMNS = 20 };

typedef struct {
    char data[GM_OOM_NAME];
    size_t len;
} gm_oom_name;

gm_span gm_oom_name_span(const gm_oom_name *name);
void gm_oom_name_set(gm_oom_name *name, gm_span text);

typedef struct { /* a process that was killed, or chosen for it; bytes, GM_UNKNOWN where not told */
    gm_oom_name name;
    int64_t pid, total_vm, anon_rss, file_rss, shmem_rss, pgtables, score_adj;
    int64_t line, t_ns;
    double boot_s;
} gm_oom_victim;

void gm_oom_victim_init(gm_oom_victim *victim, const gm_log_line *line); /* nothing known but the line */
/* CHOICE or KILLED; *memcg tells by the text in front, *told whether there was one. */
bool gm_oom_read_victim(const gm_log_line *line, gm_oom_victim *victim, bool *told, bool *memcg);

typedef struct {
    int64_t usage, limit, failcnt; /* bytes; GM_UNKNOWN for unlimited */
} gm_oom_usage;

bool gm_oom_read_usage(gm_span text, gm_oom_usage *usage);

typedef struct {
    gm_span constraint, oom_cgroup, task_cgroup, task;
    int64_t pid;
} gm_oom_summary;

bool gm_oom_read_summary(gm_span text, gm_oom_summary *summary);
bool gm_oom_read_who(gm_span text, gm_span *task_cgroup, gm_span *oom_cgroup);

/* --- task table (oom_table.c) --- */
typedef struct {
    gm_oom_name name;
    int64_t pid, total_vm, rss, anon, file, shmem, pgtables, swap, score_adj; /* bytes */
} gm_oom_row;

typedef struct {
    unsigned char columns[GM_OOM_COLUMNS];
    int count; /* 0: no table is being read */
} gm_oom_table;

bool gm_oom_read_head(gm_span text, gm_oom_table *table);
bool gm_oom_looks_like_row(gm_span text); /* "[ 123] ..." */
bool gm_oom_read_row(gm_span text, const gm_oom_table *table, gm_oom_row *row);

/* --- one report (oom_report.c) --- */
typedef struct { /* text that is overwritten by the next report */
    char *data;
    size_t len, size;
} gm_oom_text;

typedef struct {
    char key[GM_OOM_KEY];
    unsigned char key_len;
    uint32_t group;
    int64_t value;
} gm_oom_value;

typedef struct gm_oom_report {
    struct gm_oom_report *next; /* in the list of free ones */
    gm_log_line first, last;    /* without text */
    gm_oom_text constraint, oom_cgroup, task_cgroup, invoked_by;
    gm_oom_usage memory, memsw, swap, kmem;
    gm_oom_victim *victims; /* killed */
    gm_oom_row *rows;
    gm_oom_value *values;
    gm_oom_text *groups; /* cgroups that values are of */
    size_t victim_count, victim_size, row_count, row_size, value_count, value_size, group_count, group_size;
    gm_oom_victim chosen; /* by a CHOICE or SUMMARY line */
    bool has_lines, has_header, has_choice, has_summary, is_group, nobody;
    bool in_stats; /* lines "key value" follow */
    gm_oom_table table;
} gm_oom_report;

void gm_oom_report_clear(gm_oom_report *report);
/* These answer false when memory or the bounds of a report are reached. */
bool gm_oom_text_set(gm_oom_text *text, gm_arena *arena, gm_span value);
bool gm_oom_add_victim(gm_oom_report *report, gm_arena *arena, const gm_oom_victim *victim);
bool gm_oom_add_row(gm_oom_report *report, gm_arena *arena, const gm_oom_row *row);
/* "Memory cgroup stats for P: k:vKB ..."; without values a list of lines follows. */
bool gm_oom_add_stats(gm_oom_report *report, gm_arena *arena, gm_span text);
bool gm_oom_is_value(gm_span text); /* "key value" */
bool gm_oom_add_value(gm_oom_report *report, gm_arena *arena, gm_span text);
/* Somebody was killed: the kernel prints the state of a cgroup for no other reason. */
bool gm_oom_is_kill(const gm_oom_report *report);
/* boot_zero_ns: wall time of boot, or GM_UNKNOWN. */
gm_status gm_oom_emit(const gm_oom_report *report, gm_log *log, int64_t boot_zero_ns);

#endif
