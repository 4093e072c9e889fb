-- clock: 1 process_start 1714687200250000000 1.3
-- clock: 2 process_start 1714687700250000000 1.3
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) + (s > 500) * 500 FROM grid, zero;
