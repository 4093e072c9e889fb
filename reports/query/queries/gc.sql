SELECT c.pod, c.container, g.life, g.cycles, g.gogc, g.gogc_source, g.regime, round (g.memlimit_bytes / 1048576.0, 1) AS memlimit_mib,
       round (g.effective_gogc_pct, 1) AS effective_gogc, round (g.gc_share_pct, 1) AS gc_cpu_pct,
       round (g.gc_quota_share_pct, 1) AS gc_cpu_of_quota_pct, round (g.duty, 3) AS duty, round (g.cycles_per_s, 2) AS cycles_per_s,
       round (g.alloc_bytes_per_s / 1048576.0, 1) AS alloc_mib_per_s, round (g.mark_p95_ms, 1) AS mark_p95_ms,
       round (g.pause_p99_ms, 2) AS pause_p99_ms
FROM gc_summary g JOIN container c USING (container_id)
ORDER BY c.pod, c.container, g.life
