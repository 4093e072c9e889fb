-- GOMEMLIMIT=100MiB over 98 MiB live: back to back. At a limit of 168 MiB a GOMEMLIMIT would be less than 1.5 times what the runtime needs,
-- and is left out; GOGC=25 without one leaves a tenth of the limit free.
-- yields: change SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: thrash SELECT verdict FROM whatif WHERE in_force
-- yields: 25 SELECT gogc FROM whatif_advice
-- yields: NULL SELECT memlimit_bytes FROM whatif_advice
-- yields: 1 SELECT gc_cpu_pct < 0.1 * gc_cpu_now_pct FROM whatif_advice
-- yields: 1 SELECT reasoning LIKE '%The way with GOMEMLIMIT: a limit of 182 MiB, GOMEMLIMIT=148MiB and GOGC=100%' FROM whatif_advice
INSERT INTO measure SELECT 'memory.limit', i, 168*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (100 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '100MiB', NULL);
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 1 * 1e9 AS INTEGER) + 400000000, (i + 1) * 1, 1, 0.05, 950, 0.03, 0.1, 0, 900, 0, 0.06,
  98, 99, 98, 98, 0, 0, 2, 0, 0 FROM (SELECT a.i + 480 * b.i AS i FROM tick a JOIN tick b ON b.i < 7) WHERE i < 3300;
