SELECT c.pod, c.container, g.life, strftime ('%Y-%m-%dT%H:%MZ', g.t_ns / 1000000000, 'unixepoch') AS minute, count (*) AS cycles,
       min (g.heap_live_mib) AS live_min_mib, max (g.heap_live_mib) AS live_max_mib, max (g.heap_goal_mib) AS goal_max_mib,
       round (sum (g.cpu_sweep_ms + g.cpu_assist_ms + g.cpu_background_ms + g.cpu_term_ms) / (600.0 * max (g.procs)), 1) AS gc_cpu_pct,
       round (sum (g.cpu_assist_ms) / (600.0 * max (g.procs)), 1) AS assist_pct,
       round (max (max (g.clock_sweep_ms, g.clock_term_ms)), 2) AS pause_max_ms, sum (g.forced) AS forced
FROM gc g JOIN container c USING (container_id)
WHERE g.t_ns IS NOT NULL
GROUP BY g.container_id, g.life, g.t_ns / 60000000000
ORDER BY c.pod, c.container, min (g.t_ns)
