-- expect: fired
-- the pod's limit is lower than the container's own
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO series VALUES (900, 1, (SELECT quantity_id FROM quantity WHERE name = 'memory.limit'), 'cgroup', 'memory.stat:hierarchical_memory_limit', '{}');
INSERT INTO sample SELECT 900, t_ns + 1, 300*1048576 FROM tick;
