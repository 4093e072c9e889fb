SELECT o.oom_kill_id AS report, strftime ('%Y-%m-%dT%H:%M:%SZ', o.t_ns / 1000000000, 'unixepoch') AS at, t.pid, t.name,
       round (t.rss_bytes / 1048576.0, 1) AS rss_mib, round (t.rss_anon_bytes / 1048576.0, 1) AS anon_mib,
       t.oom_score_adj, t.pid = o.pid AS victim
FROM oom_task t JOIN oom_kill o USING (oom_kill_id)
ORDER BY o.oom_kill_id, t.rss_bytes DESC, t.pid
