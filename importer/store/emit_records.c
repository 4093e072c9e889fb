/* Emitting, part 5: GC cycles, /proc mappings, kernel OOM reports, events, settings (emit.h, emit_records.h).
 *
 * Log, /proc and Kubernetes formats come here; each record is one row of the table of its name. */
#include "gomortem/emit_records.h"

#include "importer/store/emit_row.h"

gm_status gm_emit_gc_cycle(gm_store *store, const gm_gc_cycle *cycle) {
    static const char sql[] =
        "INSERT INTO gc_cycle (member_id, identity_id, process, line, n, log_ns, start_s, total_pct,"
        " clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms, cpu_assist_ms, cpu_background_ms,"
        " cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib,"
        " stacks_mib, globals_mib, procs, forced, periodic) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const double phases[] = {cycle->clock_sweep_ms, cycle->clock_mark_ms,     cycle->clock_term_ms, cycle->cpu_sweep_ms,
                             cycle->cpu_assist_ms,  cycle->cpu_background_ms, cycle->cpu_idle_ms,   cycle->cpu_term_ms};
    const int64_t sizes[] = {cycle->heap_start_mib, cycle->heap_end_mib, cycle->heap_live_mib, cycle->heap_goal_mib,
                             cycle->stacks_mib,     cycle->globals_mib,  cycle->procs};
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_GC_CYCLE, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, cycle->identity_id);
    gm_row_int(&row, cycle->process);
    gm_row_int(&row, cycle->line);
    gm_row_int(&row, cycle->n);
    gm_row_int(&row, cycle->log_ns);
    gm_row_real(&row, cycle->start_s);
    gm_row_int(&row, cycle->total_pct);
    for (size_t i = 0; i < G_N_ELEMENTS(phases); i++) gm_row_real(&row, phases[i]);
    gm_row_ints(&row, sizes, G_N_ELEMENTS(sizes));
    gm_row_int(&row, cycle->forced);
    gm_row_int(&row, cycle->periodic);
    return gm_row_record(&row, cycle->log_ns);
}

gm_status gm_emit_mapping(gm_store *store, const gm_mapping *mapping) {
    static const char sql[] = "INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, "
                              "size_bytes, rss_bytes, pss_bytes, anonymous_bytes, lazyfree_bytes,"
                              " anon_huge_bytes, swap_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                              " ?)";
    const int64_t sizes[] = {mapping->areas,           mapping->size_bytes,      mapping->rss_bytes,
                             mapping->pss_bytes,       mapping->anonymous_bytes, mapping->lazyfree_bytes,
                             mapping->anon_huge_bytes, mapping->swap_bytes};
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_MAPPING, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, mapping->identity_id);
    gm_row_int(&row, mapping->t_ns);
    gm_row_word(&row, mapping->class_name);
    gm_row_text(&row, mapping->name);
    gm_row_ints(&row, sizes, G_N_ELEMENTS(sizes));
    return gm_row_record(&row, mapping->t_ns);
}

gm_status gm_emit_oom_kill(gm_store *store, const gm_oom_kill *kill, int64_t *id) {
    static const char sql[] = "INSERT INTO oom_kill (member_id, identity_id, line, t_ns, boot_s, "
                              "constraint_name, oom_cgroup, task_cgroup, invoked_by, victim, pid,"
                              " total_vm_bytes, anon_rss_bytes, file_rss_bytes, shmem_rss_bytes,"
                              " pgtables_bytes, oom_score_adj, usage_bytes, limit_bytes, failcnt,"
                              " kmem_bytes, swap_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                              " ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const int64_t sizes[] = {kill->pid,
                             kill->total_vm_bytes,
                             kill->anon_rss_bytes,
                             kill->file_rss_bytes,
                             kill->shmem_rss_bytes,
                             kill->pgtables_bytes,
                             kill->oom_score_adj,
                             kill->usage_bytes,
                             kill->limit_bytes,
                             kill->failcnt,
                             kill->kmem_bytes,
                             kill->swap_bytes};
    gm_row row;
    *id = 0;
    if (!gm_row_begin(&row, store, GM_ROW_OOM_KILL, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, kill->identity_id);
    gm_row_int(&row, kill->line);
    gm_row_int(&row, kill->t_ns);
    gm_row_real(&row, kill->boot_s);
    gm_row_optional(&row, kill->constraint);
    gm_row_optional(&row, kill->oom_cgroup);
    gm_row_optional(&row, kill->task_cgroup);
    gm_row_optional(&row, kill->invoked_by);
    gm_row_optional(&row, kill->victim);
    gm_row_ints(&row, sizes, G_N_ELEMENTS(sizes));
    return gm_row_record_id(&row, kill->t_ns, id);
}

gm_status gm_emit_oom_task(gm_store *store, int64_t oom_kill_id, const gm_oom_task *task) {
    static const char sql[] = "INSERT INTO oom_task (oom_kill_id, pid, name, total_vm_bytes, rss_bytes, "
                              "rss_anon_bytes, rss_file_bytes, rss_shmem_bytes, pgtables_bytes,"
                              " swap_bytes, oom_score_adj) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    const int64_t sizes[] = {task->total_vm_bytes,  task->rss_bytes,      task->rss_anon_bytes, task->rss_file_bytes,
                             task->rss_shmem_bytes, task->pgtables_bytes, task->swap_bytes,     task->oom_score_adj};
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_OOM_TASK, sql)) return GM_FATAL;
    gm_row_int(&row, oom_kill_id);
    gm_row_int(&row, task->pid);
    gm_row_text(&row, task->name);
    gm_row_ints(&row, sizes, G_N_ELEMENTS(sizes));
    return gm_row_record(&row, GM_UNKNOWN);
}

gm_status gm_emit_oom_stat(gm_store *store, int64_t oom_kill_id, gm_span cgroup, gm_span key, int64_t value) {
    static const char sql[] = "INSERT INTO oom_stat (oom_kill_id, cgroup, key, value) VALUES (?, ?, ?, ?)"
                              " ON CONFLICT DO NOTHING";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_OOM_STAT, sql)) return GM_FATAL;
    gm_row_int(&row, oom_kill_id);
    gm_row_text(&row, cgroup);
    gm_row_text(&row, key);
    gm_row_int(&row, value);
    gm_status status = gm_row_write(&row);
    if (status != GM_OK) return status == GM_DAMAGED ? GM_OK : status;
    if (sqlite3_changes(store->db)) {
        gm_member_count(store->import->member, GM_UNKNOWN);
    } else {
        gm_emit_left_out(store, GM_LEFT_DUPLICATE, 1);
    }
    return GM_OK;
}

gm_status gm_emit_event(gm_store *store, const gm_event *event) {
    static const char sql[] =
        "INSERT INTO event (member_id, identity_id, t_ns, kind, reason, exit_code, count, text) VALUES"
        " (?, ?, ?, ?, ?, ?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_EVENT, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, event->identity_id);
    gm_row_int(&row, event->t_ns);
    gm_row_word(&row, event->kind);
    gm_row_optional(&row, event->reason);
    gm_row_int(&row, event->exit_code);
    gm_row_int(&row, event->count);
    gm_row_optional(&row, event->text);
    return gm_row_record(&row, event->t_ns);
}

gm_status gm_emit_clock_pair(gm_store *store, const gm_clock_pair *pair) {
    static const char sql[] = "INSERT INTO clock_pair (member_id, clock, clock_s, t_ns, uncertainty_ns, local, source)"
                              " VALUES (?, ?, ?, ?, ?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_CLOCK_PAIR, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_word(&row, pair->clock);
    gm_row_real(&row, pair->clock_s);
    gm_row_int(&row, pair->t_ns);
    gm_row_int(&row, pair->uncertainty_ns);
    gm_row_int(&row, pair->local);
    gm_row_word(&row, pair->source);
    gm_status status = gm_row_write(&row);
    return status == GM_DAMAGED ? GM_OK : status;
}

gm_status gm_emit_setting(gm_store *store, const gm_setting *setting) {
    static const char sql[] = "INSERT INTO setting (member_id, identity_id, t_ns, name, value, value_num)"
                              " VALUES (?, ?, ?, ?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_SETTING, sql)) return GM_FATAL;
    gm_row_member(&row);
    gm_row_int(&row, setting->identity_id);
    gm_row_int(&row, setting->t_ns);
    gm_row_word(&row, setting->name);
    gm_row_text(&row, setting->value);
    gm_row_real(&row, setting->value_num);
    return gm_row_record(&row, setting->t_ns);
}
