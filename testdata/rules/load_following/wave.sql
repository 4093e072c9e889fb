-- expect: fired
-- no record of the load: at most suspected
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (200*1048576 + 60*1048576 * sin(i / 40.0)) + (i * 7919 % 101) * 10000.0 FROM tick;
