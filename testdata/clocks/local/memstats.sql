-- clock: local memstats_pair -7200000000000 1
-- clock: 1 memstats_pair 1714687200250000000 0.0011
-- candidate: 1 log_stamp agrees
-- Two hours ahead.
INSERT INTO clock_pair VALUES (1, 'local', NULL, NULL, NULL, 1, 'stamp');
INSERT INTO run SELECT 1, n, start_s, goal, live, z + 7200 + end_s + 0.001, NULL FROM rhythm, zero;
INSERT INTO told SELECT 'go.gc_count', 'prometheus', z + s, (SELECT count(*) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero;
INSERT INTO told SELECT 'go.last_gc_time', 'prometheus', z + s, z + (SELECT max (end_s) FROM rhythm WHERE end_s <= s - 4) FROM grid, zero WHERE s > 30;
