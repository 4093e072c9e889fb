-- expect: clean
-- a fifth of the spans is empty
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (80*1048576 + i * 300000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 80*1048576 + i * 300000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (60*1048576 + i * 250000.0) + (i % 7) * 1000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, 66*1048576 + i * 290000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO measure SELECT 'go.gc_count', i, i / 4 FROM tick;
