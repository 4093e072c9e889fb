-- clock: 1 unplaced
-- A goal that never changes fits everywhere.
INSERT INTO run SELECT 1, n, start_s, 50, 25, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.next_gc', 'prometheus', z + s, 1048576 * 50.5 FROM grid, zero;
