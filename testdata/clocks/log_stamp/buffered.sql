-- clock: 1 log_stamp 1714687200250000000 30
-- Most lines wait in a buffer for up to 30 s; a few do not.
INSERT INTO run SELECT 1, n, start_s, goal, live, z + end_s + 0.001 + n % 10 * 3, NULL FROM rhythm, zero;
