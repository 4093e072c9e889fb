-- clock: local kill_time -19800000000000 1
-- kills: 1 0
-- Half past five hours ahead; the status tells the same kill in UTC.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO oom_kill (member_id, identity_id, t_ns, pid) VALUES (1, 1, 1714687200000000000 + 20800000000000, 17);
INSERT INTO told SELECT 'terminated', '', CAST (z + 1001 AS INTEGER), NULL FROM zero;
