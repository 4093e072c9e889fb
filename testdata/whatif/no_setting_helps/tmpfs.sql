-- A healthy heap beside a tmpfs that fills: GOGC cannot reach it, and no cell of the grid is safe.
-- yields: no_setting_helps SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: 1 SELECT summary LIKE 'No setting helps%' FROM whatif_advice
-- yields: 0 SELECT count(*) FROM whatif WHERE verdict IN ('safe', 'tight')
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (97 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (97 + 10 + 12 + 0.4 * i)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0.4 * i)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0.4 * i)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 20 * 1e9 AS INTEGER) + 400000000, (i + 1) * 20, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  97, 97, 50, 101, 0, 0, 2, 0, 0 FROM tick WHERE i < 350;
INSERT INTO oom_kill (member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, anon_rss_bytes, limit_bytes, usage_bytes) SELECT 1, 1, t_ns + 1000000000, 'CONSTRAINT_MEMCG', '/a', '/a', 'app', 7, 300*1048576, 300*1048576, 300*1048576 FROM tick WHERE i = 479;
