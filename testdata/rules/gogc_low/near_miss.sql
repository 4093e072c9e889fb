-- expect: clean
-- an eighth of the quota
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 30, 60, 90 + i % 2, (90 + (i + 1) % 2) * 1.10 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.cpu', '500m', 0.5);
