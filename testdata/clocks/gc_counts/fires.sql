-- clock: 1 gc_counts 1714687200250000000 10
-- Late by an unknown part of the query's step.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
