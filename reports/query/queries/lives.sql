SELECT c.pod, c.container, l.life, strftime ('%Y-%m-%dT%H:%M:%SZ', l.from_ns / 1000000000, 'unixepoch') AS "from",
       strftime ('%Y-%m-%dT%H:%M:%SZ', l.to_ns / 1000000000, 'unixepoch') AS "to",
       round ((l.to_ns - l.from_ns) / 60e9, 1) AS minutes, l.cut_by, l.ended_by,
       round (l.limit_bytes / 1048576.0, 1) AS limit_mib, v.cause, round (v.confidence, 2) AS confidence
FROM life l JOIN container c USING (container_id)
LEFT JOIN verdicts v ON v.container_id = l.container_id AND v.life = l.life
ORDER BY c.namespace, c.pod, c.container, l.life
