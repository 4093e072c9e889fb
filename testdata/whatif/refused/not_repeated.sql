-- The environment says GOGC=100, but collections come at 1.3 times the live heap: the simulation misses them, and says so.
-- yields: refused SELECT action FROM whatif_advice
-- yields: failed SELECT status FROM whatif_input
-- yields: 1 SELECT reason LIKE '%misses the recorded largest heap%' FROM whatif_input
-- yields: 1 SELECT heap_error_pct > 10 FROM whatif_input
-- yields: 0 SELECT count(*) FROM whatif_worst
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (70 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (70 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '100', NULL);
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 20 * 1e9 AS INTEGER) + 400000000, (i + 1) * 20, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  65, 66, 50, 50 + i % 37 * 3, 0, 0, 2, 0, 0 FROM tick WHERE i < 350;
