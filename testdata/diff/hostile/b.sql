-- the same pod with another value
UPDATE container SET pod = 'x''<script>alert(1)</script>
`$(id)`';
UPDATE identity SET pod = 'x''<script>alert(1)</script>
`$(id)`';
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100*1048576 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (100*1048576 + (i * 7919 % 101) * 10000.0) + 6*1048576 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, (100*1048576 + (i * 7919 % 101) * 10000.0) - 10*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (100*1048576 + (i * 7919 % 101) * 10000.0) - 40*1048576 + (i % 7) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (100*1048576 + (i * 7919 % 101) * 10000.0) - 36*1048576 + (i % 7) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value) VALUES (1, 1, 'env.GODEBUG', 'a=''1''');
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/r.go'), (2, 'main.main', '/app/m.go'), (3, 'main.''; DROP TABLE difference; --', '/app/0.go');
INSERT INTO location SELECT function_id, function_id, 10 FROM function;
INSERT INTO stack SELECT function_id, '[' || function_id || ',2,1]' FROM function WHERE function_id > 2;
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes) SELECT 1000 + i, 1, 1, 'heap', t_ns, 524288, '[]', CAST (90*1048576 AS INTEGER) FROM tick WHERE i % 20 = 0;
INSERT INTO profile_sample (profile_id, stack_id, inuse_objects, inuse_bytes) SELECT 1000 + i, 3, 100, CAST (90*1048576 AS INTEGER) FROM tick WHERE i % 20 = 0;
