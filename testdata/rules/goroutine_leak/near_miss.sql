-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.goroutines', i, 2000 + i * 0.2 + (i % 5) FROM tick;
