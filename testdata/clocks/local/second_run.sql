-- clock: local process_start -7200000000000 1
-- clock: 1 log_stamp 1714687200250000000 0.1
-- clock: 2 log_stamp 1714687500250000000 0.1
-- What the first run tells holds for the whole log.
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO run SELECT 1, n, start_s, goal, live, z + 7200 + end_s + 0.001, NULL FROM rhythm, zero WHERE n <= 27;
INSERT INTO run SELECT 2, n, start_s, goal, live, z + 7500 + end_s + 0.001, NULL FROM rhythm, zero WHERE n <= 27;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) + (s > 300) * 300 FROM grid, zero;
