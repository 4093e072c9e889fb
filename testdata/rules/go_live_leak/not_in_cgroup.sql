-- expect: clean
-- the cgroup does not follow
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal) SELECT i, 60 + i / 4, (60 + (i - 1) / 4) * 2 FROM tick WHERE i < 400;
