-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'cpu.periods', i, i * 150 FROM tick;
INSERT INTO measure SELECT 'cpu.throttled_periods', i, 0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.cpu', '1500m', 1.5);
