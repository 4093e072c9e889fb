-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOGC', '140', NULL);
