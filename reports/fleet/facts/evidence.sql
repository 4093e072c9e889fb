SELECT 1 AS facts_version, n.incident_id, n.tool_version, c.namespace, c.pod, c.container, f.life, f.rule,
       row_number () OVER (PARTITION BY f.finding_id ORDER BY e.evidence_id) AS n, e.refutes, e.text, e.value, e.unit, e.sql
FROM incident n JOIN finding f JOIN container c USING (container_id) JOIN finding_evidence e USING (finding_id)
ORDER BY c.namespace, c.pod, c.container, f.life, f.rule, e.evidence_id
