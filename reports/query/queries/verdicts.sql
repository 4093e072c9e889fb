SELECT namespace, pod, container, cause, level, round (confidence, 2) AS confidence, severity, site, summary
FROM verdicts WHERE life IS NULL
ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END,
         namespace, pod, container
