-- expect: fired
-- a third of it is outside the Go runtime, perhaps of another process
-- yields: 0.65 SELECT round(confidence, 2) FROM finding WHERE rule = 'limit_too_small' AND life = 1
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (285*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 90 + i % 3, (90 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
INSERT INTO measure SELECT 'go.sys', i, 200*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 100*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, 110*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 80*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 FROM tick;
