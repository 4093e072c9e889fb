-- expect: clean
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 300*1048576 + (CASE WHEN i < 200 THEN 1*1048576 ELSE 12*1048576 END) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (CASE WHEN i < 200 THEN 1*1048576 ELSE 12*1048576 END) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, 0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 110*1048576 + (i * 7919 % 101) * 10000.0 FROM tick;
