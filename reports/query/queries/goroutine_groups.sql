SELECT c.pod, c.container, g.life, g.count, g.growth, g.state, g.max_wait_minutes, g.site,
       round (g.slope_per_min, 1) AS per_min, round (g.share_pct, 1) AS share_pct, g.signature
FROM goroutine_groups g JOIN container c USING (container_id)
WHERE :like IS NULL OR g.signature LIKE :like
ORDER BY c.pod, c.container, g.life, g.growth DESC, g.count DESC, g.signature
