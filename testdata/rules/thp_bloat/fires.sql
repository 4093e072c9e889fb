-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + (CASE WHEN i < 200 THEN 2*1048576 ELSE 80*1048576 END)) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 100*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (60*1048576) + (i % 7) * 1000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576) + 8000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO measure SELECT 'go.gc_count', i, i / 4 FROM tick;
INSERT INTO measure SELECT 'memory.anon_thp', i, 110*1048576 FROM tick;
