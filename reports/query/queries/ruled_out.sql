SELECT v.pod, v.container, c.cause, c.text AS why
FROM verdicts v JOIN verdict_cause c USING (verdict_id)
WHERE v.life IS NULL AND c.role = 'ruled_out'
ORDER BY v.pod, v.container, c.cause
