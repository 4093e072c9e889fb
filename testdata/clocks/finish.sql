INSERT INTO gc_cycle (member_id, identity_id, process, line, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms,
    cpu_sweep_ms, cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib,
    stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, process, coalesce (line, process * 1000 + n), n, CAST (round (log_s * 1e6) AS INTEGER) * 1000, start_s, 1, 0.1, 2, 0.1,
         0.1, 0, 1, 0, 0.1, goal, goal, live, goal, 0, 0, 2, 0, 0 FROM run ORDER BY process, n;
INSERT INTO series (identity_id, quantity_id, source, name, labels)
  SELECT DISTINCT 1, q.quantity_id, t.source, t.quantity, '{}' FROM told t JOIN quantity q ON q.name = t.quantity ORDER BY t.quantity, t.source;
INSERT INTO sample (series_id, t_ns, value)
  SELECT s.series_id, CAST (round (t.t_s * 1000) AS INTEGER) * 1000000, t.value FROM told t JOIN series s ON s.name = t.quantity AND s.source = t.source;
INSERT INTO event (member_id, identity_id, t_ns, kind, reason, count)
  SELECT 2, 1, CAST (round (t_s * 1000) AS INTEGER) * 1000000, quantity, 'OOMKilled', CAST (value AS INTEGER) FROM told WHERE quantity IN ('started', 'terminated');
