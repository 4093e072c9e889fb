-- expect: fired
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, mark_ms, background_ms, live, goal) SELECT i, 800, 300, 45 + i % 3, (45 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.cpu', '200m', 0.2);
