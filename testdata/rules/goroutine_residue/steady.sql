-- expect: clean
-- the goroutines are still there
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.goroutines', i, 100000 FROM tick;
INSERT INTO function VALUES (1, 'runtime.malg', 'proc.go'), (2, 'runtime.newproc1', 'proc.go');
INSERT INTO location VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO stack VALUES (1, '[1,2]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes) SELECT 1, 1, 1, 'heap', t_ns, 524288, '["inuse_space/bytes"]', 42000000 FROM tick WHERE i = 400;
INSERT INTO profile_sample (profile_id, stack_id, inuse_objects, inuse_bytes) VALUES (1, 1, 100000, 42000000);
