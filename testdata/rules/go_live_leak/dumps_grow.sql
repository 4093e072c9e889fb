-- expect: clean
-- two dumps show the goroutines that hold what lives
-- yields: goroutine_leak SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 + 14*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 + 10*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200000000000 + CAST(i * 15 * 1e9 AS INTEGER) + 400000000, i * 15 + 0.05, 1, 0.05, 20, 0.03, 0.1, 0, 10, 0, 0.06,
  CAST((60 + (i - 1) / 4) * (1 + 100/100.0) AS INTEGER), (CAST((60 + (i - 1) / 4) * (1 + 100/100.0) AS INTEGER)) + 1, 60 + i / 4, CAST((60 + (i - 1) / 4) * (1 + 100/100.0) AS INTEGER), 0, 0, 2, 0, 0 FROM tick WHERE i < 400;
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/x.go'), (2, 'main.main', '/src/x.go'), (3, 'shop/fanout.query', '/src/x.go'), (4, 'runtime.chansend', '/src/x.go'), (5, 'runtime.gopark', '/src/x.go'), (6, 'net/http.(*persistConn).readLoop', '/src/x.go'), (7, 'net/http.(*persistConn).writeLoop', '/src/x.go'), (8, 'runtime.selectgo', '/src/x.go'), (9, 'shop/api.Handle', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[5,4,3,1]'), (2, '[2,1]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types) SELECT i, 1, 1, 'goroutine', t_ns, '[]' FROM tick WHERE i IN (60, 390);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 1, 10 + i * 40 FROM tick WHERE i IN (60, 390);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 2, 10 FROM tick WHERE i IN (60, 390);
