-- The usual cgroup: a limit of 512 MiB, anonymous memory that trembles around 100 MiB, a little cache and kernel memory.
INSERT INTO measure SELECT quantity, i, value FROM (
  SELECT 'memory.limit' AS quantity, i, 512 * 1048576 AS value FROM tick UNION ALL
  SELECT 'memory.anon', i, 100 * 1048576 + (i * 7919 % 101) * 10000.0 FROM tick UNION ALL
  SELECT 'memory.inactive_file', i, 4 * 1048576 FROM tick UNION ALL
  SELECT 'memory.active_file', i, 8 * 1048576 FROM tick UNION ALL
  SELECT 'memory.kernel', i, 2 * 1048576 FROM tick)
  WHERE 'cgroup' IN (SELECT what FROM usual) AND quantity NOT IN (SELECT quantity FROM measure);
-- Its totals are the sums of their parts, the case's own included.
INSERT INTO measure SELECT 'memory.file', i, sum(value) FROM measure WHERE quantity IN ('memory.inactive_file', 'memory.active_file')
  AND 'cgroup' IN (SELECT what FROM usual) AND 'memory.file' NOT IN (SELECT quantity FROM measure) GROUP BY i;
INSERT INTO measure SELECT 'memory.usage', i, sum(value) FROM measure WHERE quantity IN ('memory.anon', 'memory.file', 'memory.kernel')
  AND 'cgroup' IN (SELECT what FROM usual) AND 'memory.usage' NOT IN (SELECT quantity FROM measure) GROUP BY i;
INSERT INTO measure SELECT 'memory.working_set', u.i, u.value - f.value FROM measure u JOIN measure f USING (i)
  WHERE u.quantity = 'memory.usage' AND f.quantity = 'memory.inactive_file'
  AND 'cgroup' IN (SELECT what FROM usual) AND 'memory.working_set' NOT IN (SELECT quantity FROM measure);
-- Turns what a case put into measure (quantity, tick, value) into series and samples.
INSERT INTO series (identity_id, quantity_id, source, name, labels)
  SELECT DISTINCT 1, q.quantity_id, 'prometheus', m.quantity, '{}' FROM measure m JOIN quantity q ON q.name = m.quantity ORDER BY m.quantity;
INSERT INTO sample (series_id, t_ns, value)
  SELECT s.series_id, tick.t_ns, m.value FROM measure m JOIN series s ON s.name = m.quantity JOIN tick ON tick.i = m.i;
-- And its collections into lines of the log.
INSERT INTO gc_cycle (member_id, identity_id, process, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic)
  SELECT 1, 1, 1, i + 1, 1714687200400000000 + CAST (i * every_s * 1e9 AS INTEGER), i * every_s + 0.05, 1, pause_ms, mark_ms, 0.03, 0.1, 0,
    background_ms, 0, 0.06, CAST (goal AS INTEGER), CAST (goal AS INTEGER) + 1, live, CAST (goal AS INTEGER), stacks, globals, procs, forced, periodic FROM cycle;
