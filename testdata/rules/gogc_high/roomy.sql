-- expect: fired
-- high, but far from the limit: only a finding
INSERT INTO measure SELECT 'memory.limit', i, 8192*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, live, goal) SELECT i, 45 + i % 3, (45 + (i + 2) % 3) * 9 FROM tick WHERE i < 400;
