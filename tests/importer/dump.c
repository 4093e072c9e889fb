/* The import tables as text: ids are replaced by what they stand for, rows are in the order of their
 * contents.
 *
 * Comes behind an import in golden.c. Each section is one query; a column whose name ends in "_at" is a time
 * in ns and is shown in RFC 3339, doubles are shown in the shortest form that reads back as the same number.
 */
#include "dump.h"

#include <stdlib.h>

/* An identity in one word: names with "-" for unknown ones, then what else it has. */
#define WHO \
    " CASE i.level WHEN 'container' THEN '' ELSE i.level || ' ' END" \
    " || CASE WHEN coalesce (i.namespace, i.pod, i.container) IS NULL THEN '' ELSE" \
    " coalesce (i.namespace, '-') || '/' || coalesce (i.pod, '-') || '/' || coalesce (i.container, '-') END" \
    " || coalesce (' uid=' || i.pod_uid, '') || coalesce (' id=' || i.runtime_id, '')" \
    " || coalesce (' cgroup=' || i.cgroup, '') || coalesce (' hint=' || i.hint, '')"

#define STACK \
    " (SELECT group_concat (function || coalesce (':' || line, ''), ' < ') FROM" \
    " (SELECT function, line FROM stack_frame WHERE stack_frame.stack_id = s.stack_id ORDER BY depth))"

#define PROFILE " m.path || ' ' || p.kind"

static const struct {
    const char *title, *sql;
} sections[] = {
    {"member", "SELECT m.path, format, bid, encoding, bytes, records, rejected, left_out, first_ns AS first_at,"
               " last_ns AS last_at, time_source FROM member m ORDER BY m.path, m.member_id"},
    {"diagnostic",
     "SELECT m.path, severity, line, byte_offset, text FROM diagnostic LEFT JOIN member m USING (member_id)"
     " ORDER BY m.path, line, byte_offset, severity, text"},
    {"container", "SELECT namespace, pod, container, pod_uid FROM container ORDER BY container_id"},
    {"identity", "SELECT " WHO " AS who, c.namespace || '/' || c.pod || '/' || c.container AS container, i.rule"
                 " FROM identity i LEFT JOIN container c USING (container_id) ORDER BY 1"},
    {"series", "SELECT " WHO " AS who, s.source, s.name, s.labels, q.name AS quantity,"
               " (SELECT count (*) FROM sample WHERE sample.series_id = s.series_id) AS samples"
               " FROM series s JOIN identity i USING (identity_id) LEFT JOIN quantity q USING (quantity_id)"
               " ORDER BY 1, 2, 3, 4, 5"},
    {"sample", "SELECT s.name, s.labels, t_ns AS t_at, value FROM sample JOIN series s USING (series_id)"
               " JOIN identity i USING (identity_id) ORDER BY s.name, s.labels," WHO ", t_ns, value"},
    {"gc_cycle", "SELECT " WHO " AS who, process, line, n, log_ns AS log_at, start_s, total_pct,"
                 " clock_sweep_ms AS sweep, clock_mark_ms AS mark, clock_term_ms AS term, cpu_sweep_ms AS cpu_sweep,"
                 " cpu_assist_ms AS assist, cpu_background_ms AS background, cpu_idle_ms AS idle,"
                 " cpu_term_ms AS cpu_term, heap_start_mib AS start, heap_end_mib AS end, heap_live_mib AS live,"
                 " heap_goal_mib AS goal, stacks_mib AS stacks, globals_mib AS globals, procs, forced, periodic"
                 " FROM gc_cycle JOIN identity i USING (identity_id) ORDER BY member_id, line, gc_cycle_id"},
    {"function", "SELECT name, file FROM function ORDER BY 1, 2"},
    {"profile", "SELECT " WHO " AS who," PROFILE " AS profile, t_ns AS t_at, duration_ns, period, value_types, binary,"
                " build_id, is_delta, alloc_objects, alloc_bytes, inuse_objects, inuse_bytes, count, nanoseconds"
                " FROM profile p JOIN identity i USING (identity_id) JOIN member m USING (member_id)"
                " ORDER BY 2, t_ns, profile_id"},
    {"profile_sample", "SELECT" PROFILE " AS profile," STACK " AS stack, s.alloc_objects, s.alloc_bytes,"
                       " s.inuse_objects, s.inuse_bytes, s.count, s.nanoseconds FROM profile_sample s"
                       " JOIN profile p USING (profile_id) JOIN member m USING (member_id) ORDER BY 1, p.t_ns, 2"},
    {"goroutine", "SELECT" PROFILE " AS profile, goid, state, wait_minutes, locked," STACK " AS stack, created_by"
                  " FROM goroutine s JOIN profile p USING (profile_id) JOIN member m USING (member_id)"
                  " ORDER BY 1, p.t_ns, goid, state, stack"},
    {"mapping", "SELECT " WHO " AS who, t_ns AS t_at, class, name, areas, size_bytes, rss_bytes, pss_bytes,"
                " anonymous_bytes, lazyfree_bytes, anon_huge_bytes, swap_bytes FROM mapping"
                " JOIN identity i USING (identity_id) ORDER BY 1, 2, 3, 4, size_bytes"},
    {"oom_kill", "SELECT " WHO " AS who, line, t_ns AS t_at, boot_s, constraint_name, oom_cgroup, task_cgroup,"
                 " invoked_by, victim, pid, total_vm_bytes, anon_rss_bytes, file_rss_bytes, shmem_rss_bytes,"
                 " pgtables_bytes, oom_score_adj, usage_bytes, limit_bytes, failcnt, kmem_bytes, swap_bytes"
                 " FROM oom_kill JOIN identity i USING (identity_id) ORDER BY member_id, line, oom_kill_id"},
    {"oom_stat", "SELECT k.line, k.victim, cgroup, key, value FROM oom_stat JOIN oom_kill k USING (oom_kill_id)"
                 " ORDER BY k.line, k.oom_kill_id, cgroup, key"},
    {"oom_task", "SELECT k.line, t.pid, name, t.total_vm_bytes, rss_bytes, rss_anon_bytes, rss_file_bytes,"
                 " rss_shmem_bytes, t.pgtables_bytes, t.swap_bytes, t.oom_score_adj FROM oom_task t"
                 " JOIN oom_kill k USING (oom_kill_id) ORDER BY k.line, k.oom_kill_id, t.pid"},
    {"clock_pair", "SELECT m.path, clock, clock_s, t_ns AS t_at, uncertainty_ns, local, source FROM clock_pair"
                   " JOIN member m USING (member_id) ORDER BY 1, 2, 7, 3"},
    {"event", "SELECT " WHO " AS who, t_ns AS t_at, kind, reason, exit_code, count, text FROM event"
              " JOIN identity i USING (identity_id) ORDER BY 2, 1, 3, 4, 7"},
    {"setting", "SELECT " WHO " AS who, t_ns AS t_at, name, value, value_num FROM setting"
                " JOIN identity i USING (identity_id) ORDER BY 1, 3, 2, 4"},
};

/* --- values --- */
static void append_text(GString *to, const char *text) {
    for (; *text; text++) {
        switch (*text) {
        case '\n': g_string_append(to, "\\n"); break;
        case '\t': g_string_append(to, "\\t"); break;
        case '\r': g_string_append(to, "\\r"); break;
        case '\\': g_string_append(to, "\\\\"); break;
        default: g_string_append_c(to, *text);
        }
    }
}

static void append_double(GString *to, double value) {
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    for (int digits = 15; digits <= 17; digits++) {
        char format[8];
        g_snprintf(format, sizeof format, "%%.%dg", digits);
        g_ascii_formatd(text, sizeof text, format, value);
        if (g_ascii_strtod(text, NULL) == value) break;
    }
    g_string_append(to, text);
}

static void append_time(GString *to, int64_t ns) {
    int64_t seconds = ns / GM_NS_PER_S, fraction = ns % GM_NS_PER_S;
    if (fraction < 0) {
        fraction += GM_NS_PER_S;
        seconds--;
    }
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    g_autofree char *text = time ? g_date_time_format(time, "%Y-%m-%dT%H:%M:%S") : g_strdup("?");
    g_string_append(to, text);
    if (fraction > 0) {
        g_string_append_printf(to, ".%09" G_GINT64_FORMAT, fraction);
        while (to->str[to->len - 1] == '0') g_string_truncate(to, to->len - 1);
    }
    g_string_append_c(to, 'Z');
}

static void append_value(GString *to, sqlite3_stmt *stmt, int column) {
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_NULL: g_string_append_c(to, '-'); break;
    case SQLITE_FLOAT: append_double(to, sqlite3_column_double(stmt, column)); break;
    case SQLITE_INTEGER:
        if (g_str_has_suffix(sqlite3_column_name(stmt, column), "_at")) {
            append_time(to, sqlite3_column_int64(stmt, column));
        } else {
            g_string_append_printf(to, "%lld", sqlite3_column_int64(stmt, column));
        }
        break;
    default: append_text(to, gm_column_text(stmt, column));
    }
}

/* --- sections --- */
static void append_header(GString *to, const char *title, sqlite3_stmt *stmt) {
    g_string_append_printf(to, "== %s:", title);
    for (int column = 0; column < sqlite3_column_count(stmt); column++) {
        const char *name = sqlite3_column_name(stmt, column);
        int len = (int)strlen(name) - (g_str_has_suffix(name, "_at") ? 3 : 0);
        g_string_append_printf(to, "%s %.*s", column > 0 ? " |" : "", len, name);
    }
    g_string_append_c(to, '\n');
}

static void dump_section(gm_store *store, const char *title, const char *sql, GString *to) {
    GError *error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(store, sql, &error);
    if (!stmt) g_error("%s: %s", title, error->message);
    for (int rows = 0; sqlite3_step(stmt) == SQLITE_ROW; rows++) {
        if (rows == 0) append_header(to, title, stmt);
        for (int column = 0; column < sqlite3_column_count(stmt); column++) {
            if (column > 0) g_string_append(to, " | ");
            append_value(to, stmt, column);
        }
        g_string_append_c(to, '\n');
    }
    if (sqlite3_errcode(gm_store_db(store)) != SQLITE_OK && sqlite3_errcode(gm_store_db(store)) != SQLITE_DONE) {
        g_error("%s: %s", title, sqlite3_errmsg(gm_store_db(store)));
    }
}

void gm_dump_incident(gm_store *store, GString *to) {
    for (size_t i = 0; i < G_N_ELEMENTS(sections); i++) dump_section(store, sections[i].title, sections[i].sql, to);
}
