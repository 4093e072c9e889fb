/* What the configuration says about one container: environment, CPU quota, Go version. */
#include "analyzer/facts_private.h"

#include <math.h>

/* "go1.22.5", "1.22" -> 22; 0 when it is no Go 1 version. */
static int minor_of(const char *version) {
    if (g_str_has_prefix(version, "go")) version += 2;
    return g_str_has_prefix(version, "1.") ? (int)g_ascii_strtoll(version + 2, NULL, 10) : 0;
}

/* Go accepts B, KiB, MiB, GiB, TiB and nothing else; a malformed value kills the process at its start. */
static double memlimit_of(const char *text) {
    static const struct {
        const char *suffix;
        double factor;
    } units[] = {{"KiB", 1024.0},          {"MiB", 1048576.0}, {"GiB", 1073741824.0},
                 {"TiB", 1099511627776.0}, {"B", 1},           {"", 1}};
    char *end;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    if (end == text || number < 0) return NAN;
    for (size_t i = 0; i < G_N_ELEMENTS(units); i++)
        if (strcmp(end, units[i].suffix) == 0) return (double)number * units[i].factor;
    return NAN;
}

static int64_t gogc_of(const char *text) {
    if (strcmp(text, "off") == 0) return -1;
    char *end;
    gint64 number = g_ascii_strtoll(text, &end, 10);
    if (end == text || *end) return GM_UNKNOWN;
    return number < 0 ? -1 : number;
}

static void use(gm_facts *facts, const char *name, const char *value, double number) {
    if (strcmp(name, "env.GOGC") == 0) facts->env_gogc = gogc_of(value);
    else if (strcmp(name, "env.GOMEMLIMIT") == 0) facts->env_memlimit = memlimit_of(value);
    else if (strcmp(name, "env.GODEBUG") == 0) facts->godebug = gm_arena_strndup(facts->arena, value, strlen(value));
    else if (strcmp(name, "limits.cpu") == 0 && number > 0) facts->cpu_limit = number;
    else if (strcmp(name, "go.version") == 0) facts->go_minor = minor_of(value);
}

static double last_of(const gm_facts *facts, gm_quantity quantity) {
    const gm_history *history = &facts->timeline->history[quantity];
    return history->n ? history->value[history->n - 1] : NAN;
}

bool gm_facts_settings(gm_facts *facts, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(facts->store,
                         "SELECT s.name, s.value, s.value_num FROM setting s JOIN identity i USING (identity_id) "
                         "WHERE i.container_id = ?1 ORDER BY s.t_ns, s.rowid",
                         error);
    if (!stmt) return false;
    sqlite3_bind_int64(stmt, 1, facts->timeline->container_id);
    int step;
    while ((step = sqlite3_step(stmt)) == SQLITE_ROW)
        use(facts, gm_column_word(stmt, 0), gm_column_word(stmt, 1), gm_column_double(stmt, 2));
    double quota = last_of(facts, GM_Q_CPU_QUOTA_US), period = last_of(facts, GM_Q_CPU_PERIOD_US),
           cores = last_of(facts, GM_Q_CPU_LIMIT);
    if (isnan(facts->cpu_limit) && quota > 0 && period > 0) facts->cpu_limit = quota / period;
    if (isnan(facts->cpu_limit) && cores > 0) facts->cpu_limit = cores;
    return step == SQLITE_DONE || gm_store_error_set(facts->store, error);
}
