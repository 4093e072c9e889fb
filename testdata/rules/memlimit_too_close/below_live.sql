-- expect: fired
-- few collections, and yet the limit is below the live heap
-- yields: medium SELECT severity FROM finding WHERE rule = 'memlimit_too_close'
-- yields: memlimit_too_close SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (110*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 90, 90 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '80MiB', NULL);
