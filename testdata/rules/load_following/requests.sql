-- expect: fired
-- the rate of a counter is the load
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + (50 + 40 * sin(i / 25.0)) * 1500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'load.requests', i, i * 750 + 15000 * (1 - cos(i / 25.0)) FROM tick;
