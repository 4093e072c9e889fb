SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, g.life, g.t_ns / 60000000000 * 60000000000 AS window_ns, count (*) AS cycles,
       sum (g.forced) AS forced, min (g.heap_live_mib) AS live_min_mib, max (g.heap_live_mib) AS live_max_mib,
       max (g.heap_goal_mib) AS goal_max_mib, max (g.heap_end_mib) AS heap_end_max_mib,
       sum (g.cpu_sweep_ms + g.cpu_assist_ms + g.cpu_background_ms + g.cpu_term_ms) AS cpu_ms, sum (g.cpu_assist_ms) AS cpu_assist_ms,
       max (max (g.clock_sweep_ms, g.clock_term_ms)) AS pause_max_ms, max (g.procs) AS procs
FROM incident n JOIN gc g JOIN container c USING (container_id)
WHERE g.t_ns IS NOT NULL
GROUP BY g.container_id, g.life, g.t_ns / 60000000000
ORDER BY c.namespace, c.pod, c.container, g.life, window_ns
