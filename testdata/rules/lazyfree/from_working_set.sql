-- expect: fired
-- cAdvisor without the file lists: usage less working set is the inactive list
INSERT INTO measure SELECT 'memory.usage', i, 112*1048576 + (CASE WHEN i < 200 THEN 1*1048576 ELSE 200*1048576 END) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (CASE WHEN i < 200 THEN 1*1048576 ELSE 200*1048576 END) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 104*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
