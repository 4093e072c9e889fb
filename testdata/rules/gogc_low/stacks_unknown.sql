-- expect: clean
-- an unknown version may be Go 1.19, which prints all stack memory and counts what was scanned of it
-- yields: 100 SELECT gogc FROM gc_summary
-- yields: gogc SELECT regime FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal, stacks) SELECT i, 50 + i % 3, (50 + (i + 2) % 3) * 2 + 20, 50 FROM tick WHERE i < 400;
