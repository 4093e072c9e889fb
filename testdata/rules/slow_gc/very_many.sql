-- expect: clean
-- yields: 1 SELECT records = 240000 AND looked_at BETWEEN 100000 AND 200000 FROM thinned WHERE what = 'collections'
-- yields: 240000 SELECT cycles FROM gc_summary
-- yields: 240 SELECT forced FROM gc_summary
-- yields: 300 SELECT live_max_bytes / 1048576 FROM gc_summary
-- yields: 77 SELECT CAST (pause_max_ms AS INTEGER) FROM gc_summary
-- yields: gogc SELECT regime FROM gc_summary
-- yields: 100 SELECT gogc FROM gc_summary
-- yields: 1 SELECT abs (s.gc_share_pct * (SELECT (max (start_s) - min (start_s)) * 20 FROM gc WHERE t_ns >= s.from_ns) / (SELECT sum (cpu_sweep_ms + cpu_background_ms + cpu_term_ms) FROM gc WHERE t_ns >= s.from_ns AND t_ns < s.to_ns) - 1) < 1e-9 FROM gc_summary s
-- yields: 1 SELECT records = 150000 AND looked_at BETWEEN 60000 AND 100002 FROM thinned WHERE what = 'memory.usage'
-- yields: 500000000 SELECT max (usage_bytes) FROM timeline
-- yields: 100000000 SELECT min (usage_bytes) FROM timeline
-- More collections and samples than are held at once: an even part of them, with the counts, sums and peaks of all.
CREATE TEMP TABLE many AS WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 239999) SELECT i FROM n;
INSERT INTO cycle (i, every_s, live, goal, mark_ms, background_ms, pause_ms, forced)
  SELECT i, 0.03, CASE i WHEN 100003 THEN 300 ELSE 45 + i % 3 END, CASE i WHEN 100004 THEN 600 ELSE (45 + (i + 2) % 3) * 2 END, 2, 5 + i % 7,
    CASE i WHEN 150001 THEN 77 ELSE 0.05 END, i % 1000 = 7 FROM many;
INSERT INTO series (series_id, identity_id, quantity_id, source, name, labels) SELECT 900, 1, quantity_id, 'cgroup', 'memory.current', '{}' FROM quantity WHERE name = 'memory.usage';
INSERT INTO sample SELECT 900, 1714687200000000000 + i * 48000000, CASE i WHEN 77777 THEN 500000000 WHEN 88888 THEN 100000000 ELSE 200000000 + i % 1000 END FROM many WHERE i < 150000;
