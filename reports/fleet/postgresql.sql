-- Fact tables of gomortem in PostgreSQL 15 or newer; load-postgresql.sh runs this and then loads by COPY. Safe to repeat.
-- Meaning of the columns: gomortem schema --format markdown, and reports/fleet/README.md. Times are nanoseconds since
-- 1970 UTC: to_timestamp (t_ns / 1e9).
CREATE SCHEMA IF NOT EXISTS gomortem;

CREATE TABLE IF NOT EXISTS gomortem.incidents (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    name text, schema_version bigint, from_ns bigint, to_ns bigint, members bigint, diagnostics bigint, lives bigint, oom_kills bigint,
    limit_bytes bigint, cause text, family text, level text, confidence double precision, severity text, site text, cause_from_ns bigint,
    cause_to_ns bigint, bytes_per_min double precision, eta_ns bigint, summary text
);
CREATE INDEX IF NOT EXISTS incidents_incident ON gomortem.incidents (incident_id, tool_version);

CREATE TABLE IF NOT EXISTS gomortem.findings (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    life bigint, rule text, outcome text, severity text, confidence double precision, share_pct double precision, summary text, remedy text
);
CREATE INDEX IF NOT EXISTS findings_incident ON gomortem.findings (incident_id, tool_version);

CREATE TABLE IF NOT EXISTS gomortem.evidence (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    life bigint, rule text, n bigint, refutes bigint, text text, value double precision, unit text, sql text
);
CREATE INDEX IF NOT EXISTS evidence_incident ON gomortem.evidence (incident_id, tool_version);

CREATE TABLE IF NOT EXISTS gomortem.mem_window (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    life bigint, window_ns bigint, points bigint, usage_max_bytes bigint, usage_mean_bytes bigint, working_set_max_bytes bigint,
    limit_bytes bigint, anon_max_bytes bigint, file_max_bytes bigint, kernel_max_bytes bigint, go_live_max_bytes bigint,
    go_total_max_bytes bigint, native_max_bytes bigint, swap_max_bytes bigint, goroutines_max bigint, threads_max bigint
);
CREATE INDEX IF NOT EXISTS mem_window_incident ON gomortem.mem_window (incident_id, tool_version);

CREATE TABLE IF NOT EXISTS gomortem.gc_window (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    life bigint, window_ns bigint, cycles bigint, forced bigint, live_min_mib bigint, live_max_mib bigint, goal_max_mib bigint,
    heap_end_max_mib bigint, cpu_ms double precision, cpu_assist_ms double precision, pause_max_ms double precision, procs bigint
);
CREATE INDEX IF NOT EXISTS gc_window_incident ON gomortem.gc_window (incident_id, tool_version);

CREATE TABLE IF NOT EXISTS gomortem.profile_top (
    facts_version bigint NOT NULL, incident_id text NOT NULL, tool_version text NOT NULL, namespace text, pod text, container text,
    kind text, t_ns bigint, member text, place bigint, function text, file text, inuse_bytes bigint, inuse_objects bigint,
    alloc_bytes bigint, count bigint, nanoseconds bigint
);
CREATE INDEX IF NOT EXISTS profile_top_incident ON gomortem.profile_top (incident_id, tool_version);

-- The newest analysis of each incident: what questions to a fleet are asked of.
CREATE OR REPLACE VIEW gomortem.latest AS
    SELECT DISTINCT ON (incident_id, namespace, pod, container) * FROM gomortem.incidents
    ORDER BY incident_id, namespace, pod, container, facts_version DESC, string_to_array (regexp_replace (tool_version, '[^0-9.]', '', 'g'), '.')::int[] DESC;
