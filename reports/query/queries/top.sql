WITH latest AS (
    SELECT profile_id, container_id, kind, max (coalesce (t_ns, 0)) AS t_ns FROM profile JOIN identity USING (identity_id)
    GROUP BY coalesce (container_id, -identity_id), kind),
-- what a profile is about: bytes in use, time, a count, or else bytes allocated; without :like no more of it than is shown
weighed AS (
    SELECT latest.container_id, latest.kind, p.*, coalesce (p.inuse_bytes, p.nanoseconds, p.count, p.alloc_bytes) AS weight
    FROM latest JOIN profile_function p ON p.profile_id = latest.profile_id AND p.function_id IN (
        SELECT function_id FROM profile_function AS other WHERE other.profile_id = latest.profile_id
        ORDER BY coalesce (inuse_bytes, nanoseconds, count, alloc_bytes) DESC, function_id LIMIT CASE WHEN :like IS NULL THEN 20 ELSE -1 END)),
ranked AS (SELECT *, row_number () OVER (PARTITION BY profile_id ORDER BY weight DESC, function_id) AS place FROM weighed)
SELECT c.pod, c.container, r.kind, r.place, f.name AS function, round (r.inuse_bytes / 1048576.0, 2) AS inuse_mib,
       round (r.alloc_bytes / 1048576.0, 2) AS alloc_mib, r.count, round (r.nanoseconds / 1e9, 3) AS seconds,
       round (100.0 * r.weight / coalesce (p.inuse_bytes, p.nanoseconds, p.count, p.alloc_bytes), 1) AS share_pct, f.file
FROM ranked r JOIN profile p USING (profile_id) JOIN function f USING (function_id) LEFT JOIN container c ON c.container_id = r.container_id
WHERE :like IS NULL OR f.name LIKE :like
ORDER BY c.pod, c.container, r.kind, r.profile_id, r.place
