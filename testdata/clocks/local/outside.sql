-- clock: local assumed_utc 0 50400
-- clock: 1 unplaced
-- candidate: 1 log_stamp refuted
-- Read as UTC the log would lie hours behind the metrics.
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO run SELECT 1, n, start_s, goal, live, z + 18000 + end_s + 0.001, NULL FROM rhythm, zero;
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s, 1e8 FROM grid, zero;
