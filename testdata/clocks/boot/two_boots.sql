-- clock: boot unplaced
-- kills: 0 1
-- One log over a reboot.
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 5000, 17);
INSERT INTO clock_pair VALUES (1, 'boot', 10, 1714683210250000000, 1000000, 0, 'line'), (1, 'boot', 10, 1714690000250000000, 1000000, 0, 'line');
