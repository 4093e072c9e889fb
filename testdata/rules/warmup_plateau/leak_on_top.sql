-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + 120*1048576 * (1 - exp(-i / 60.0)) + i * 250000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
