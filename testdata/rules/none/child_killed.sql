-- expect: clean
-- the service lives on, and something was killed for its memory
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.sys', i, 90*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 60*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (60*1048576 + (i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714690185000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'convert', 9, 536870912, 536870912);
