-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'process.rss_anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 60*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 40*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, 42*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 FROM tick;
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'go_heap', 'go_heap', 2, 64*1048576, 32*1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'heap', '[heap]', 1, 1048576, 1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_rw', 'anon_rw', 24 + i / 100, 80*1048576 + i * 500000, 5*1048576 + i * 500000 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_other', 'anon_other', 17, 1400*1048576, 0 FROM tick WHERE i IN (60, 140, 220, 300, 380, 460);
