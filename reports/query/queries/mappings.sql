WITH class_sum AS (
    SELECT i.container_id, m.t_ns, m.class, sum (m.areas) AS areas, sum (m.size_bytes) AS size_bytes, sum (m.rss_bytes) AS rss_bytes
    FROM mapping m JOIN identity i USING (identity_id)
    GROUP BY i.container_id, m.t_ns, m.class)
SELECT DISTINCT c.pod, c.container, s.class, first_value (s.areas) OVER w AS first_areas, last_value (s.areas) OVER w AS last_areas,
       round (first_value (s.size_bytes) OVER w / 1048576.0, 1) AS first_size_mib, round (last_value (s.size_bytes) OVER w / 1048576.0, 1) AS last_size_mib,
       round (first_value (s.rss_bytes) OVER w / 1048576.0, 1) AS first_rss_mib, round (last_value (s.rss_bytes) OVER w / 1048576.0, 1) AS last_rss_mib,
       count (*) OVER w AS captures
FROM class_sum s LEFT JOIN container c USING (container_id)
WINDOW w AS (PARTITION BY s.container_id, s.class ORDER BY s.t_ns ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY c.pod, c.container, s.class
