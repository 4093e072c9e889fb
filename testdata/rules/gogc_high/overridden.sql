-- expect: clean
-- debug.SetGCPercent(100) at run time
-- yields: 100 SELECT gogc FROM gc_summary
-- yields: inferred SELECT gogc_source FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '800', NULL);
