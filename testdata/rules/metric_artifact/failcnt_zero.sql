-- expect: fired
-- killed at its limit, and the count of failures says never
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.failcnt', i, 0 FROM tick;
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714694386000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'app', 7, 536870912, 536870912);
