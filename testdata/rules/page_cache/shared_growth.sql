-- expect: clean
-- no lists: usage and the working set grew together, and what is between them grew little
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 100*1048576 + i * 75000.0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 90*1048576 + i * 30000.0 FROM tick;
