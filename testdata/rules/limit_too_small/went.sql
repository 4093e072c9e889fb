-- expect: clean
-- Something filled the container for the first quarter, and went while the service lived on.
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (CASE WHEN i BETWEEN 20 AND 120 THEN 285 ELSE 60 END * 1048576) + (i * 7919 % 101) * 10000.0 + 14*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (CASE WHEN i BETWEEN 20 AND 120 THEN 285 ELSE 60 END * 1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (CASE WHEN i BETWEEN 20 AND 120 THEN 285 ELSE 60 END * 1048576) + (i * 7919 % 101) * 10000.0 + 10*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST(i * 15 * 1e9 AS INTEGER) + 400000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  CAST((180 + (i + 2) % 3) * (1 + 100/100.0) AS INTEGER), (CAST((180 + (i + 2) % 3) * (1 + 100/100.0) AS INTEGER)) + 1, 180 + i % 3, CAST((180 + (i + 2) % 3) * (1 + 100/100.0) AS INTEGER), 0, 0, 2, 0, 0 FROM tick WHERE i < 400;
