SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, t.life, t.t_ns / 60000000000 * 60000000000 AS window_ns, count (*) AS points,
       max (t.usage_bytes) AS usage_max_bytes, CAST (avg (t.usage_bytes) AS INTEGER) AS usage_mean_bytes,
       max (t.working_set_bytes) AS working_set_max_bytes, min (t.limit_bytes) AS limit_bytes, max (t.anon_bytes) AS anon_max_bytes,
       max (t.file_bytes) AS file_max_bytes, max (t.kernel_bytes) AS kernel_max_bytes, max (t.go_live_bytes) AS go_live_max_bytes,
       max (t.go_total_bytes) AS go_total_max_bytes, max (t.native_bytes) AS native_max_bytes, max (t.swap_bytes) AS swap_max_bytes,
       max (t.goroutines) AS goroutines_max, max (t.threads) AS threads_max
FROM incident n JOIN timeline_point t JOIN container c USING (container_id)
GROUP BY t.container_id, t.life, t.t_ns / 60000000000
ORDER BY c.namespace, c.pod, c.container, t.life, window_ns
