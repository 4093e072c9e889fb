-- clock: 1 unplaced
-- clock: 2 unplaced
-- clock: 3 unplaced
-- The pod counted more restarts than the log has runs: any two of four may have these starts.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO run SELECT 3, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER) + 500, NULL FROM zero;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER) + 1000, 3 FROM zero;
