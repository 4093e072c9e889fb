-- expect: not_applicable
INSERT INTO usual VALUES ('cgroup');
