-- expect: fired
-- no setting is known; a constant goal over a varying heap tells the limit
-- yields: memory_limit SELECT regime FROM gc_summary
-- yields: inferred SELECT memlimit_source FROM gc_summary
-- yields: 1 SELECT memlimit_bytes BETWEEN 98 * 1048576 AND 112 * 1048576 FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (110*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 80 + i % 12, 97 FROM tick WHERE i < 400;
