-- clock: boot kill_time 1714683200250000000 3
-- candidate: 0 boot_pair_elsewhere refuted
-- kills: 1 0
-- The other log is of the boot before: the kill that the status tells of refutes it.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO clock_pair VALUES (2, 'boot', 10, 1714600000000000000, 1000000, 0, 'line');
INSERT INTO told SELECT 'terminated', '', CAST (z + 1001 AS INTEGER), NULL FROM zero;
