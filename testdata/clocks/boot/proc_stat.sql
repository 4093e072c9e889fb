-- clock: boot boot_time 1714683200250000000 3
-- kills: 1 0
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO clock_pair VALUES (2, 'boot', 0, 1714683200000000000, 1000000000, 0, 'btime');
