-- clock: 1 unplaced
-- Another process' counts.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM stranger WHERE end_s <= s - 4) FROM grid, zero;
