-- clock: 1 log_stamp 1714687200250000000 1
-- Stamps are cut to seconds.
INSERT INTO run SELECT 1, n, start_s, goal, live, CAST (z + end_s + 0.002 AS INTEGER), NULL FROM rhythm, zero;
