-- expect: fired
-- yields: child SELECT class FROM kill
-- yields: end_of_record SELECT ended_by FROM life
-- yields: other_process SELECT cause FROM verdict WHERE life IS NULL
-- the victim is the converter; the service is known by its program, of which the kernel shows 15 bytes, and lives on
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, CASE WHEN i <= 200 THEN 124*1048576 + i * 1900000.0 ELSE 124*1048576 END + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, CASE WHEN i <= 200 THEN 100*1048576 + i * 1900000.0 ELSE 100*1048576 END + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, 1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 13*1048576 + 0 + 0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 - (0) FROM tick;
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, binary) VALUES (1, 1, 1, 'heap', 1714687800000000000, '[]', '/usr/local/bin/orders-service-api');
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714690185000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'convert', 9, 536870912, 536870912);
INSERT INTO oom_task (oom_kill_id, pid, name, rss_bytes, rss_anon_bytes) VALUES (1, 7, 'orders-service-', 83886080, 83886080);
INSERT INTO oom_task (oom_kill_id, pid, name, rss_bytes, rss_anon_bytes) VALUES (1, 9, 'convert', 398458880, 398458880);
