-- expect: not_applicable
-- the program asks for every collection: goals tell nothing about GOGC
-- yields: 1 SELECT forced_gc_heavy FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal, forced) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 2, 1 FROM tick WHERE i < 400;
