-- expect: clean
-- the structures are small
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.goroutines', i, CASE WHEN i BETWEEN 100 AND 200 THEN 100000 ELSE 60 END FROM tick;
INSERT INTO function VALUES (1, 'runtime.malg', 'proc.go'), (2, 'runtime.newproc1', 'proc.go');
INSERT INTO location VALUES (1, 1, 1), (2, 2, 2);
INSERT INTO stack VALUES (1, '[1,2]');
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, period, value_types, inuse_bytes) SELECT 1, 1, 1, 'heap', t_ns, 524288, '["inuse_space/bytes"]', 1000000 FROM tick WHERE i = 400;
INSERT INTO profile_sample (profile_id, stack_id, inuse_objects, inuse_bytes) VALUES (1, 1, 100000, 1000000);
