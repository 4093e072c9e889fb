-- expect: fired
-- before Go 1.18 stacks and globals are no part of the goal
-- yields: 300 SELECT gogc FROM gc_summary
-- yields: 100.0 SELECT gogc_match_pct FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal, stacks, globals) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 4, NULL, NULL FROM tick WHERE i < 400;
