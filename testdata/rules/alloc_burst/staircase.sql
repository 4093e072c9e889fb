-- expect: clean
-- near miss: steps that never return
INSERT INTO usual VALUES ('cgroup');
INSERT INTO measure SELECT 'memory.anon', i, 60*1048576 + (i * 7919 % 101) * 10000.0 + i / 60 * 30*1048576 FROM tick;
INSERT INTO gc_cycle (member_id, identity_id, process, line, n, log_ns, start_s, total_pct, clock_sweep_ms, clock_mark_ms, clock_term_ms, cpu_sweep_ms, cpu_assist_ms, cpu_background_ms, cpu_idle_ms, cpu_term_ms, heap_start_mib, heap_end_mib, heap_live_mib, heap_goal_mib, stacks_mib, globals_mib, procs, forced, periodic) SELECT 1, 1, 1, i + 1, i + 1, t_ns, i * 15.0, 1, 0.1, 2, 0.1, 0.1, 0, 2, 0, 0.1, (20 + i / 60 * 25) * 2, (20 + i / 60 * 25) * 2, 20 + i / 60 * 25, (20 + i / 60 * 25) * 2, 0, 0, 2, 0, 0 FROM tick;
