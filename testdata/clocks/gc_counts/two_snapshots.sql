-- clock: 1 unplaced
-- Two counts fit many a log.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s + 2, n FROM rhythm, zero WHERE n IN (9, 31);
