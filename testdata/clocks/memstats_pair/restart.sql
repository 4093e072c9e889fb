-- clock: 1 memstats_pair 1714687200250000000 0.0021
-- clock: 2 memstats_pair 1714687500250000000 0.0021
-- A run of 27 cycles, and 300 s later the next one.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 27;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM stranger WHERE n <= 100;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s < 250;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + s, z + (SELECT max (end_s) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s BETWEEN 30 AND 249;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + 300 + s, (SELECT count(*) FROM stranger WHERE end_s <= s - 4) FROM grid, zero WHERE s < 600;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + 300 + s, z + 300 + (SELECT max (end_s) FROM stranger WHERE end_s <= s - 4) FROM grid, zero WHERE s BETWEEN 30 AND 599;
