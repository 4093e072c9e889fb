-- clock: 1 memstats_pair 1714687200250000000 100.1
-- The machine sleeps for 100 s before cycle 70: the runtime's clock stands still, the log's and the metrics' do not.
INSERT INTO run SELECT 1, n, start_s, goal, live, z + end_s + 0.001 + (n >= 70) * 100, NULL FROM rhythm, zero;
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s + 1 + (n >= 70) * 100, n FROM rhythm, zero;
INSERT INTO told SELECT 'go.last_gc_time', 'memstats', z + end_s + 1 + (n >= 70) * 100, z + end_s + (n >= 70) * 100 FROM rhythm, zero;
-- drift: 1 99.9 100.1
