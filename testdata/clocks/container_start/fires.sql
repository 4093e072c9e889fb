-- clock: 1 container_start 1714687200250000000 1.8
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER), NULL FROM zero;
