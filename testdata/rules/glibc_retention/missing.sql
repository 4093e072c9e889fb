-- expect: not_applicable
-- no MemStats
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + 150*1048576 * (1 - exp(-i / 40.0)) + (i * 7919 % 101) * 10000.0 FROM tick;
