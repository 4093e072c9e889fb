-- clock: 1 memstats_pair 1714687200250000000 0.0021
-- One heap profile's text; its goal is the log's.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s + 2, n FROM rhythm, zero WHERE n = 40;
INSERT INTO told SELECT 'go.last_gc_time', 'memstats', z + end_s + 2, z + end_s FROM rhythm, zero WHERE n = 40;
INSERT INTO told SELECT 'go.next_gc', 'memstats', z + (SELECT end_s FROM rhythm WHERE n = 40) + 2, goal * 1048576.0 FROM rhythm, zero WHERE n = 41;
