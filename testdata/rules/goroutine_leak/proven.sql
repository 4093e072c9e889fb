-- expect: fired
-- the runtime's own proof
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 100*1048576 + i * 500000.0 + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO measure SELECT 'go.goroutines', i, 20 + i * 40 + (i % 5) FROM tick;
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, count) SELECT 900, 1, 1, 'goroutineleak', t_ns, '[]', 15000 FROM tick WHERE i = 450;
