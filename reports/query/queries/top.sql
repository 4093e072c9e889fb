WITH latest AS (
    SELECT profile_id, container_id, kind, max (coalesce (t_ns, 0)) AS t_ns FROM profile JOIN identity USING (identity_id)
    GROUP BY coalesce (container_id, -identity_id), kind),
-- what a profile is about: bytes in use, time, a count, or else bytes allocated
ranked AS (
    SELECT latest.*, p.function_id, p.inuse_bytes, p.alloc_bytes, p.count, p.nanoseconds, coalesce (p.inuse_bytes, p.nanoseconds, p.count, p.alloc_bytes) AS weight,
           row_number () OVER (PARTITION BY profile_id ORDER BY coalesce (p.inuse_bytes, p.nanoseconds, p.count, p.alloc_bytes) DESC, p.function_id) AS place
    FROM latest JOIN profile_function p USING (profile_id))
SELECT c.pod, c.container, r.kind, r.place, f.name AS function, round (r.inuse_bytes / 1048576.0, 2) AS inuse_mib,
       round (r.alloc_bytes / 1048576.0, 2) AS alloc_mib, r.count, round (r.nanoseconds / 1e9, 3) AS seconds,
       round (100.0 * r.weight / coalesce (p.inuse_bytes, p.nanoseconds, p.count, p.alloc_bytes), 1) AS share_pct, f.file
FROM ranked r JOIN profile p USING (profile_id) JOIN function f USING (function_id) LEFT JOIN container c ON c.container_id = r.container_id
WHERE (r.place <= 20 OR :like IS NOT NULL) AND (:like IS NULL OR f.name LIKE :like)
ORDER BY c.pod, c.container, r.kind, r.profile_id, r.place
