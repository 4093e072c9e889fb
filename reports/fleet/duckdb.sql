-- Fact tables of gomortem in DuckDB. UNTESTED: DuckDB is not in Debian 12.
-- facts/*/ holds what "gomortem export DB csv -o facts/NAME" wrote; the files are read where they lie.
CREATE OR REPLACE VIEW incidents AS SELECT DISTINCT * FROM read_csv('facts/*/incidents.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'name': 'VARCHAR', 'schema_version': 'BIGINT', 'from_ns': 'BIGINT', 'to_ns': 'BIGINT', 'members': 'BIGINT', 'diagnostics': 'BIGINT', 'lives': 'BIGINT', 'oom_kills': 'BIGINT', 'limit_bytes': 'BIGINT', 'cause': 'VARCHAR', 'family': 'VARCHAR', 'level': 'VARCHAR', 'confidence': 'DOUBLE', 'severity': 'VARCHAR', 'site': 'VARCHAR', 'cause_from_ns': 'BIGINT', 'cause_to_ns': 'BIGINT', 'bytes_per_min': 'DOUBLE', 'eta_ns': 'BIGINT', 'summary': 'VARCHAR'});

CREATE OR REPLACE VIEW findings AS SELECT DISTINCT * FROM read_csv('facts/*/findings.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'life': 'BIGINT', 'rule': 'VARCHAR', 'outcome': 'VARCHAR', 'severity': 'VARCHAR', 'confidence': 'DOUBLE', 'share_pct': 'DOUBLE', 'summary': 'VARCHAR', 'remedy': 'VARCHAR'});

CREATE OR REPLACE VIEW evidence AS SELECT DISTINCT * FROM read_csv('facts/*/evidence.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'life': 'BIGINT', 'rule': 'VARCHAR', 'n': 'BIGINT', 'refutes': 'BIGINT', 'text': 'VARCHAR', 'value': 'DOUBLE', 'unit': 'VARCHAR', 'sql': 'VARCHAR'});

CREATE OR REPLACE VIEW mem_window AS SELECT DISTINCT * FROM read_csv('facts/*/mem_window.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'life': 'BIGINT', 'window_ns': 'BIGINT', 'points': 'BIGINT', 'usage_max_bytes': 'BIGINT', 'usage_mean_bytes': 'BIGINT', 'working_set_max_bytes': 'BIGINT', 'limit_bytes': 'BIGINT', 'anon_max_bytes': 'BIGINT', 'file_max_bytes': 'BIGINT', 'kernel_max_bytes': 'BIGINT', 'go_live_max_bytes': 'BIGINT', 'go_total_max_bytes': 'BIGINT', 'native_max_bytes': 'BIGINT', 'swap_max_bytes': 'BIGINT', 'goroutines_max': 'BIGINT', 'threads_max': 'BIGINT'});

CREATE OR REPLACE VIEW gc_window AS SELECT DISTINCT * FROM read_csv('facts/*/gc_window.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'life': 'BIGINT', 'window_ns': 'BIGINT', 'cycles': 'BIGINT', 'forced': 'BIGINT', 'live_min_mib': 'BIGINT', 'live_max_mib': 'BIGINT', 'goal_max_mib': 'BIGINT', 'heap_end_max_mib': 'BIGINT', 'cpu_ms': 'DOUBLE', 'cpu_assist_ms': 'DOUBLE', 'pause_max_ms': 'DOUBLE', 'procs': 'BIGINT'});

CREATE OR REPLACE VIEW profile_top AS SELECT DISTINCT * FROM read_csv('facts/*/profile_top.csv', header = true,
    columns = {'facts_version': 'BIGINT', 'incident_id': 'VARCHAR', 'tool_version': 'VARCHAR', 'namespace': 'VARCHAR', 'pod': 'VARCHAR', 'container': 'VARCHAR', 'kind': 'VARCHAR', 't_ns': 'BIGINT', 'member': 'VARCHAR', 'place': 'BIGINT', 'function': 'VARCHAR', 'file': 'VARCHAR', 'inuse_bytes': 'BIGINT', 'inuse_objects': 'BIGINT', 'alloc_bytes': 'BIGINT', 'count': 'BIGINT', 'nanoseconds': 'BIGINT'});

-- Which causes hit which services?
SELECT namespace, container, cause, count(*) AS incidents, sum(oom_kills) AS kills FROM incidents GROUP BY ALL ORDER BY incidents DESC;

-- Rules that could not be checked, and how often: what to capture next time.
SELECT rule, summary, count(*) AS lives FROM findings WHERE outcome = 'not_applicable' GROUP BY ALL ORDER BY lives DESC LIMIT 20;

-- How full was the limit, worst minute of each incident?
SELECT incident_id, container, max(working_set_max_bytes / limit_bytes) AS share FROM mem_window WHERE limit_bytes > 0 GROUP BY ALL ORDER BY share DESC;
