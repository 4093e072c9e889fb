-- clock: 1 unplaced
-- The counts fit, the heap goals do not: a twin with another load.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'go.next_gc', 'prometheus', z + s, 1048576.0 * 7 FROM grid, zero;
