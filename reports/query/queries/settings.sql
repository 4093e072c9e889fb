SELECT DISTINCT c.pod, c.container, s.name, s.value, s.value_num, m.path AS said_by
FROM setting s JOIN identity i USING (identity_id) JOIN member m USING (member_id) LEFT JOIN container c USING (container_id)
ORDER BY c.pod, c.container, s.name, s.value, m.path
