-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.threads', i, 20 + i FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 40 + i FROM tick;
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/x.go'), (2, 'main.main', '/src/x.go'), (3, 'shop/worker.Run', '/src/x.go'), (4, 'shop/worker._Cfunc_wait', '/src/x.go'), (5, 'runtime.cgocall', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[5,4,3,1]'), (2, '[2,1]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types) SELECT i, 1, 1, 'goroutine', t_ns, '[]' FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 1, 10 + i FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO goroutine (profile_id, state, wait_minutes, locked, stack_id) SELECT i, 'syscall', i / 4, 0, 1 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 2, 1 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
