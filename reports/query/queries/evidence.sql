SELECT f.pod, f.container, f.life, f.rule, CASE e.refutes WHEN 1 THEN 'refutes' ELSE 'proves' END AS role, e.text,
       e.value, e.unit, e.sql
FROM evidence e JOIN findings f ON f.finding_id = e.finding
WHERE f.outcome = 'fired' AND (:like IS NULL OR f.rule LIKE :like)
ORDER BY f.pod, f.container, f.life, f.rule, e.evidence_id
