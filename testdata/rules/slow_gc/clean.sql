-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, mark_ms, live, goal) SELECT i, 12, 45 + i % 3, (45 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
