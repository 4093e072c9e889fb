/* Writes a collected profile: its row with the totals, its samples, and what was wrong with it.
 *
 * The end of the flow: decode.c has collected, resolve.c gives the stacks. The samples are gone through
 * twice, because the profile's row carries their totals and has to be there before them. Labels are summed
 * away: the store adds up what it is given for one stack. */
#include "importer/formats/pprof/resolve.h"
#include "importer/formats/pprof/totals.h"

typedef struct {
    gm_pprof_resolver resolver;
    gm_pprof_columns columns;
    gm_pprof_cursor cursor;
    gm_pprof_totals totals;
    bool negative;
} emitter;

gm_span gm_pprof_text(const gm_pprof *profile, gm_pprof_string string) {
    if (string >= profile->strings.count) return (gm_span){NULL, 0};
    return *(const gm_span *)gm_pprof_table_at(&profile->strings, string);
}

static void check_string(gm_pprof *profile, gm_pprof_string string) {
    if (string != 0 && string >= profile->strings.count) gm_pprof_bad(profile, GM_PPROF_BAD_STRING, GM_UNKNOWN);
}

static void check_strings(gm_pprof *profile) {
    for (size_t i = 0; i < profile->type_count; i++) {
        check_string(profile, profile->types[i].type);
        check_string(profile, profile->types[i].unit);
    }
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        const gm_pprof_function *function = gm_pprof_table_at(&profile->functions, i);
        check_string(profile, function->name);
        check_string(profile, function->file);
    }
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        const gm_pprof_mapping *mapping = gm_pprof_table_at(&profile->mappings, i);
        check_string(profile, mapping->file);
        check_string(profile, mapping->build_id);
    }
    if (gm_pprof_text(profile, 0).len > 0) gm_pprof_bad(profile, GM_PPROF_BAD_FIRST_STRING, GM_UNKNOWN);
}

/* The values by column. False: one of them does not fit. INT64_MIN is refused too: it would read as unknown.
 */
static bool values_of(const emitter *e, const gm_pprof_sample *sample, int64_t values[GM_VALUE_KINDS]) {
    for (int c = 0; c < GM_VALUE_KINDS; c++) {
        values[c] = GM_UNKNOWN;
        if (e->columns.value_of[c] < 0) continue;
        if (__builtin_mul_overflow(sample->values[e->columns.value_of[c]], e->columns.scale[c], &values[c]))
            return false;
        if (values[c] == GM_UNKNOWN) return false;
    }
    return true;
}

/* What speaks against a sample, or GM_PPROF_PROBLEMS. */
static gm_pprof_problem problem_of(emitter *e, const gm_pprof_sample *sample, int64_t values[GM_VALUE_KINDS]) {
    if (!gm_pprof_resolver_knows(&e->resolver, sample)) return GM_PPROF_BAD_LOCATION;
    if (sample->value_count != e->resolver.profile->type_count) return GM_PPROF_BAD_VALUES;
    return values_of(e, sample, values) ? GM_PPROF_PROBLEMS : GM_PPROF_BAD_RANGE;
}

static void add_up(emitter *e) {
    gm_pprof_sample sample;
    int64_t values[GM_VALUE_KINDS];
    for (int c = 0; c < GM_VALUE_KINDS; c++) e->totals.used[c] = e->columns.value_of[c] >= 0;
    gm_pprof_cursor_init(&e->cursor, &e->resolver.profile->samples,
                         e->resolver.all_known ? GM_PPROF_VALUES_ONLY : GM_PPROF_WHOLE);
    while (gm_pprof_cursor_next(&e->cursor, &sample)) {
        gm_pprof_problem problem = problem_of(e, &sample, values);
        if (problem != GM_PPROF_PROBLEMS) {
            gm_pprof_bad(e->resolver.profile, problem, GM_UNKNOWN);
            continue;
        }
        for (int c = 0; c < GM_VALUE_KINDS; c++)
            e->negative = e->negative || (values[c] != GM_UNKNOWN && values[c] < 0);
        gm_pprof_totals_add(&e->totals, values);
    }
}

static gm_status emit_profile(emitter *e, int64_t *id) {
    gm_pprof *profile = e->resolver.profile;
    gm_member *member = profile->member;
    gm_profile row = {.t_ns = member->path_ns, .duration_ns = GM_UNKNOWN, .period = GM_UNKNOWN};
    gm_status status = gm_member_identity(member, &row.identity_id);
    if (status != GM_OK) return status;
    if (profile->time_ns > 0) row.t_ns = profile->time_ns;
    if (row.t_ns != GM_UNKNOWN) member->time_source = profile->time_ns > 0 ? "content" : member->path_ns_source;
    if (profile->duration_ns > 0) row.duration_ns = profile->duration_ns;
    if (profile->period > 0) row.period = profile->period;
    if (profile->mappings.count > 0) {
        const gm_pprof_mapping *program = gm_pprof_table_at(&profile->mappings, 0);
        row.binary = gm_pprof_text(profile, program->file);
        row.build_id = gm_pprof_text(profile, program->build_id);
    }
    row.kind = gm_pprof_kind(profile);
    row.value_types = gm_pprof_value_types(profile, profile->arena);
    row.is_delta = e->negative || gm_pprof_is_delta(profile);
    for (int lost = gm_pprof_totals_get(&e->totals, row.totals); lost > 0; lost--)
        gm_pprof_bad(profile, GM_PPROF_BAD_TOTAL, GM_UNKNOWN);
    return gm_emit_profile(member->store, &row, id);
}

static gm_status emit_samples(emitter *e, int64_t profile_id) {
    gm_store *store = e->resolver.profile->member->store;
    gm_pprof_sample sample;
    int64_t values[GM_VALUE_KINDS], stack_id;
    gm_pprof_cursor_init(&e->cursor, &e->resolver.profile->samples, GM_PPROF_LAST);
    while (gm_pprof_cursor_next(&e->cursor, &sample)) {
        if (problem_of(e, &sample, values) != GM_PPROF_PROBLEMS) continue;
        gm_pprof_totals_mask(&e->totals, values);
        gm_status status = gm_pprof_stack_emit(&e->resolver, &sample, &stack_id);
        if (status == GM_OK) status = gm_emit_profile_sample(store, profile_id, stack_id, values);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static void report_problems(gm_pprof *profile) {
    static const char *const texts[] = {
#define GM_PPROF_PROBLEM(symbol, text) text,
#include "importer/formats/pprof/problems.def"
#undef GM_PPROF_PROBLEM
    };
    const int64_t *n = profile->problems;
    for (int i = 0; i < GM_PPROF_PROBLEMS; i++)
        if (n[i] > 0)
            gm_member_diag(profile->member, GM_SEVERITY_WARNING, GM_UNKNOWN, profile->problem_offsets[i], "%lld %s",
                           (long long)n[i], texts[i]);
    gm_emit_rejected(profile->member->store, n[GM_PPROF_BAD_VALUES] + n[GM_PPROF_BAD_LOCATION] + n[GM_PPROF_BAD_RANGE] +
                                                 n[GM_PPROF_BAD_MEMORY]);
}

/* A profile whose types have no names (its string table is lost) says nothing: what would the numbers be? */
static bool has_meaning(const gm_pprof *profile) {
    for (size_t i = 0; i < profile->type_count; i++)
        if (gm_pprof_text(profile, profile->types[i].type).len > 0) return true;
    return false;
}

static bool has_column(const emitter *e) {
    for (int c = 0; c < GM_VALUE_KINDS; c++)
        if (e->columns.value_of[c] >= 0) return true;
    return false;
}

static gm_status emit_rows(emitter *e) {
    gm_pprof *profile = e->resolver.profile;
    int64_t id;
    e->columns = gm_pprof_columns_of(profile);
    add_up(e);
    gm_status status = emit_profile(e, &id);
    if (status != GM_OK) return status;
    if (has_column(e)) return emit_samples(e, id);
    gm_emit_left_out(profile->member->store, GM_LEFT_OUTSIDE, profile->samples.count);
    gm_member_diag(profile->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                   "no value of this profile is a count, bytes of heap or a time: only its types are kept");
    return GM_OK;
}

gm_status gm_pprof_emit(gm_pprof *profile) {
    gm_status status = GM_DAMAGED;
    check_strings(profile);
    if (!has_meaning(profile)) {
        gm_emit_rejected(profile->member->store, profile->samples.count);
        gm_member_diag(profile->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "the profile does not say what its %lld sample(s) measure", (long long)profile->samples.count);
    } else {
        emitter *e = GM_ARENA_NEW(profile->arena, emitter, 1);
        if (e && gm_pprof_resolver_init(&e->resolver, profile)) status = emit_rows(e);
        else
            gm_member_diag(profile->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                           "the profile needs more memory than allowed: nothing was kept");
    }
    report_problems(profile);
    return status;
}
