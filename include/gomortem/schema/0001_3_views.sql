-- Schema 1, part 3: the views. They are the public interface: columns are only ever added, at the end.

-- What computed columns mean.
-- Names:
--   stack_frame.depth: 0 is the leaf
--   stack_frame.function: name of the function, with its package
--   gc.t_ns: start of the cycle on the wall clock; NULL: the log could not be placed
--   heap_stacks.growth_bytes: last_bytes less first_bytes
--   goroutine_groups.count: how many in the last dump
--   goroutine_groups.growth: how many more than in the first dump
--   oom_times.t_ns: time on the wall clock
--   event_times.t_ns: time on the wall clock
--   evidence.finding: the finding, findings.finding_id
--   import_log.diagnostics: how many complaints there are about it

CREATE VIEW stack_frame AS       -- stacks one frame a row, depth 0 = leaf
    SELECT stack.stack_id, CAST (f.key AS INTEGER) AS depth, location.location_id, function.name AS function,
           function.file, location.line
    FROM stack, json_each (stack.frames) AS f
    JOIN location ON location.location_id = f.value
    JOIN function ON function.function_id = location.function_id;

CREATE VIEW timeline AS          -- cgroup usage and its buckets
    SELECT container_id, life, t_ns, usage_bytes, working_set_bytes, limit_bytes,
           inactive_file_bytes, active_file_bytes, dirty_bytes, shmem_bytes,
           slab_reclaimable_bytes, slab_unreclaimable_bytes, sock_bytes, kernel_stack_bytes, pagetables_bytes,
           kernel_other_bytes, go_live_bytes, go_garbage_bytes, go_frag_bytes, go_idle_bytes, go_stacks_bytes,
           go_meta_bytes, lazyfree_bytes, native_bytes, other_processes_bytes, unexplained_bytes,
           anon_bytes, file_bytes, kernel_bytes, swap_bytes, go_total_bytes, goroutines, threads
    FROM timeline_point;

CREATE VIEW gc AS                -- GC cycles on the wall clock; t_ns is the start of the cycle
    SELECT g.container_id,
           (SELECT CASE WHEN g.t_ns <= l.to_ns THEN l.life END FROM life l
            WHERE l.container_id = g.container_id AND l.from_ns <= g.t_ns ORDER BY l.from_ns DESC LIMIT 1) AS life,
           g.n, g.t_ns, g.start_s,
           g.clock_sweep_ms, g.clock_mark_ms, g.clock_term_ms,
           g.cpu_sweep_ms, g.cpu_assist_ms, g.cpu_background_ms, g.cpu_idle_ms, g.cpu_term_ms,
           g.heap_start_mib, g.heap_end_mib, g.heap_live_mib, g.heap_goal_mib, g.stacks_mib, g.globals_mib,
           g.procs, g.forced, g.periodic, g.member_id, g.process, g.line
    FROM (SELECT i.container_id, CASE WHEN c.clock_id IS NULL THEN y.log_ns ELSE c.zero_ns + CAST (y.start_s * 1e9 AS INTEGER) END AS t_ns, y.*
          FROM gc_cycle y
          JOIN identity i USING (identity_id)
          LEFT JOIN clock c ON c.member_id = y.member_id AND c.process = y.process AND c.clock = 'runtime') g;

CREATE VIEW heap_growth AS       -- who grew: live bytes by function over the heap profiles
    SELECT h.container_id, h.life, f.name AS function, f.file, h.role, h.first_bytes, h.last_bytes, h.max_bytes,
           h.slope_bytes_per_min, h.share_pct, h.significant, h.profiles, h.se_bytes, h.consistency_pct,
           h.usual_bytes, h.max_ns, leaf.name AS leaf, h.signature
    FROM heap_site h JOIN function f USING (function_id)
    LEFT JOIN function leaf ON leaf.function_id = h.leaf_id;

CREATE VIEW heap_stacks AS       -- growth of single stacks, for flame graphs; frames are in stack_frame
    SELECT s.container_id, s.life, s.stack_id, s.first_bytes, s.last_bytes, s.last_bytes - s.first_bytes AS growth_bytes,
           s.max_bytes, s.slope_bytes_per_min, s.se_bytes, s.consistency_pct, s.significant, blame.name AS blame,
           leaf.name AS leaf, s.profiles
    FROM heap_stack s LEFT JOIN function blame ON blame.function_id = s.blame_id
    LEFT JOIN function leaf ON leaf.function_id = s.leaf_id;

CREATE VIEW goroutine_groups AS  -- goroutines that share a signature, with their growth over the dumps
    SELECT container_id, life, signature, state, last_count AS count, last_count - first_count AS growth,
           max_wait_minutes, site, dumps, first_count, max_count, slope_per_min, share_pct, pattern,
           consistency_pct, locked, can_leak
    FROM goroutine_group;

CREATE VIEW oom_kills AS         -- distinct kills with what the kernel said about them
    SELECT k.container_id, k.life, k.n, k.t_ns, k.uncertainty_ns, k.class, k.sources,
           o.constraint_name, o.oom_cgroup, o.task_cgroup, o.victim, o.pid, o.anon_rss_bytes, o.file_rss_bytes,
           o.shmem_rss_bytes, o.usage_bytes, o.limit_bytes, o.failcnt, k.oom_kill_id
    FROM kill k LEFT JOIN oom_kill o USING (oom_kill_id)
    WHERE k.class IN ('own_limit', 'ancestor', 'node', 'child');

CREATE VIEW findings AS          -- what each rule answered on each life
    SELECT c.namespace, c.pod, c.container, f.life, f.rule, f.outcome, f.severity, f.confidence, f.share_pct,
           f.summary, f.remedy, f.finding_id, f.container_id
    FROM finding f JOIN container c USING (container_id);

CREATE VIEW verdicts AS          -- the cause of each life, and of the container where life is NULL
    SELECT c.namespace, c.pod, c.container, v.life, v.cause, v.family, v.level, v.confidence, v.severity,
           v.summary, v.from_ns, v.to_ns, v.bytes_per_min, v.eta_ns, v.eta_from_ns, v.eta_to_ns, v.site,
           v.would_change_my_mind, v.verdict_id, v.container_id
    FROM verdict v JOIN container c USING (container_id);

CREATE VIEW import_log AS        -- what was read, one row a member
    SELECT m.path, m.format, m.bytes, m.records, m.rejected, m.first_ns, m.last_ns,
           (SELECT count (*) FROM diagnostic d WHERE d.member_id = m.member_id) AS diagnostics,
           m.left_out, m.bid, m.encoding, m.sha256, m.time_source, m.member_id
    FROM member m;

CREATE VIEW clocks AS            -- how each member's own clock was placed
    SELECT m.path, c.process, c.clock, c.zero_ns, c.rule, c.uncertainty_ns, c.pairs, c.member_id,
           c.drift_ns, c.conflicts, c.checks, c.checks_failed, c.clock_id
    FROM clock c JOIN member m USING (member_id);

CREATE VIEW oom_times AS         -- kernel OOM reports on the wall clock; t_ns is NULL where their log could not be placed
    SELECT o.oom_kill_id,
           CASE WHEN o.t_ns IS NULL THEN b.zero_ns + CAST (o.boot_s * 1e9 AS INTEGER) ELSE o.t_ns + coalesce (l.zero_ns, 0) END AS t_ns,
           CASE WHEN o.t_ns IS NULL THEN b.uncertainty_ns ELSE max (1000000000, coalesce (l.uncertainty_ns, 0)) END AS uncertainty_ns
    FROM oom_kill o
    LEFT JOIN clock b ON b.member_id = o.member_id AND b.process = 0 AND b.clock = 'boot' AND o.t_ns IS NULL
    LEFT JOIN clock l ON l.member_id = o.member_id AND l.process = 0 AND l.clock = 'local';

-- Events on the wall clock: those of logs without zone are moved; a crash in a log without times, of one process, lies
-- behind its last collection by two minutes at most, because the runtime collects at least that often.
CREATE VIEW event_times AS
    SELECT e.event_id, e.t_ns + coalesce (l.zero_ns, 0) AS t_ns, l.uncertainty_ns
    FROM event e LEFT JOIN clock l ON l.member_id = e.member_id AND l.process = 0 AND l.clock = 'local'
    WHERE e.t_ns IS NOT NULL OR e.kind <> 'go_fatal'
    UNION ALL
    SELECT e.event_id, max (c.zero_ns + CAST (g.start_s * 1e9 AS INTEGER)), max (c.uncertainty_ns) + 120000000000
    FROM event e JOIN clock c ON c.member_id = e.member_id AND c.clock = 'runtime'
    JOIN gc_cycle g ON g.member_id = c.member_id AND g.process = c.process
    WHERE e.t_ns IS NULL AND e.kind = 'go_fatal' GROUP BY e.event_id HAVING count (DISTINCT c.process) = 1;

CREATE VIEW samples AS           -- every sample with its quantity and container
    SELECT i.container_id, q.name AS quantity, s.source, sample.t_ns, sample.value, q.unit, s.name, s.labels, s.series_id
    FROM sample JOIN series s USING (series_id) JOIN identity i USING (identity_id)
    LEFT JOIN quantity q USING (quantity_id);

CREATE VIEW evidence AS          -- finding is findings.finding_id; sql yields value from this very file
    SELECT finding_id AS finding, text, value, unit, sql, refutes, evidence_id
    FROM finding_evidence;
