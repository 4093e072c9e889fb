-- clock: boot boot_time 1714683200250000000 3
-- kills: 1 0
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO told SELECT 'node.boot_time', 'prometheus', z + s, CAST (z AS INTEGER) - 4000 FROM grid, zero;
