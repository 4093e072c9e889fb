-- expect: clean
-- waves without a record of the load explain no kill
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (200*1048576 + 60*1048576 * sin(i / 40.0)) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO oom_kill (member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, anon_rss_bytes, limit_bytes, usage_bytes) SELECT 1, 1, t_ns + 1000000000, 'CONSTRAINT_MEMCG', '/a', '/a', 'app', 7, 512*1048576, 512*1048576, 512*1048576 FROM tick WHERE i = 479;
