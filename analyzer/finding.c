/* What rules write with: text in the facts' arena and evidence that is read back from the incident by its own SQL.
 * A number that a rule shows is the number that its SQL yields, because that is where it was taken from. */
#include "gomortem/human.h"
#include "gomortem/rule.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

const char *gm_facts_text(const gm_facts *facts, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return gm_arena_strndup(facts->arena, text, strlen(text));
}

/* Replaces {c} and {l} by the container's id and the life. */
static char *bind_names(const gm_facts *facts, const char *sql) {
    g_autoptr(GString) text = g_string_new(sql);
    g_autofree char *container = g_strdup_printf("%lld", (long long)facts->timeline->container_id);
    g_autofree char *life = g_strdup_printf("%d", facts->life->life);
    g_string_replace(text, "{c}", container, 0);
    g_string_replace(text, "{l}", life, 0);
    return gm_arena_strndup(facts->arena, text->str, text->len);
}

static double run_sql(const gm_facts *facts, const char *sql) {
    g_autoptr(GError) error = NULL;
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(facts->store, sql, &error);
    if (!stmt && !gm_store_check(facts->store, NULL)) return NAN; /* the analysis ends with that failure */
    if (!stmt) g_error("evidence SQL of a rule does not compile: %s: %s", sql, error->message);
    return sqlite3_step(stmt) == SQLITE_ROW ? gm_column_double(stmt, 0) : NAN;
}

static void add(const gm_facts *facts, gm_finding *finding, bool refutes, const char *unit, const char *text,
                const char *sql) {
    if (finding->n_evidence == finding->evidence_size) {
        size_t size = finding->evidence_size ? 2 * finding->evidence_size : 8;
        gm_evidence *grown = GM_ARENA_NEW(facts->arena, gm_evidence, size);
        if (finding->n_evidence) memcpy(grown, finding->evidence, finding->n_evidence * sizeof *grown);
        finding->evidence = grown;
        finding->evidence_size = size;
    }
    char number[GM_HUMAN_SIZE];
    const char *bound = bind_names(facts, sql);
    double value = run_sql(facts, bound);
    g_autoptr(GString) sentence = g_string_new(text);
    g_string_replace(sentence, "%s", gm_human(number, value, unit), 1);
    finding->evidence[finding->n_evidence++] =
        (gm_evidence){refutes, value, gm_arena_strndup(facts->arena, sentence->str, sentence->len), unit, bound};
}

void gm_finding_evidence(const gm_facts *facts, gm_finding *finding, const char *unit, const char *text,
                         const char *sql) {
    add(facts, finding, false, unit, text, sql);
}

void gm_finding_refute(const gm_facts *facts, gm_finding *finding, const char *unit, const char *text,
                       const char *sql) {
    add(facts, finding, true, unit, text, sql);
}

void gm_finding_growth(const gm_facts *facts, gm_finding *finding, const char *bucket, const char *text) {
    add(facts, finding, false, "bytes", text,
        gm_facts_text(facts, "SELECT delta_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = '%s'",
                      bucket));
}

void gm_finding_slope(const gm_facts *facts, gm_finding *finding, const char *series, const char *text) {
    bool counts = strncmp(series, "goroutine", 9) == 0 || strcmp(series, "threads") == 0;
    add(facts, finding, false, counts ? "count/min" : "bytes/min", text,
        gm_facts_text(facts,
                      "SELECT slope_per_min FROM trend WHERE container_id = {c} AND life = {l} AND series = '%s'",
                      series));
}

/* A number that cannot be had says nothing. */
static void drop_unknown(gm_finding *finding) {
    size_t kept = 0;
    for (size_t i = 0; i < finding->n_evidence; i++)
        if (!isnan(finding->evidence[i].value) || finding->evidence[i].refutes)
            finding->evidence[kept++] = finding->evidence[i];
    finding->n_evidence = kept;
}

/* Two refuters drop a finding: it was looked at, and what speaks against it is in its evidence. */
void gm_finding_trust(const gm_facts *facts, gm_finding *finding) {
    drop_unknown(finding);
    if (finding->outcome != GM_FIRED) return;
    const gm_doubts *doubts = &facts->doubts;
    size_t refuters = 0;
    for (size_t i = 0; i < finding->n_evidence; i++) refuters += finding->evidence[i].refutes;
    finding->confidence -= (double)refuters * GM_LIMIT_OF(facts, REFUTER_PENALTY);
    bool trend = !isnan(finding->bytes_per_min) && !finding->by_report;
    if (trend && doubts->disagreement_pct > GM_LIMIT_OF(facts, DISAGREE_PCT))
        finding->confidence -= GM_LIMIT_OF(facts, DISAGREE_PENALTY);
    if (trend && doubts->residual_pct > GM_LIMIT_OF(facts, RESIDUAL_PCT))
        finding->confidence = fmin(finding->confidence, GM_LIMIT_OF(facts, RESIDUAL_CAP));
    if (trend && doubts->blind_s > 0) finding->confidence = fmin(finding->confidence, GM_LIMIT_OF(facts, BLIND_CAP));
    if (!finding->own_cap) finding->confidence = fmin(finding->confidence, facts->confidence_cap);
    finding->confidence = fmax(finding->confidence, 0);
    if (refuters < 2) return;
    finding->outcome = GM_CLEAN;
    finding->severity = GM_SEV_INFO;
    finding->summary = gm_facts_text(facts, "refuted by %zu findings: %s", refuters, finding->summary);
}

gm_outcome gm_not_applicable(gm_finding *finding, const char *missing) {
    finding->summary = missing;
    return GM_NOT_APPLICABLE;
}

gm_outcome gm_clean(gm_finding *finding, const char *summary) {
    finding->summary = summary;
    return GM_CLEAN;
}
