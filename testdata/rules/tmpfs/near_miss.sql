-- expect: clean
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 124*1048576 + (i * 7919 % 101) * 10000.0 + i*500000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 + i*350000.0 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, 1048576 + i*150000.0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 13*1048576 + i*350000.0 + 0 + i*150000.0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + i*500000.0 - (i*350000.0) FROM tick;
