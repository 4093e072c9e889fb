WITH latest AS (
    SELECT i.container_id, l.life, p.profile_id, max (p.t_ns) AS t_ns
    FROM profile p JOIN identity i USING (identity_id)
    JOIN life l ON l.container_id = i.container_id AND p.t_ns BETWEEN l.from_ns AND l.to_ns
    WHERE p.inuse_bytes IS NOT NULL AND NOT p.is_delta
    GROUP BY i.container_id, l.life),
top AS (
    SELECT latest.container_id, latest.life, s.stack_id, s.inuse_bytes, s.inuse_objects,
           row_number () OVER (PARTITION BY latest.container_id, latest.life ORDER BY s.inuse_bytes DESC, s.stack_id) AS place
    FROM latest JOIN profile_sample s USING (profile_id))
SELECT c.pod, c.container, top.life, top.place, round (top.inuse_bytes / 1048576.0, 2) AS inuse_mib, top.inuse_objects,
       (SELECT group_concat (function, ' < ')
        FROM (SELECT function FROM stack_frame f WHERE f.stack_id = top.stack_id ORDER BY f.depth LIMIT 8)) AS stack
FROM top JOIN container c USING (container_id)
WHERE top.place <= 10
ORDER BY c.pod, c.container, top.life, top.place
