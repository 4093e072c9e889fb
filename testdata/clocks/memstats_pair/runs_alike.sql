-- clock: 1 unplaced
-- clock: 2 unplaced
-- Two runs with one and the same rhythm: nothing tells them apart.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 27;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 27;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s < 250;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + s, z + (SELECT max (end_s) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s BETWEEN 30 AND 249;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + 300 + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s < 250;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + 300 + s, z + 300 + (SELECT max (end_s) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s BETWEEN 30 AND 249;
