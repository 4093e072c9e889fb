-- expect: fired
-- anonymous memory alone
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 60*1048576 + (i * 7919 % 101) * 10000.0 + CASE WHEN i BETWEEN 300 AND 302 THEN 200*1048576 ELSE 0 END FROM tick;
