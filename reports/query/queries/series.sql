SELECT c.pod, c.container, q.name AS quantity, s.source, s.name, count (*) AS samples,
       strftime ('%Y-%m-%dT%H:%M:%SZ', min (v.t_ns) / 1000000000, 'unixepoch') AS "from",
       strftime ('%Y-%m-%dT%H:%M:%SZ', max (v.t_ns) / 1000000000, 'unixepoch') AS "to", min (v.value) AS lowest, max (v.value) AS highest
FROM series s JOIN sample v USING (series_id) JOIN identity i USING (identity_id)
LEFT JOIN quantity q USING (quantity_id) LEFT JOIN container c USING (container_id)
WHERE :like IS NULL OR q.name LIKE :like
GROUP BY s.series_id
ORDER BY c.pod, c.container, q.name, s.source, s.name, s.labels
