SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, f.life, f.rule, f.outcome, f.severity, f.confidence, f.share_pct,
       f.summary, f.remedy
FROM incident n JOIN finding f JOIN container c USING (container_id)
ORDER BY c.namespace, c.pod, c.container, f.life, f.rule
