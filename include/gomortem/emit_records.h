/* The rest of emit.h: records of /proc captures, kernel OOM reports, Kubernetes objects. Same rules. */
#ifndef GOMORTEM_EMIT_RECORDS_H
#define GOMORTEM_EMIT_RECORDS_H

#include "gomortem/emit.h"

typedef struct { /* table mapping */
    int64_t identity_id, t_ns;
    const char *class_name;
    gm_span name;
    int64_t areas, size_bytes, rss_bytes, pss_bytes, anonymous_bytes, lazyfree_bytes, anon_huge_bytes, swap_bytes;
} gm_mapping;

gm_status gm_emit_mapping(gm_store *store, const gm_mapping *mapping);

typedef struct { /* table oom_kill */
    int64_t identity_id, line, t_ns;
    double boot_s; /* NAN when unknown */
    gm_span constraint, oom_cgroup, task_cgroup, invoked_by, victim;
    int64_t pid, total_vm_bytes, anon_rss_bytes, file_rss_bytes, shmem_rss_bytes, pgtables_bytes, oom_score_adj;
    int64_t usage_bytes, limit_bytes, failcnt, kmem_bytes, swap_bytes;
} gm_oom_kill;

typedef struct { /* table oom_task */
    int64_t pid, total_vm_bytes, rss_bytes, rss_anon_bytes, rss_file_bytes, rss_shmem_bytes, pgtables_bytes;
    int64_t swap_bytes, oom_score_adj;
    gm_span name;
} gm_oom_task;

gm_status gm_emit_oom_kill(gm_store *store, const gm_oom_kill *kill, int64_t *id);
gm_status gm_emit_oom_task(gm_store *store, int64_t oom_kill_id, const gm_oom_task *task);
gm_status gm_emit_oom_stat(gm_store *store, int64_t oom_kill_id, gm_span cgroup, gm_span key, int64_t value);

typedef struct { /* table event */
    int64_t identity_id, t_ns, exit_code, count;
    const char *kind;
    gm_span reason, text;
} gm_event;

gm_status gm_emit_event(gm_store *store, const gm_event *event);

typedef struct { /* table clock_pair; no record of the member */
    const char *clock, *source;
    double clock_s; /* NAN for local */
    int64_t t_ns, uncertainty_ns;
    bool local;
} gm_clock_pair;

gm_status gm_emit_clock_pair(gm_store *store, const gm_clock_pair *pair);

typedef struct { /* table setting */
    int64_t identity_id, t_ns;
    const char *name;
    gm_span value;
    double value_num; /* NAN when it does not parse */
} gm_setting;

gm_status gm_emit_setting(gm_store *store, const gm_setting *setting);

#endif
