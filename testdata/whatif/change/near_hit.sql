-- The near miss of keep with a limit of 250 MiB: what the goals allow passes nine tenths. GOMEMLIMIT = 250 - 2 - 32 MiB holds it.
-- yields: change SELECT action FROM whatif_advice
-- yields: 100 SELECT gogc FROM whatif_advice
-- yields: 226492416 SELECT memlimit_bytes FROM whatif_advice
-- yields: tight SELECT verdict FROM whatif WHERE in_force
INSERT INTO measure SELECT 'memory.limit', i, 250*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (197 + 10 - 2)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (197 + 10 + 12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (12 + 0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, (0)*1048576.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST((i + 1) * 20 * 1e9 AS INTEGER) + 400000000, (i + 1) * 20, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  197, 197, 100, 201, 0, 0, 2, 0, 0 FROM tick WHERE i < 350;
