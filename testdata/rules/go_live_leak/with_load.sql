-- expect: clean
-- the live heap follows the load
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (130*1048576 + (50 + 40 * sin(i / 25.0) + i % 5) * 3000000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, CAST(60 + (50 + 40 * sin(i / 25.0) + i % 5) * 1.5 AS INTEGER), 400 FROM tick WHERE i < 400;
INSERT INTO measure SELECT 'load.in_flight', i, 50 + 40 * sin(i / 25.0) + i % 5 FROM tick;
