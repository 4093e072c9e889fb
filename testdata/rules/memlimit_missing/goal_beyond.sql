-- expect: fired
-- not only with overshoot: the goal itself does not fit
-- yields: medium SELECT severity FROM finding WHERE rule = 'memlimit_missing'
-- no kill yet
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (250*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 160 + i % 3, (160 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
