-- expect: clean
-- Go 1.19 prints all stack memory and counts what was scanned of it, here 20 of 50 MiB: GOGC is 100 and not 70
-- yields: 100 SELECT gogc FROM gc_summary
-- yields: gogc SELECT regime FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO setting (member_id, identity_id, name, value) VALUES (1, 1, 'go.version', 'go1.19.8');
INSERT INTO cycle (i, live, goal, stacks) SELECT i, 50 + i % 3, (50 + (i + 2) % 3) * 2 + 20, 50 FROM tick WHERE i < 400;
