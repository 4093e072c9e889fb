-- expect: fired
-- without the process' own RSS another process looks the same; the task table of the kill tells
-- yields: 1 SELECT count(*) FROM finding_evidence e JOIN finding f USING (finding_id) WHERE f.rule = 'native_leak' AND e.refutes
-- yields: other_process SELECT cause FROM verdict WHERE life IS NULL
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, 60*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, 40*1048576+(i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (40*1048576+(i * 7919 % 101) * 10000.0) + 2*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1*1048576 FROM tick;
INSERT INTO oom_kill (oom_kill_id, member_id, identity_id, t_ns, constraint_name, oom_cgroup, task_cgroup, victim, pid, usage_bytes, limit_bytes) VALUES (1, 1, 1, 1714694385000000000, 'CONSTRAINT_MEMCG', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', '/kubepods/pod1/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'app', 7, 536870912, 536870912);
INSERT INTO oom_task (oom_kill_id, pid, name, rss_bytes, rss_anon_bytes) VALUES (1, 7, 'app', 65011712, 65011712);
INSERT INTO oom_task (oom_kill_id, pid, name, rss_bytes, rss_anon_bytes) VALUES (1, 9, 'convert', 314572800, 314572800);
