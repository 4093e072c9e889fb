-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.goroutines', i, 200 + (i * 31 % 17) FROM tick;
