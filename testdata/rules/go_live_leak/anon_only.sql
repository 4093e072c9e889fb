-- expect: fired
-- only the cgroup is known: suspected
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
