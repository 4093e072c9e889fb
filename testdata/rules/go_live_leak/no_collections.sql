-- expect: not_applicable
-- nothing was collected: what is allocated does not tell what lives
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 95*1048576 + i * 500000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (60*1048576 + i * 450000.0) + (i % 7) * 1000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + i * 450000.0) + 8000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO measure SELECT 'go.gc_count', i, 3 FROM tick;
