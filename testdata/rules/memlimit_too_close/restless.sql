-- expect: fired
-- the goal lies at the live heap: eight collections a second, and no tiny GOGC
-- yields: medium SELECT severity FROM finding WHERE rule = 'memlimit_too_close'
-- yields: collapsed SELECT regime FROM gc_summary
-- yields: NULL SELECT gogc FROM gc_summary
-- yields: memlimit_too_close SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (110*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  WITH RECURSIVE c (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM c WHERE i < 7999)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + i * 125000000 + 400000000, i * 0.125 + 0.05, 1, 0.05, 5, 0.03, 0.1, 0, 3, 0, 0.06,
  90, 91, 90, 90, 0, 0, 2, 0, 0 FROM c;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '100MiB', NULL);
