-- clock: 1 unplaced
-- The metrics are another process': its counts name cycles of this log that ended at other times.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM stranger WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + s, z + (SELECT max (end_s) FROM stranger WHERE end_s <= s - 4) FROM grid, zero WHERE s > 30;
