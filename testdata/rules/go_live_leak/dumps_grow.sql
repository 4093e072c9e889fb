-- expect: clean
-- two dumps show the goroutines that hold what lives
-- yields: goroutine_leak SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 60 + i / 4, (60 + (i - 1) / 4) * 2 FROM tick WHERE i < 400;
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/x.go'), (2, 'main.main', '/src/x.go'), (3, 'shop/fanout.query', '/src/x.go'), (4, 'runtime.chansend', '/src/x.go'), (5, 'runtime.gopark', '/src/x.go'), (6, 'net/http.(*persistConn).readLoop', '/src/x.go'), (7, 'net/http.(*persistConn).writeLoop', '/src/x.go'), (8, 'runtime.selectgo', '/src/x.go'), (9, 'shop/api.Handle', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[5,4,3,1]'), (2, '[2,1]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types) SELECT i, 1, 1, 'goroutine', t_ns, '[]' FROM tick WHERE i IN (60, 390);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 1, 10 + i * 40 FROM tick WHERE i IN (60, 390);
INSERT INTO profile_sample (profile_id, stack_id, count) SELECT i, 2, 10 FROM tick WHERE i IN (60, 390);
