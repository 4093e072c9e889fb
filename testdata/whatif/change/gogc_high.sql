-- GOGC=400 and 70 MiB live: the goal of 352 MiB is within the limit of 400 MiB, with a tenth of overshoot it is not. The limit less
-- 2 MiB of kernel and 32 MiB is what GOMEMLIMIT gets; the price is five times the collections.
-- yields: change SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: 100 SELECT gogc FROM whatif_advice
-- yields: 383778816 SELECT memlimit_bytes FROM whatif_advice
-- yields: 400 SELECT now_gogc FROM whatif_advice
-- yields: 1 SELECT peak_bytes BETWEEN 145 * 1048576 AND 160 * 1048576 FROM whatif_advice
-- yields: 1 SELECT gc_cpu_pct BETWEEN 3 * gc_cpu_now_pct AND 6 * gc_cpu_now_pct FROM whatif_advice
-- yields: 1 SELECT bound_bytes > 0.9 * limit_bytes FROM whatif WHERE in_force
-- yields: tight SELECT verdict FROM whatif WHERE in_force
-- yields: killed SELECT verdict FROM whatif WHERE gogc = 800 AND memlimit_bytes IS NULL
-- yields: safe SELECT verdict FROM whatif WHERE gogc = 100 AND memlimit_bytes IS NULL
-- yields: 73 SELECT count(*) FROM whatif
-- yields: 72 SELECT count(*) FROM whatif_worst
INSERT INTO measure SELECT 'memory.limit', i, 400*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (348 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (348 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '400', NULL);
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 100 * 1e9 AS INTEGER) + 400000000, (i + 1) * 100, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  348, 348, 70, 352, 0, 0, 2, 0, 0 FROM tick WHERE i < 70;
