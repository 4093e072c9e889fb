-- clock: boot kill_time 1714683200250000000 20
-- kills: 2 0
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
INSERT INTO oom_kill (member_id, identity_id, boot_s, pid) VALUES (1, 1, 4200, 17), (1, 1, 4567, 18);
INSERT INTO told SELECT 'memory.oom_kill', 'cgroup', z + s, (s > 200) + (s > 567) FROM grid, zero;
