SELECT c.pod, c.container, p.kind, strftime ('%Y-%m-%dT%H:%M:%SZ', p.t_ns / 1000000000, 'unixepoch') AS at,
       round (p.inuse_bytes / 1048576.0, 2) AS inuse_mib, round (p.alloc_bytes / 1048576.0, 1) AS alloc_mib, p.count, p.is_delta, m.path
FROM profile p JOIN identity i USING (identity_id) JOIN member m USING (member_id) LEFT JOIN container c USING (container_id)
ORDER BY c.pod, c.container, p.kind, p.t_ns, p.profile_id
