-- expect: clean
-- the room is what GOGC asks for
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (120*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 850, 900, 100, 100 * 1.09 FROM tick WHERE i < 400;
