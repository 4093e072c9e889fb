-- expect: fired
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, 124*1048576 + (i * 7919 % 101) * 10000.0 + i*400000.0 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + (i * 7919 % 101) * 10000.0 + i*400000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.shmem', i, 1048576 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 13*1048576 + 0 + 0 + 0 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, 120*1048576 + (i * 7919 % 101) * 10000.0 + i*400000.0 - (0) FROM tick;
INSERT INTO measure SELECT 'process.rss_anon', i, 95*1048576 FROM tick;
INSERT INTO measure SELECT 'container.processes', i, 2 FROM tick;
