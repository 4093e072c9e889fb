-- expect: fired
-- a room of a fifth under a memory limit
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (120*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 850, 900, 80 + i % 6, 98 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '102MiB', NULL);
