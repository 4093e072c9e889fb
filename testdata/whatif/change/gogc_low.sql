-- GOGC=10: collections take a third of the CPU while most of the limit is free. GOGC=100 costs a tenth of that.
-- yields: change SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: 100 SELECT gogc FROM whatif_advice
-- yields: 1 SELECT gc_cpu_now_pct > 15 AND gc_cpu_pct < 0.2 * gc_cpu_now_pct FROM whatif_advice
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (90 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (90 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '10', NULL);
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 2 * 1e9 AS INTEGER) + 400000000, (i + 1) * 2, 1, 0.05, 900, 0.03, 0.1, 0, 1200, 0, 0.06,
  86, 90, 80, 88, 0, 0, 2, 0, 0 FROM (SELECT a.i + 480 * b.i AS i FROM tick a JOIN tick b ON b.i < 7) WHERE i < 3300;
