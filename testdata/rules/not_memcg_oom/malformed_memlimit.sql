-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO setting VALUES (1, 1, NULL, 'env.GOMEMLIMIT', '200Mi', NULL);
INSERT INTO event (member_id, identity_id, t_ns, kind, reason, exit_code, count, text) VALUES (1, 1, 1714694385000000000, 'terminated', 'Error', 2, 12, NULL);
