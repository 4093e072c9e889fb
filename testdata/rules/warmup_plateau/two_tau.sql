-- expect: fired
-- less than three time constants are seen: the ceiling is a forecast
-- yields: 0.65 SELECT round(confidence, 2) FROM finding WHERE rule = 'warmup_plateau' AND life = 1
-- tau is 15 minutes of two hours
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (100*1048576 + 120*1048576 * (1 - exp(-i / 175.0))) + (i * 7919 % 101) * 10000.0 FROM tick;
