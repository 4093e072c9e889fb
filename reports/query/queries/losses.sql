SELECT m.path, m.format, m.rejected, d.severity, d.line, d.byte_offset, d.text
FROM member m LEFT JOIN diagnostic d USING (member_id)
WHERE d.diagnostic_id IS NOT NULL OR m.rejected > 0 OR m.format IS NULL
UNION ALL
SELECT NULL, NULL, NULL, d.severity, d.line, d.byte_offset, d.text FROM diagnostic d WHERE d.member_id IS NULL
ORDER BY 1, 5, 7
