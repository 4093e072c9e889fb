-- expect: clean
-- the smallest heap is collected often and harmlessly
-- yields: min_heap SELECT regime FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (20*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, live, goal) SELECT i, 0.02, 17, 1, 4 FROM tick WHERE i < 400;
