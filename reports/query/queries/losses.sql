SELECT path, format, CASE WHEN format IS NULL THEN 'unrecognised' ELSE 'rejected' END AS what, rejected AS records,
       NULL AS line, NULL AS byte_offset, NULL AS text
FROM member WHERE rejected > 0 OR format IS NULL
UNION ALL
SELECT m.path, m.format, 'left out', l.records, NULL, NULL, replace (l.reason, '_', ' ')
FROM left_out l JOIN member m USING (member_id)
UNION ALL
SELECT m.path, m.format, d.severity, NULL, d.line, d.byte_offset, d.text
FROM diagnostic d LEFT JOIN member m USING (member_id)
ORDER BY 1, 3, 5, 7
