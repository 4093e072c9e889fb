/* What SQL may do on an incident that is open for reading or for analysis (SQLITE set_authorizer callbacks).
 *
 * Set by store_open.c after its own PRAGMAs; SQLite asks here while it prepares any statement, whether a
 * rule, a report or a user wrote it. All that is not named is denied. See
 * https://sqlite.org/c3ref/set_authorizer.html and https://sqlite.org/security.html. */
#include "importer/store/store_private.h"

const char *const gm_analysis_tables[] = {
    "clock",
    "clock_candidate",
    "life",
    "thinned",
    "timeline_point",
    "gap",
    "trend",
    "growth",
    "gc_summary",
    "heap_site",
    "heap_stack",
    "heap_accumulation",
    "heap_capture",
    "alloc_site",
    "goroutine_group",
    "mapping_growth",
    "kill",
    "finding",
    "finding_evidence",
    "verdict",
    "verdict_cause",
    "alert_rule",
    "alert_outcome",
    "alert_firing",
    "alert_proposal",
    "alert_test_series",
    "alert_test_check",
    "whatif_input",
    "whatif_demand",
    "whatif_beside",
    "whatif_run",
    "whatif_advice",
    "comparison",
    "comparison_pair",
    "difference",
    "comparison_point",
    NULL,
};

/* Functions of SQLite that read no file, change nothing and answer the same each time; those of newer
 * versions included. Functions that gomortem registers itself are named gm_...; regexp exists only when it
 * registers it. */
static const char *const functions[] = {
    /* core */
    "abs", "char", "coalesce", "concat", "concat_ws", "format", "glob", "hex", "if", "ifnull", "iif", "instr", "length",
    "like", "likelihood", "likely", "lower", "ltrim", "max", "min", "nullif", "octet_length", "printf", "quote",
    "regexp", "replace", "round", "rtrim", "sign", "soundex", "sqlite_version", "substr", "substring", "trim", "typeof",
    "unhex", "unicode", "unistr", "unlikely", "upper", "zeroblob",
    /* aggregates and windows */
    "avg", "count", "group_concat", "median", "percentile", "percentile_cont", "percentile_disc", "string_agg", "sum",
    "total", "cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile",
    "percent_rank", "rank", "row_number",
    /* dates */
    "date", "datetime", "julianday", "strftime", "time", "timediff", "unixepoch", "current_date", "current_time",
    "current_timestamp",
    /* JSON */
    "->", "->>", "json", "json_array", "json_array_length", "json_error_position", "json_extract", "json_group_array",
    "json_group_object", "json_insert", "json_object", "json_patch", "json_pretty", "json_quote", "json_remove",
    "json_replace", "json_set", "json_type", "json_valid", "jsonb", "jsonb_array", "jsonb_extract", "jsonb_group_array",
    "jsonb_group_object", "jsonb_insert", "jsonb_object", "jsonb_patch", "jsonb_remove", "jsonb_replace", "jsonb_set",
    /* math */
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "ceiling", "cos", "cosh", "degrees", "exp",
    "floor", "ln", "log", "log10", "log2", "mod", "pi", "pow", "power", "radians", "sin", "sinh", "sqrt", "tan", "tanh",
    "trunc", NULL};

static bool listed(const char *const *list, const char *name) {
    for (; name && *list; list++) {
        if (g_ascii_strcasecmp(*list, name) == 0) return true;
    }
    return false;
}

static bool is_temp(const char *db) {
    return db && strcmp(db, "temp") == 0;
}

static bool may_read(int action, const char *b) {
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE: return true;
    case SQLITE_FUNCTION: return listed(functions, b) || (b && g_ascii_strncasecmp(b, "gm_", 3) == 0);
    default: return false;
    }
}

static bool may_analyze(int action, const char *a, const char *db) {
    switch (action) {
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE: return is_temp(db) || listed(gm_analysis_tables, a);
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_VIEW:
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT: return true;
    case SQLITE_CREATE_TABLE: /* asked for CREATE TABLE temp.x */
    case SQLITE_CREATE_VIEW:
    case SQLITE_REINDEX: /* asked for the index that CREATE INDEX fills */ return is_temp(db);
    default: return false;
    }
}

int gm_authorize_read(void *unused, int action, const char *a, const char *b, const char *db, const char *by) {
    (void)unused, (void)a, (void)db, (void)by;
    return may_read(action, b) ? SQLITE_OK : SQLITE_DENY;
}

int gm_authorize_analyze(void *unused, int action, const char *a, const char *b, const char *db, const char *by) {
    (void)unused, (void)by;
    return may_read(action, b) || may_analyze(action, a, db) ? SQLITE_OK : SQLITE_DENY;
}
