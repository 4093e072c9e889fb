-- clock: local assumed_utc 0 50400
-- clock: 1 log_stamp 1714687200250000000 50401
-- Nothing tells the zone: read as UTC, and the uncertainty says so.
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO run SELECT 1, n, start_s, goal, live, z + 7200 + end_s + 0.001, NULL FROM rhythm, zero;
