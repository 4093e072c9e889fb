-- the only container here
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) + 6*1048576 FROM tick;
INSERT INTO measure SELECT 'go.sys', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) - 10*1048576 FROM tick;
INSERT INTO measure SELECT 'go.heap_released', i, 0 FROM tick;
INSERT INTO measure SELECT 'go.heap_alloc', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) - 40*1048576 + (i % 7) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_inuse', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) - 36*1048576 + (i % 7) * 3000000.0 FROM tick;
INSERT INTO measure SELECT 'go.heap_idle', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.stack_inuse', i, 1048576 FROM tick;
INSERT INTO setting (member_id, identity_id, name, value) VALUES (1, 1, 'image', 'registry/app:1');
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'requests.memory', '128Mi', 134217728);
INSERT INTO setting (member_id, identity_id, name, value) VALUES (1, 1, 'go.version', 'go1.22.1');
