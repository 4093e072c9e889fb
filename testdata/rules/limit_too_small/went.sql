-- expect: clean
-- Something filled the container for the first quarter, and went while the service lived on.
INSERT INTO measure SELECT 'memory.limit', i, 300*1048576 FROM tick;
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (CASE WHEN i BETWEEN 20 AND 120 THEN 285 ELSE 60 END * 1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 180 + i % 3, (180 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
