-- expect: clean
-- anonymous memory was not recorded, and the working set rises while the Go heap stands still
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + i * 500000.0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 90*1048576 + i * 500000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 20 + i % 2, 41 FROM tick WHERE i < 400;
