/* Writes a text profile once its last line is read: the row with the totals, the samples, the statistics.
 *
 * Comes after text.c and the forms. Bare addresses are named here, when the memory map behind the samples is
 * known. */
#include <inttypes.h>

#include "importer/formats/pprof/totals.h"
#include "importer/formats/pprof_text/text.h"

/* When it was: the name knows the moment of the capture, unless it says a time before the last collection,
 * which only a clock of another zone can. */
static int64_t time_of(gm_text_profile *profile) {
    gm_member *member = profile->member;
    int64_t last_gc = profile->memstats.last_gc_ns;
    if (member->path_ns != GM_UNKNOWN && (last_gc == GM_UNKNOWN || member->path_ns >= last_gc)) {
        member->time_source = member->path_ns_source;
        return member->path_ns;
    }
    if (last_gc != GM_UNKNOWN) member->time_source = "content";
    return last_gc;
}

static gm_status emit_addresses(gm_text_profile *profile, const gm_text_sample *sample, int64_t *stack_id) {
    gm_store *store = profile->member->store;
    gm_status status = GM_OK;
    for (uint32_t i = 0; i < sample->address_count && status == GM_OK; i++) {
        char name[24];
        int64_t function_id = 0;
        int n = snprintf(name, sizeof name, "0x%" PRIx64, sample->addresses[i]);
        gm_span file = gm_text_maps_find(&profile->maps, sample->addresses[i]);
        status = gm_emit_function(store, (gm_span){name, (size_t)n}, file, &function_id);
        if (status == GM_OK) status = gm_emit_location(store, function_id, GM_UNKNOWN, &profile->frames[i]);
    }
    if (status != GM_OK) return status;
    return gm_emit_stack(store, profile->frames, sample->address_count, stack_id);
}

static gm_status emit_samples(gm_text_profile *profile, const gm_pprof_totals *totals, int64_t profile_id) {
    gm_status status = GM_OK;
    for (uint32_t i = 0; i < profile->samples.count && status == GM_OK; i++) {
        gm_text_sample *sample = gm_pprof_table_at(&profile->samples, i);
        gm_pprof_totals_mask(totals, sample->values);
        if (sample->stack_id == GM_UNKNOWN) status = emit_addresses(profile, sample, &sample->stack_id);
        if (status == GM_OK)
            status = gm_emit_profile_sample(profile->member->store, profile_id, sample->stack_id, sample->values);
    }
    return status;
}

static gm_status emit_profile(gm_text_profile *profile, gm_pprof_totals *totals, int64_t identity_id, int64_t t_ns) {
    gm_profile row = {.identity_id = identity_id,
                      .t_ns = t_ns,
                      .duration_ns = profile->duration_ns,
                      .period = profile->period,
                      .kind = profile->kind,
                      .value_types = gm_span_of(profile->value_types),
                      .binary = gm_text_maps_first(&profile->maps)};
    int64_t id;
    if (gm_pprof_totals_get(totals, row.totals) > 0)
        gm_member_diag(profile->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "sums beyond 64 bits are left unknown");
    int64_t count = row.totals[GM_VALUE_COUNT];
    if (profile->expected != GM_UNKNOWN && count != GM_UNKNOWN && count != profile->expected)
        gm_member_diag(profile->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "the samples add up to %" PRId64 ", the headline says %" PRId64, count, profile->expected);
    gm_status status = gm_emit_profile(profile->member->store, &row, &id);
    return status == GM_OK ? emit_samples(profile, totals, id) : status;
}

static void report(gm_text_profile *profile) {
    if (profile->deep)
        gm_member_diag(profile->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "stacks deeper than %d frames were cut at the root", GM_TEXT_FRAMES_MAX);
    if (profile->full)
        gm_member_diag(profile->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "the profile needs more memory than allowed: samples were lost");
}

gm_status gm_text_finish(gm_text_profile *profile) {
    gm_pprof_totals totals = {.lost = {false}};
    int64_t identity_id, t_ns;
    gm_text_sample_end(profile);
    if (profile->status != GM_OK) return profile->status;
    gm_text_maps_sort(&profile->maps, profile->member->arena);
    memcpy(totals.used, profile->columns, sizeof totals.used);
    for (uint32_t i = 0; i < profile->samples.count; i++)
        gm_pprof_totals_add(&totals, ((gm_text_sample *)gm_pprof_table_at(&profile->samples, i))->values);
    report(profile);
    t_ns = time_of(profile);
    gm_status status = gm_member_identity(profile->member, &identity_id);
    if (status == GM_OK) status = emit_profile(profile, &totals, identity_id, t_ns);
    if (status == GM_OK) status = gm_memstats_emit(&profile->memstats, profile->member, identity_id, t_ns);
    return status;
}
