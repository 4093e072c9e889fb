-- The same under Go 1.17: no GOMEMLIMIT, and a trigger of 61/64 of the way to the goal.
-- yields: change SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: 100 SELECT gogc FROM whatif_advice
-- yields: NULL SELECT memlimit_bytes FROM whatif_advice
-- yields: 10 SELECT count(*) FROM whatif
-- yields: 1 SELECT reasoning LIKE '%no GOMEMLIMIT; 1.19 brought it%' FROM whatif_advice
INSERT INTO measure SELECT 'memory.limit', i, 390*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (339 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (339 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '400', NULL);
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'go.version', 'go1.17.13', NULL);
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 100 * 1e9 AS INTEGER) + 400000000, (i + 1) * 100, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  339, 339, 70, 352, NULL, NULL, 2, 0, 0 FROM tick WHERE i < 70;
