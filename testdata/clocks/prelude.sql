-- One container with one log. Cases fill run (what the log says) and told (what metrics and events say); finish.sql
-- turns them into rows. Z, the true zero of the first run, is 1714687200.25 s.
INSERT INTO incident VALUES ('0', 'case', '{}', 1, '0', NULL, NULL);
INSERT INTO member (member_id, path) VALUES (1, 'app.log'), (2, 'metrics');
INSERT INTO container (container_id, namespace, pod, container) VALUES (1, 'shop', 'app-0', 'app');
INSERT INTO identity (identity_id, container_id, level, namespace, pod, container) VALUES (1, 1, 'container', 'shop', 'app-0', 'app');
CREATE TEMP TABLE zero AS SELECT 1714687200.25 AS z;
-- A process that collects about every nine seconds and grows, and another one that does not resemble it.
CREATE TEMP TABLE rhythm AS
  WITH RECURSIVE i (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 120)
  SELECT n, n * 9 + (n * n * 37 % 53) / 10.0 AS start_s, n * 9 + (n * n * 37 % 53) / 10.0 + 0.0022 AS end_s,
         20 + n + n * 31 % 7 AS goal, 10 + (n + n * 31 % 7) / 2 AS live FROM i;
CREATE TEMP TABLE stranger AS
  SELECT n, n * 6.5 + (n * n * 29 % 41) / 10.0 AS start_s, n * 6.5 + (n * n * 29 % 41) / 10.0 + 0.0022 AS end_s,
         90 + n * 17 % 11 AS goal, 40 + n * 17 % 11 AS live FROM rhythm;
-- A query's grid of 15 s: what it tells at t was scraped four seconds before.
CREATE TEMP TABLE grid AS SELECT n * 15.0 AS s FROM rhythm WHERE n <= 70;
CREATE TEMP TABLE run (process INTEGER, n INTEGER, start_s REAL, goal INTEGER, live INTEGER, log_s REAL, line INTEGER);
CREATE TEMP TABLE told (quantity TEXT, source TEXT, t_s REAL, value REAL);
