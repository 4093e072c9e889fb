-- expect: fired
-- each brings a thread along: the threads are the leak
-- yields: 0.6 SELECT round(confidence, 2) FROM finding WHERE rule = 'goroutine_leak' AND life = 1
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.threads', i, 20 + i * 3 FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 40 + i * 3 FROM tick;
