-- Fact tables of gomortem in ClickHouse. UNTESTED: ClickHouse is not in Debian 12.
-- Load each table with:
--   gomortem export incident.db ndjson --table findings | clickhouse-client --query 'INSERT INTO gomortem.findings FORMAT JSONEachRow' \
--     --input_format_skip_unknown_fields=1
-- The sorting key makes an incident that is loaded twice collapse (ReplacingMergeTree); ask with FINAL.
CREATE DATABASE IF NOT EXISTS gomortem;

CREATE TABLE IF NOT EXISTS gomortem.incidents (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), name Nullable(String), schema_version Nullable(Int64), from_ns Nullable(Int64), to_ns Nullable(Int64),
    members Nullable(Int64), diagnostics Nullable(Int64), lives Nullable(Int64), oom_kills Nullable(Int64), limit_bytes Nullable(Int64),
    cause Nullable(String), family Nullable(String), level Nullable(String), confidence Nullable(Float64), severity Nullable(String),
    site Nullable(String), cause_from_ns Nullable(Int64), cause_to_ns Nullable(Int64), bytes_per_min Nullable(Float64),
    eta_ns Nullable(Int64), summary Nullable(String)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container) SETTINGS allow_nullable_key = 1;

CREATE TABLE IF NOT EXISTS gomortem.findings (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), life Nullable(Int64), rule Nullable(String), outcome Nullable(String), severity Nullable(String),
    confidence Nullable(Float64), share_pct Nullable(Float64), summary Nullable(String), remedy Nullable(String)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container, life, rule) SETTINGS allow_nullable_key = 1;

CREATE TABLE IF NOT EXISTS gomortem.evidence (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), life Nullable(Int64), rule Nullable(String), n Nullable(Int64), refutes Nullable(Int64),
    text Nullable(String), value Nullable(Float64), unit Nullable(String), sql Nullable(String)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container, life, rule, n) SETTINGS allow_nullable_key = 1;

CREATE TABLE IF NOT EXISTS gomortem.mem_window (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), life Nullable(Int64), window_ns Nullable(Int64), points Nullable(Int64), usage_max_bytes Nullable(Int64),
    usage_mean_bytes Nullable(Int64), working_set_max_bytes Nullable(Int64), limit_bytes Nullable(Int64), anon_max_bytes Nullable(Int64),
    file_max_bytes Nullable(Int64), kernel_max_bytes Nullable(Int64), go_live_max_bytes Nullable(Int64),
    go_total_max_bytes Nullable(Int64), native_max_bytes Nullable(Int64), swap_max_bytes Nullable(Int64), goroutines_max Nullable(Int64),
    threads_max Nullable(Int64)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container, life, window_ns) SETTINGS allow_nullable_key = 1;

CREATE TABLE IF NOT EXISTS gomortem.gc_window (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), life Nullable(Int64), window_ns Nullable(Int64), cycles Nullable(Int64), forced Nullable(Int64),
    live_min_mib Nullable(Int64), live_max_mib Nullable(Int64), goal_max_mib Nullable(Int64), heap_end_max_mib Nullable(Int64),
    cpu_ms Nullable(Float64), cpu_assist_ms Nullable(Float64), pause_max_ms Nullable(Float64), procs Nullable(Int64)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container, life, window_ns) SETTINGS allow_nullable_key = 1;

CREATE TABLE IF NOT EXISTS gomortem.profile_top (
    facts_version Int64, incident_id String, tool_version String, namespace Nullable(String), pod Nullable(String),
    container Nullable(String), kind Nullable(String), t_ns Nullable(Int64), member Nullable(String), place Nullable(Int64),
    function Nullable(String), file Nullable(String), inuse_bytes Nullable(Int64), inuse_objects Nullable(Int64),
    alloc_bytes Nullable(Int64), count Nullable(Int64), nanoseconds Nullable(Int64)
) ENGINE = ReplacingMergeTree ORDER BY (incident_id, tool_version, namespace, pod, container, kind, t_ns, member, place) SETTINGS allow_nullable_key = 1;

-- Which causes hit which services, in which share of their incidents?
SELECT namespace, container, cause, count() AS incidents, sum(oom_kills) AS kills FROM gomortem.incidents FINAL
GROUP BY namespace, container, cause ORDER BY incidents DESC;

-- Which functions leak in more than one service?
SELECT site, uniqExact(namespace, container) AS services, count() AS incidents, avg(bytes_per_min) / 1048576 AS mib_per_min FROM gomortem.incidents FINAL
WHERE site IS NOT NULL AND level IN ('confirmed', 'likely') GROUP BY site HAVING services > 1 ORDER BY services DESC;

-- Memory of the last hour before each incident's end, by minute.
SELECT incident_id, container, toDateTime(intDiv(window_ns, 1000000000)) AS minute, working_set_max_bytes / limit_bytes AS share FROM gomortem.mem_window FINAL
WHERE window_ns > (SELECT max(window_ns) FROM gomortem.mem_window) - 3600000000000 ORDER BY incident_id, container, minute;
