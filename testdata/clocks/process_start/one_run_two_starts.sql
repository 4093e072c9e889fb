-- clock: 1 unplaced
-- Nothing says which of two starts began the only run of the log.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) + (s > 500) * 500 FROM grid, zero;
