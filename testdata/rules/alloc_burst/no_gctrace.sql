-- expect: fired
-- anonymous memory alone
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (60*1048576 + (i * 7919 % 101) * 10000.0 + CASE WHEN i BETWEEN 300 AND 302 THEN 200*1048576 ELSE 0 END) + 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 60*1048576 + (i * 7919 % 101) * 10000.0 + CASE WHEN i BETWEEN 300 AND 302 THEN 200*1048576 ELSE 0 END FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, ((60*1048576 + (i * 7919 % 101) * 10000.0 + CASE WHEN i BETWEEN 300 AND 302 THEN 200*1048576 ELSE 0 END) + 10*1048576) - 4*1048576 FROM tick;
