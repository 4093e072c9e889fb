-- clock: 1 kill_time 1714687200250000000 20
-- The process dies four seconds after its last collection.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'terminated', '', z + (SELECT max (end_s) FROM rhythm) + 4, NULL FROM zero;
