-- clock: 1 process_start 1714687500250000000 1.3
-- The run is longer than what lies between the starts.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'process.start_time', 'prometheus', z + s, CAST (z AS INTEGER) + (s > 300) * 300 FROM grid, zero;
