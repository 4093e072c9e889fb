-- expect: fired
-- no count of threads, and each goroutine brings 20 KB of kernel memory along
-- yields: 0.6 SELECT round(confidence, 2) FROM finding WHERE rule = 'goroutine_leak' AND life = 1
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 + i * 60000 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, ((100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0) + 10*1048576) - 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 40 + i * 3 FROM tick;
