-- clock: 1 gc_counts 1714687200250000000 2
-- A few heap profiles tell the count at their own time.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s + 0.3, n FROM rhythm, zero WHERE n IN (9, 31, 77, 90);
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s - 0.5, n - 1 FROM rhythm, zero WHERE n IN (13, 40, 66);
