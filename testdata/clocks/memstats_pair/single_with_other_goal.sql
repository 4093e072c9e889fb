-- clock: 1 unplaced
-- One heap profile's text, of a process with another heap.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'go.gc_count', 'memstats', z + end_s + 2, n FROM rhythm, zero WHERE n = 40;
INSERT INTO told SELECT 'go.last_gc_time', 'memstats', z + end_s + 2, z + end_s FROM rhythm, zero WHERE n = 40;
INSERT INTO told SELECT 'go.next_gc', 'memstats', z + (SELECT end_s FROM rhythm WHERE n = 40) + 2, goal * 3 * 1048576.0 FROM rhythm, zero WHERE n = 41;
