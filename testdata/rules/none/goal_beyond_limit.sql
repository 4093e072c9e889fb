-- expect: fired
-- quiet so far, and the heap's goal does not fit the limit
-- yields: 0.6 SELECT round(confidence, 2) FROM finding WHERE rule = 'none' AND life = 1
INSERT INTO measure SELECT 'memory.limit', i, 150*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, (4*1048576) + 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (100*1048576 + (i * 7919 % 101) * 10000.0) - (4*1048576) FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 90*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 60*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + (i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST(i * 15 * 1e9 AS INTEGER) + 400000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  170, 171, 85 + i % 2, 170, 0, 0, 2, 0, 0 FROM tick WHERE i < 400;
