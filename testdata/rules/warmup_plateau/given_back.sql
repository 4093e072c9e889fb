-- expect: clean
-- the pages that came lie on the file list: given back with MADV_FREE
-- tau is 15 minutes of two hours
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100*1048576 + 120*1048576 * (1 - exp(-i / 60.0))) + (i * 7919 % 101) * 10000.0 + 14*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + 120*1048576 * (1 - exp(-i / 60.0))) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 + 120*1048576 * (1 - exp(-i / 60.0)) FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (100*1048576 + 120*1048576 * (1 - exp(-i / 60.0))) + (i * 7919 % 101) * 10000.0 + 10*1048576 FROM tick;
