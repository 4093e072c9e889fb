-- clock: 1 process_start 1714687200250000000 1.3
-- A start is sharper than counts from a query.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) - 0.3 FROM grid, zero;
-- candidate: 1 gc_counts agrees
