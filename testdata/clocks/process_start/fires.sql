-- clock: 1 process_start 1714687200250000000 1.3
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) - 0.3 FROM grid, zero;
