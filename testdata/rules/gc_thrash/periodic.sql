-- expect: clean
-- only the two-minute collection of an idle process
-- yields: 0.0 SELECT cycles_per_s FROM gc_summary
-- yields: 60 SELECT periodic FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (80*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, live, goal, periodic) SELECT i, 120, 60, 120, 1 FROM tick WHERE i < 60;
