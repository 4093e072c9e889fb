-- expect: fired
-- heap profiles alone: the runtime's structures grow
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO function VALUES (1, 'runtime.malg', '/src/x.go'), (2, 'runtime.newproc1', '/src/x.go'), (3, 'runtime.systemstack', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[1,2,3]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 1, 'heap', t_ns, 524288, '[]', (1048576 + i * 100000), (2097152 + i * 100000) FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 1048576 + i * 100000, 2097152 + i * 100000 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
