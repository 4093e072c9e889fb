WITH flat AS (
    SELECT s.profile_id, l.function_id, sum (s.inuse_bytes) AS inuse_bytes, sum (s.inuse_objects) AS inuse_objects,
           sum (s.alloc_bytes) AS alloc_bytes, sum (s.count) AS count, sum (s.nanoseconds) AS nanoseconds
    FROM profile_sample s JOIN stack USING (stack_id) JOIN location l ON l.location_id = json_extract (stack.frames, '$[0]')
    GROUP BY s.profile_id, l.function_id),
top AS (
    SELECT flat.*, row_number () OVER (PARTITION BY profile_id ORDER BY coalesce (inuse_bytes, nanoseconds, count) DESC, function_id) AS place FROM flat)
SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, p.kind, p.t_ns, m.path AS member, top.place, f.name AS function, f.file,
       top.inuse_bytes, top.inuse_objects, top.alloc_bytes, top.count, top.nanoseconds
FROM incident n JOIN top JOIN profile p USING (profile_id) JOIN member m USING (member_id) JOIN identity i USING (identity_id)
JOIN function f USING (function_id) LEFT JOIN container c ON c.container_id = i.container_id
WHERE top.place <= 20
ORDER BY c.namespace, c.pod, c.container, p.kind, p.t_ns, m.path, top.place
