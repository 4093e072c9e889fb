SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, n.name, n.schema_version, n.from_ns, n.to_ns,
       (SELECT count (*) FROM member) AS members, (SELECT count (*) FROM diagnostic) AS diagnostics,
       (SELECT count (*) FROM life l WHERE l.container_id = c.container_id) AS lives,
       (SELECT count (*) FROM oom_kills k WHERE k.container_id = c.container_id) AS oom_kills,
       (SELECT l.limit_bytes FROM life l WHERE l.container_id = c.container_id ORDER BY l.life DESC LIMIT 1) AS limit_bytes,
       v.cause, v.family, v.level, v.confidence, v.severity, v.site, v.from_ns AS cause_from_ns, v.to_ns AS cause_to_ns,
       v.bytes_per_min, v.eta_ns, v.summary
FROM incident n LEFT JOIN container c LEFT JOIN verdict v ON v.container_id = c.container_id AND v.life IS NULL
ORDER BY c.namespace, c.pod, c.container
