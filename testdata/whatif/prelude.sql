-- One member and one container for every case; cases add identities, series and samples.
INSERT INTO incident VALUES ('0', 'case', '{}', 1, '0', NULL, NULL);
INSERT INTO member (member_id, path) VALUES (1, 'case');
INSERT INTO container (container_id, namespace, pod, container) VALUES (1, 'shop', 'app-0', 'app');
INSERT INTO identity (identity_id, container_id, level, namespace, pod, container) VALUES (1, 1, 'container', 'shop', 'app-0', 'app');
-- Steps of 15 s over two hours; t0 is 2024-05-02 22:00 UTC. Cases select from it.
CREATE TEMP TABLE tick AS
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 479)
  SELECT i, 1714687200000000000 + i * 15000000000 AS t_ns FROM n;
CREATE TEMP TABLE measure (quantity TEXT, i INTEGER, value REAL);
