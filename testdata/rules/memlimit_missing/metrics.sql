-- expect: fired
-- goal and GOGC from metrics
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (250*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.next_gc', i, 302*1048576 FROM tick;
INSERT INTO measure SELECT 'go.gogc', i, 100 FROM tick;
