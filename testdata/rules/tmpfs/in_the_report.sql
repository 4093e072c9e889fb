-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 200*1048576 + i*600000.0 FROM tick;
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714694385000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'app', 7, 536870912, 536870912);
INSERT INTO oom_stat VALUES (1, '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'shmem', 419430400);
INSERT INTO oom_stat VALUES (1, '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'anon', 94371840);
