-- expect: fired
-- thirty seconds of six minutes
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (110*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, live, goal) SELECT i, 1, CASE WHEN i BETWEEN 300 AND 330 THEN 900 ELSE 40 END, CASE WHEN i BETWEEN 300 AND 330 THEN 98 ELSE 48 END, 99 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '102MiB', NULL);
