-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO event (member_id, identity_id, t_ns, kind, reason, exit_code, count, text) VALUES (1, 1, 1714694385000000000, 'terminated', 'Error', 137, 1, NULL);
INSERT INTO measure SELECT 'memory.oom_kill', i, 0 FROM tick;
