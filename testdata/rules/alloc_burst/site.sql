-- expect: fired
-- two profiles around it count what was allocated
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 60*1048576 + (i * 7919 % 101) * 10000.0 + CASE WHEN i BETWEEN 300 AND 304 THEN 200*1048576 ELSE 0 END FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, line, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms, cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic) SELECT 1, 1, 1, i + 1, i + 1, t_ns, i * 15.0, 1, 0.1, 2, 0.1, 0.1, 0, 2, 0, 0.1, (CASE WHEN i BETWEEN 300 AND 301 THEN 220 ELSE 20 END) * 2, (CASE WHEN i BETWEEN 300 AND 301 THEN 220 ELSE 20 END) * 2, CASE WHEN i BETWEEN 300 AND 301 THEN 220 ELSE 20 END, (CASE WHEN i BETWEEN 300 AND 301 THEN 220 ELSE 20 END) * 2, 0, 0, 2, 0, 0 FROM tick;
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/x.go'), (2, 'main.main', '/src/x.go'), (3, 'shop/upload.Handle', '/src/x.go'), (4, 'io.ReadAll', '/src/x.go'), (5, 'shop/catalog.Build', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[4,3,2,1]'), (2, '[5,2,1]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 1, 'heap', t_ns, 524288, '[]', (0) + (15*1048576), (i * 1000000 + CASE WHEN i > 300 THEN 400*1048576 ELSE 0 END) + (15*1048576) FROM tick WHERE i IN (20, 60, 100, 140, 180, 220, 260, 299, 340, 380, 420, 460);
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 0, i * 1000000 + CASE WHEN i > 300 THEN 400*1048576 ELSE 0 END FROM tick WHERE i IN (20, 60, 100, 140, 180, 220, 260, 299, 340, 380, 420, 460);
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT 1000 + i, 2, 15*1048576, 15*1048576 FROM tick WHERE i IN (20, 60, 100, 140, 180, 220, 260, 299, 340, 380, 420, 460);
