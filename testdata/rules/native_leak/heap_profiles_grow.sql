-- expect: fired
-- heap profiles that grow as much speak against it
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'process.rss_anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 60*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 40*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, 42*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 FROM tick;
INSERT INTO function VALUES (1, 'runtime.goexit', '/src/x.go'), (2, 'main.main', '/src/x.go'), (3, 'shop/cache.Put', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
INSERT INTO stack VALUES (1, '[3,2,1]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 1, 'heap', t_ns, 524288, '[]', (10*1048576 + i * 400000), (100*1048576 + i * 800000) FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT 1000 + i, 1, 10*1048576 + i * 400000, 100*1048576 + i * 800000 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
