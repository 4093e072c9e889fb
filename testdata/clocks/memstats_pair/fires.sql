-- clock: 1 memstats_pair 1714687200250000000 0.0011
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + s, z + (SELECT max (end_s) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s > 30;
