-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.memory', '512Mi', 536870912);
INSERT INTO cycle (i, live, goal) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 9 FROM tick WHERE i < 400;
