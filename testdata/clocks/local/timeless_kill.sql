-- clock: local unplaced
-- kills: 0 1
-- A stamp without year that nothing tells.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, pid) VALUES (1, 1, 17);
