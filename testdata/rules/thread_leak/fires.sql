-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 200000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.threads', i, 20 + i FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 40 + i FROM tick;
