-- expect: clean
-- tau exceeds half the window: it could as well rise for ever
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + 240*1048576 * (1 - exp(-i / 500.0))) + (i * 7919 % 101) * 10000.0 FROM tick;
