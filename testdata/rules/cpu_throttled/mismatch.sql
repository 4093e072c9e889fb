-- expect: fired
-- eight Ps on half a CPU
-- yields: 1 SELECT gomaxprocs_mismatch FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal, procs) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 2, 8 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.cpu', '500m', 0.5);
