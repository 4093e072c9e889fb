SELECT c.pod, c.container, g.life, g.bucket, round (g.first_bytes / 1048576.0, 2) AS first_mib,
       round (g.last_bytes / 1048576.0, 2) AS last_mib, round (g.delta_bytes / 1048576.0, 2) AS grown_mib,
       round (g.share_pct, 1) AS share_pct
FROM growth g JOIN container c USING (container_id)
ORDER BY c.pod, c.container, g.life, g.delta_bytes DESC, g.bucket
