-- clock: 1 unplaced
-- clock: 2 kill_time 1714687700250000000 20
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'terminated', '', z + 500 + (SELECT max (end_s) FROM rhythm WHERE n <= 20) + 4, NULL FROM zero;
