SELECT c.pod, c.container, t.life, strftime ('%Y-%m-%dT%H:%MZ', t.t_ns / 1000000000, 'unixepoch') AS minute,
       round (max (t.usage_bytes) / 1048576.0, 1) AS usage_mib, round (max (t.working_set_bytes) / 1048576.0, 1) AS working_set_mib,
       round (max (t.limit_bytes) / 1048576.0, 1) AS limit_mib, round (max (t.anon_bytes) / 1048576.0, 1) AS anon_mib,
       round (max (t.go_live_bytes) / 1048576.0, 1) AS go_live_mib, round (max (t.native_bytes) / 1048576.0, 1) AS native_mib,
       round (max (t.file_bytes) / 1048576.0, 1) AS file_mib, max (t.goroutines) AS goroutines, max (t.threads) AS threads
FROM timeline t JOIN container c USING (container_id)
GROUP BY t.container_id, t.life, t.t_ns / 60000000000
ORDER BY c.pod, c.container, t.life, min (t.t_ns)
