SELECT c.pod, c.container, g.life, strftime ('%Y-%m-%dT%H:%M:%SZ', g.from_ns / 1000000000, 'unixepoch') AS "from",
       strftime ('%Y-%m-%dT%H:%M:%SZ', g.to_ns / 1000000000, 'unixepoch') AS "to", round ((g.to_ns - g.from_ns) / 1e9, 1) AS seconds
FROM gap g JOIN container c USING (container_id)
ORDER BY c.pod, c.container, g.from_ns
