-- The heap is simulated and repeats the record, but nothing tells the container's memory.
-- yields: refused SELECT action FROM whatif_advice
-- yields: validated SELECT status FROM whatif_input
-- yields: 1 SELECT summary LIKE '%memory is not recorded%' FROM whatif_advice
-- yields: unknown SELECT verdict FROM whatif WHERE in_force
-- yields: NULL SELECT peak_bytes FROM whatif WHERE in_force
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 20 * 1e9 AS INTEGER) + 400000000, (i + 1) * 20, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  97, 97, 50, 101, 0, 0, 2, 0, 0 FROM tick WHERE i < 350;
