-- clock: 1 container_start 1714687200250000000 1.8
-- clock: 2 container_start 1714687700250000000 1.8
-- clock: 3 unplaced
-- One cycle is missing between the members: they are not read as one log.
INSERT INTO run SELECT 1, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n > 20 AND n <= 40;
INSERT INTO run SELECT 2, n, start_s, goal, live, NULL, NULL FROM rhythm WHERE n <= 20;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER), NULL FROM zero;
INSERT INTO told SELECT 'started', '', CAST (z AS INTEGER) + 500, NULL FROM zero;
INSERT INTO member (member_id, path) VALUES (3, 'app.log.1');
INSERT INTO gc_cycle (member_id, identity_id, process, line, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms,
  cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, procs, forced, periodic)
  SELECT 3, 1, 3, n, n, NULL, start_s, 0, 0.1, 2, 0.1, 0, 0, 0, 0, 0, goal, goal, live, goal, 2, 0, 0 FROM rhythm WHERE n < 20;
