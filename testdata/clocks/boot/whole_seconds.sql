-- clock: boot boot_pair 1714683200250000000 2
-- kills: 1 0
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO clock_pair VALUES (1, 'boot', 10, 1714683210000000000, 1000000000, 0, 'line'), (1, 'boot', 4800.7, 1714688000000000000, 1000000000, 0, 'line');
