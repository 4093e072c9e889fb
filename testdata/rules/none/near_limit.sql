-- expect: fired
-- quiet, and one step away from a kill
-- yields: 0.6 SELECT round(confidence, 2) FROM finding WHERE rule = 'none' AND life = 1
INSERT INTO measure SELECT 'memory.limit', i, 104*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.sys', i, 90*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 60*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + (i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_live', i, 40*1048576 FROM tick;
