-- expect: fired
-- the collector's log alone: what lies outside the heap is not known
-- yields: 0.45 SELECT round(confidence, 2) FROM finding WHERE rule = 'none' AND life = 1
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST(i * 15 * 1e9 AS INTEGER) + 400000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  41, (41) + 1, 20 + i % 2, 41, 0, 0, 2, 0, 0 FROM tick WHERE i < 400;
