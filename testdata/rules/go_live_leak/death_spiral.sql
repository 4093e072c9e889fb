-- expect: fired
-- One cycle every 15 s while there is room, fifty a second in the last minute: most of the cycles see the end of the leak.
INSERT INTO measure SELECT 'memory.limit', i, 400*1048576 FROM tick WHERE i < 240;
INSERT INTO measure SELECT 'memory.usage', i, (60 + i) * 1048576 + (i * 7919 % 101) * 10000.0 FROM tick WHERE i < 240;
INSERT INTO measure SELECT 'memory.anon', i, (55 + i) * 1048576 + (i * 7919 % 101) * 10000.0 FROM tick WHERE i < 240;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, t_ns + 100000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06, 280, 280, 40 + i + 6 * (i >= 100) - 8 * (i >= 170), 280, 0, 0, 2, 0, 0 FROM tick WHERE i < 236;
WITH RECURSIVE k (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < 2999)
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, 237 + k, 1714687200000000000 + 3540000000000 + k * 20000000 + 30000000, 3540 + k * 0.02, 2, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06, 280, 280, 274 + k / 750, 280, 0, 0, 2, 0, 0 FROM k;
