SELECT c.pod, c.container, t.life, t.series, t.fires, t.shape, t.model, t.slope_per_min, t.slope_se_per_min,
       round (t.z, 2) AS z, t.theil_sen_per_min, round (t.mann_kendall_z, 2) AS mann_kendall_z, t.blocks, t.ceiling
FROM trend t JOIN container c USING (container_id)
WHERE :like IS NULL OR t.series LIKE :like
ORDER BY c.pod, c.container, t.life, t.fires DESC, t.series
