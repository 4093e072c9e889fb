-- clock: 1 unplaced
-- Something still ran five minutes after the kill: the log's last run may be that.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm;
INSERT INTO told SELECT 'terminated', '', z + 1000, NULL FROM zero;
INSERT INTO told SELECT 'memory.usage', 'prometheus', z + s * 2, 1e8 FROM grid, zero;
