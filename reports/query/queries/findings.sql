SELECT pod, container, life, rule, outcome, severity, round (confidence, 2) AS confidence,
       round (share_pct, 1) AS share_pct, summary
FROM findings WHERE :like IS NULL OR rule LIKE :like
ORDER BY pod, container, life, CASE outcome WHEN 'fired' THEN 0 WHEN 'failed' THEN 1 WHEN 'clean' THEN 2 ELSE 3 END, rule
