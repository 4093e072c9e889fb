SELECT strftime ('%Y-%m-%dT%H:%M:%SZ', e.t_ns / 1000000000, 'unixepoch') AS at, c.pod, c.container, e.kind, e.reason, e.exit_code,
       e.count, e.text, m.path AS said_by
FROM event e JOIN identity i USING (identity_id) JOIN member m USING (member_id) LEFT JOIN container c USING (container_id)
WHERE :like IS NULL OR e.kind LIKE :like
ORDER BY e.t_ns, e.event_id
