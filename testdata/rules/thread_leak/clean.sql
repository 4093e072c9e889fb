-- expect: clean
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.threads', i, 20 + (i * 31 % 5) FROM tick;
