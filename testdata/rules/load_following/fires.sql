-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + (50 + 40 * sin(i / 25.0) + i % 5) * 1500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'load.in_flight', i, 50 + 40 * sin(i / 25.0) + i % 5 FROM tick;
