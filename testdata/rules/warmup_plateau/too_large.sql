-- expect: fired
-- the ceiling with the room of GOGC=100 exceeds the limit
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (40*1048576 + 120*1048576 * (1 - exp(-i / 60.0))) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, CAST(40 + 140 * (1 - exp(-i / 60.0)) AS INTEGER), (CAST(40 + 140 * (1 - exp(-(i - 1) / 60.0)) AS INTEGER)) * 2 FROM tick WHERE i < 400;
