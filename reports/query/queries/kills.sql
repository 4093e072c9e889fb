SELECT c.pod, c.container, k.life, k.n, strftime ('%Y-%m-%dT%H:%M:%SZ', k.t_ns / 1000000000, 'unixepoch') AS at, k.class, k.sources,
       k.victim, k.pid, round (k.anon_rss_bytes / 1048576.0, 1) AS anon_mib, round (k.usage_bytes / 1048576.0, 1) AS usage_mib,
       round (k.limit_bytes / 1048576.0, 1) AS limit_mib, k.failcnt, k.oom_cgroup
FROM oom_kills k JOIN container c USING (container_id)
ORDER BY c.pod, c.container, k.n
