-- expect: clean
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + i * 400000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 60 + i / 3, (60 + (i - 1) / 3) * 2 FROM tick WHERE i < 400;
