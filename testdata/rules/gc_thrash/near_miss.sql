-- expect: clean
-- busy, but the goal leaves all the room that GOGC=100 asks for
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (200*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 850, 900, 90 + i % 3, (90 + (i + 2) % 3) * 2 FROM tick WHERE i < 400;
