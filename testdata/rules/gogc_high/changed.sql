-- expect: fired
-- debug.SetGCPercent(400) after 150 collections
-- yields: 400 SELECT gogc FROM gc_summary
-- yields: inferred SELECT gogc_source FROM gc_summary
-- yields: 1 SELECT gogc_changes FROM gc_summary
-- yields: gogc SELECT regime FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * CASE WHEN i <= 150 THEN 2 ELSE 5 END FROM tick WHERE i < 400;
