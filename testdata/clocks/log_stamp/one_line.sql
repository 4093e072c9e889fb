-- clock: 1 log_stamp 1714687200250000000 0.05
INSERT INTO run SELECT 1, n, start_s, goal, live, z + end_s + 0.004, NULL FROM rhythm, zero WHERE n = 7;
