SELECT pod, container, life, rule, summary AS missing
FROM findings WHERE outcome IN ('not_applicable', 'failed')
ORDER BY pod, container, life, rule
