-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 60*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 40*1048576+(i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (40*1048576+(i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
