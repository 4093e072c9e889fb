-- expect: fired
-- a tenth of two Ps, two fifths of the quota
-- yields: 1 SELECT gc_quota_share_pct BETWEEN 3.9 * gc_share_pct AND 4.1 * gc_share_pct FROM gc_summary
INSERT INTO usual VALUES ('cgroup');
INSERT INTO cycle (i, every_s, mark_ms, background_ms, live, goal) SELECT i, 1, 100, 200, 90 + i % 2, (90 + (i + 1) % 2) * 1.10 FROM tick WHERE i < 400;
INSERT INTO setting (member_id, identity_id, name, value, value_num) VALUES (1, 1, 'limits.cpu', '500m', 0.5);
