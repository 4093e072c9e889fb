-- expect: clean
-- the live heap alone nearly fills the limit
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (250*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 230 + i % 3, (230 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
