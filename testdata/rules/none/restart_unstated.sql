-- expect: clean
-- usage is halved and the peak starts anew: a restart that nothing states
-- yields: usage_drop SELECT cut_by FROM life WHERE life = 2
-- yields: 2 SELECT count(*) FROM life
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i % 240) * 1000000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 90*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 60*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + (i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.peak', i, 110*1048576 + (i % 240) * 1000000.0 FROM tick;
