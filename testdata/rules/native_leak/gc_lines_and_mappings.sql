-- expect: fired
-- the mappings show whose memory it is
-- yields: 0.65 SELECT round(confidence, 2) FROM finding WHERE rule = 'native_leak' AND life = 1
-- No MemStats: anonymous memory rises, the heap of the GC lines does not.
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 60*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 50*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, t_ns + 100000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06, (40 + i % 3), (40 + i % 3), (40 + i % 3) / 2, (40 + i % 3), 0, 0, 2, 0, 0 FROM tick;
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'go_heap', 'go_heap', 1, 64*1048576, 32*1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'heap', '[heap]', 1, 1048576 + i * 500000, 1048576 + i * 500000 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_rw', 'anon_rw', 1, 80*1048576, 5*1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_other', 'anon_other', 1, 1400*1048576, 0 FROM tick WHERE i IN (60, 140, 220, 300, 380);
