-- expect: fired
-- the mappings show whose memory it is
-- yields: 0.65 SELECT round(confidence, 2) FROM finding WHERE rule = 'native_leak' AND life = 1
-- No MemStats: anonymous memory rises, the heap of the GC lines does not.
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 60*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 50*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, (40 + i % 3) / 2, (40 + i % 3) FROM tick;
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'go_heap', 'go_heap', 1, 64*1048576, 32*1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'heap', '[heap]', 1, 1048576 + i * 500000, 1048576 + i * 500000 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_rw', 'anon_rw', 1, 80*1048576, 5*1048576 FROM tick WHERE i IN (60, 140, 220, 300, 380);
INSERT INTO mapping (member_id, identity_id, t_ns, class, name, areas, size_bytes, rss_bytes) SELECT 1, 1, t_ns, 'anon_other', 'anon_other', 1, 1400*1048576, 0 FROM tick WHERE i IN (60, 140, 220, 300, 380);
