-- Questions to a fleet of incidents in PostgreSQL. Each statement stands alone.

-- Which causes hit which services?
SELECT namespace, container, cause, count (*) AS incidents, sum (oom_kills) AS kills, round (avg (confidence)::numeric, 2) AS confidence
FROM gomortem.latest GROUP BY namespace, container, cause ORDER BY incidents DESC, namespace, container, cause;

-- Which functions leak, in how many services?
SELECT site, count (DISTINCT (namespace, container)) AS services, count (*) AS incidents, round ((avg (bytes_per_min) / 1048576)::numeric, 2) AS mib_per_min
FROM gomortem.latest WHERE site IS NOT NULL AND level IN ('confirmed', 'likely') GROUP BY site ORDER BY services DESC, incidents DESC, site;

-- What could not be checked, and why: what to capture next time.
SELECT rule, summary, count (*) AS lives FROM gomortem.findings WHERE outcome = 'not_applicable' GROUP BY rule, summary ORDER BY lives DESC, rule LIMIT 20;

-- How full was the limit in the worst minute of each incident?
SELECT incident_id, pod, container, max (working_set_max_bytes::float8 / nullif (limit_bytes, 0)) AS share
FROM gomortem.mem_window GROUP BY incident_id, pod, container ORDER BY share DESC NULLS LAST;

-- Where did the collector work hardest?
SELECT incident_id, container, to_timestamp (window_ns / 1e9) AT TIME ZONE 'UTC' AS minute, cycles, round ((cpu_ms / 60000 / nullif (procs, 0) * 100)::numeric, 1) AS cpu_pct
FROM gomortem.gc_window ORDER BY cpu_pct DESC NULLS LAST LIMIT 10;

-- Functions that hold most in the last heap profile of each incident.
SELECT DISTINCT ON (incident_id, container) incident_id, container, function, inuse_bytes
FROM gomortem.profile_top WHERE kind = 'heap' ORDER BY incident_id, container, t_ns DESC, place;
