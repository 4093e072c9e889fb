-- expect: fired
-- yields: collapsed SELECT regime FROM gc_summary
-- yields: 1 SELECT thrash_s > 300 AND worst_gogc_pct < 5 AND worst_duty > 0.8 FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (110*1048576) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 850, 900, 98 + i % 2, 98 + i % 2 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'env.GOMEMLIMIT', '100MiB', NULL);
