-- expect: clean
-- levels off at the greatest number of calls at once
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'go.threads', i, 20 + min(i, 60) FROM tick;
