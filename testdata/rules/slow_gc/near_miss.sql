-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, pause_ms, mark_ms, live, goal) SELECT i, 8, 450, 45 + i % 3, (45 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
