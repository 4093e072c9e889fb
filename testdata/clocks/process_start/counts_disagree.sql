-- clock: 1 unplaced
-- The process that the metrics watch counted otherwise.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) - 0.3 FROM grid, zero;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM stranger WHERE end_s <= s - 4) FROM grid, zero;
