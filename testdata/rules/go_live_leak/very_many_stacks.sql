-- expect: fired
-- yields: 1 SELECT records = 210001 AND looked_at = 200000 FROM thinned WHERE what = 'heap stacks of life 1'
-- yields: 1 SELECT text LIKE '% 98.8 \% of the last profile''s live bytes' ESCAPE '\' FROM thinned
-- yields: shop/session.Create SELECT site FROM verdict WHERE life IS NULL
-- yields: 9000000.0 SELECT round (bytes_per_min) FROM alloc_site JOIN function USING (function_id) WHERE name = 'shop/report.Build'
-- More stacks than are looked at: the one that grows is among them, and the one that only allocates.
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, (130*1048576 + i * 500000.0) + (i * 7919 % 101) * 10000.0 FROM tick;
INSERT INTO cycle (i, live, goal) SELECT i, 60 + i / 4, (60 + (i - 1) / 4) * 2 FROM tick WHERE i < 480;
INSERT INTO function VALUES (1, 'main.main', '/src/x.go'), (2, 'shop/small.Bits', '/src/x.go'), (3, 'shop/session.Create', '/src/x.go'), (4, 'shop/report.Build', '/src/x.go');
INSERT INTO location SELECT function_id, function_id, 1 FROM function;
CREATE TEMP TABLE many AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 209999) SELECT i FROM n;
INSERT INTO stack SELECT i, '[2,1]' FROM many UNION ALL VALUES (210000, '[3,1]'), (210001, '[4,1]');
CREATE TEMP TABLE capture AS SELECT i AS id, t_ns, i * 131072 AS grown, (i - 60) * 2250000 AS made FROM tick WHERE i IN (60, 200, 330, 460);
INSERT INTO profile (profile_id, member_id, identity_id, kind, t_ns, value_types, inuse_bytes, alloc_bytes)
  SELECT id, 1, 1, 'heap', t_ns, '[]', 20999900 + grown, 20999900 + grown + made FROM capture;
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT id, i, 100, 100 FROM capture, many;
INSERT INTO profile_sample (profile_id, stack_id, inuse_bytes, alloc_bytes) SELECT id, 210000, grown, grown FROM capture UNION ALL SELECT id, 210001, 0, made FROM capture;
