-- expect: fired
-- the runtime's own proof
INSERT INTO measure SELECT 'memory.limit', i, 512*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.usage', i, (100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) + 10*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'memory.inactive_file', i, 4*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.active_file', i, 8*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.file', i, 12*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.kernel', i, 2*1048576 FROM tick;
INSERT INTO measure SELECT 'memory.working_set', i, ((100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0) + 10*1048576) - 4*1048576 FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 20 + i * 40 + (i % 5) FROM tick;
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, count) SELECT 900, 1, 1, 'goroutineleak', t_ns, '[]', 15000 FROM tick WHERE i = 450;
