-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (250*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 150 + i % 3, (150 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
INSERT INTO oom_kill (member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, anon_rss_bytes, limit_bytes, usage_bytes) SELECT 1, 1, t_ns + 1000000000, 'CONSTRAINT_MEMCG', '/a', '/a', 'app', 7, 300*1048576, 300*1048576, 300*1048576 FROM tick WHERE i = 479;
