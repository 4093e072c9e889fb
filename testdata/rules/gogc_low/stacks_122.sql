-- expect: clean
-- from Go 1.20 on the printed stacks are those of the goal: 69 or 70
-- yields: 69 SELECT gogc FROM gc_summary
-- yields: gogc SELECT regime FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO setting (member_id, identity_id, name, value) VALUES (1, 1, 'go.version', 'go1.22.1');
INSERT INTO cycle (i, live, goal, stacks) SELECT i, 50 + i % 3, (50 + (i + 2) % 3) * 2 + 20, 50 FROM tick WHERE i < 400;
