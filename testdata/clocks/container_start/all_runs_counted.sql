-- clock: 1 unplaced
-- clock: 2 container_start 1714687700250000000 1.8
-- clock: 3 container_start 1714688200250000000 1.8
-- Two starts for three runs, and the pod counted two restarts: the last two runs are theirs.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 3, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER) + 500, NULL FROM zero;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER) + 1000, 2 FROM zero;
