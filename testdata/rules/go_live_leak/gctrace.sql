-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 60 + i / 4, (60 + (i - 1) / 4) * 2 FROM tick WHERE i < 400;
