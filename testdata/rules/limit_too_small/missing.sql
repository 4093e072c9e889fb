-- expect: not_applicable
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (285*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
