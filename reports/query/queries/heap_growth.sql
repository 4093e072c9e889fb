SELECT c.pod, c.container, h.life, h.function, h.role, round (h.first_bytes / 1048576.0, 2) AS first_mib,
       round (h.last_bytes / 1048576.0, 2) AS last_mib, round (h.slope_bytes_per_min / 1024, 1) AS kib_per_min,
       round (h.share_pct, 1) AS share_pct, h.significant, h.file
FROM heap_growth h JOIN container c USING (container_id)
WHERE :like IS NULL OR h.function LIKE :like
ORDER BY c.pod, c.container, h.life, h.role, h.last_bytes - h.first_bytes DESC, h.function
