-- One member and one container for every rule case; cases add identities, series and samples.
INSERT INTO incident VALUES ('0', 'case', '{}', 1, '0', NULL, NULL);
INSERT INTO member (member_id, path) VALUES (1, 'case');
INSERT INTO container (container_id, namespace, pod, container) VALUES (1, 'shop', 'app-0', 'app');
INSERT INTO identity (identity_id, container_id, level, namespace, pod, container) VALUES (1, 1, 'container', 'shop', 'app-0', 'app');
-- Steps of 15 s over two hours; t0 is 2024-05-02 22:00 UTC. Cases select from it.
CREATE TEMP TABLE tick AS
  WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 479)
  SELECT i, 1714687200000000000 + i * 15000000000 AS t_ns FROM n;
CREATE TEMP TABLE measure (quantity TEXT, i INTEGER, value REAL);
-- What a case does not measure itself is as usual, if it says INSERT INTO usual VALUES ('cgroup'): see finish.sql.
CREATE TEMP TABLE usual (what TEXT);
-- Collections, in MiB: one at tick i of every_s seconds that starts at its goal and marks a MiB beyond it.
CREATE TEMP TABLE cycle (i INTEGER, every_s REAL DEFAULT 15, live INTEGER, goal REAL, pause_ms REAL DEFAULT 0.05, mark_ms REAL DEFAULT 20,
  background_ms REAL DEFAULT 10, stacks INTEGER DEFAULT 0, globals INTEGER DEFAULT 0, procs INTEGER DEFAULT 2, forced INTEGER DEFAULT 0,
  periodic INTEGER DEFAULT 0);
