-- clock: local assumed_utc 0 50400
-- Another kill: no zone is seven minutes off.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO oom_kill (member_id, identity_id, t_ns, pid) VALUES (1, 1, 1714687200000000000 + 20800000000000, 17);
INSERT INTO told SELECT 'terminated', '', CAST (z + 1421 AS INTEGER), NULL FROM zero;
