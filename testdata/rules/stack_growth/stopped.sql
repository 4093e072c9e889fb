-- expect: fired
-- goroutines with deep stacks became more for ten minutes, and stopped
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (60*1048576 + min(i, 40) * 3000000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 60*1048576 + min(i, 40) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (60*1048576) + (i % 7) * 1000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576) + 8000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 + min(i, 40) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.gc_count', i, i / 4 FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 60 + min(i, 40) * 28 FROM tick;
