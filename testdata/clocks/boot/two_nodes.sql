-- clock: boot unplaced
-- kills: 0 1
-- Two nodes' boot times, and nothing that tells which one's the log is.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO clock_pair VALUES (2, 'boot', 0, 1714683200000000000, 1000000000, 0, 'btime'), (2, 'boot', 0, 1714600000000000000, 1000000000, 0, 'btime');
