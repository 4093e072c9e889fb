-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 124*1048576 + (i * 7919 % 101) * 10000.0 + i*500000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 + i*500000.0 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, 1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 13*1048576 + i*500000.0 + 0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + i*500000.0 - (i*500000.0) FROM tick;
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714694385000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'app', 7, 536870912, 536870912);
INSERT INTO oom_stat VALUES (1, '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'inactive_file', 241172480);
INSERT INTO oom_stat VALUES (1, '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'file_dirty', 157286400);
INSERT INTO oom_stat VALUES (1, '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'file_writeback', 41943040);
