-- expect: clean
INSERT INTO usual VALUES ('cgroup');
