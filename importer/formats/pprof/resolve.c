/* Turns locations and functions of a profile into rows that all profiles of the incident share.
 *
 * Comes after decode.c; emit.c asks it for one stack after the other. A location may stand for several frames
 * (inlined calls); one without lines is named by its address, so that stacks stay comparable within a binary.
 * Rows are written when a stack first needs them. */
#include "importer/formats/pprof/resolve.h"

static bool make_index(gm_pprof *profile, gm_pprof_index *index, const gm_pprof_table *table) {
    int64_t bad = 0;
    bool made = gm_pprof_index_make(index, table, &bad);
    for (; bad > 0; bad--) gm_pprof_bad(profile, GM_PPROF_BAD_ID, GM_UNKNOWN);
    return made;
}

bool gm_pprof_resolver_init(gm_pprof_resolver *resolver, gm_pprof *profile) {
    *resolver = (gm_pprof_resolver){.profile = profile};
    resolver->rows = GM_ARENA_NEW(profile->arena, int64_t, GM_PPROF_DEPTH_MAX);
    resolver->ends = GM_ARENA_NEW(profile->arena, uint32_t, GM_PPROF_DEPTH_MAX);
    if (!resolver->rows || !resolver->ends || !make_index(profile, &resolver->functions, &profile->functions) ||
        !make_index(profile, &resolver->locations, &profile->locations) ||
        !make_index(profile, &resolver->mappings, &profile->mappings))
        return false;
    const gm_pprof_index *locations = &resolver->locations;
    resolver->single =
        GM_ARENA_NEW(profile->arena, uint32_t, locations->direct ? locations->direct_size : profile->locations.count);
    resolver->all_known =
        locations->gapless && profile->samples.lowest_id > 0 && profile->samples.highest_id < locations->direct_size;
    return resolver->single != NULL;
}

bool gm_pprof_resolver_knows(gm_pprof_resolver *resolver, const gm_pprof_sample *sample) {
    if (resolver->resolved > sample->shared) resolver->resolved = sample->shared;
    if (resolver->all_known) return true;
    if (resolver->known > sample->shared) resolver->known = sample->shared;
    for (; resolver->known < sample->depth; resolver->known++) {
        uint64_t id = sample->location_ids[resolver->known];
        if (gm_pprof_index_find(&resolver->locations, id) == GM_PPROF_NONE) return false;
    }
    return true;
}

/* The function of a frame that has no name: its address, in the file that is mapped there. */
static gm_status emit_address(gm_pprof_resolver *resolver, const gm_pprof_location *location, int64_t *row) {
    char name[24];
    int n = snprintf(name, sizeof name, "0x%llx", (unsigned long long)location->address);
    gm_span file = {NULL, 0};
    uint32_t at = gm_pprof_index_find(&resolver->mappings, location->mapping_id);
    if (at != GM_PPROF_NONE) {
        const gm_pprof_mapping *mapping = gm_pprof_table_at(&resolver->profile->mappings, at);
        file = gm_pprof_text(resolver->profile, mapping->file);
    } else if (location->mapping_id != 0) {
        gm_pprof_bad(resolver->profile, GM_PPROF_BAD_MAPPING, GM_UNKNOWN);
    }
    return gm_emit_function(resolver->profile->member->store, (gm_span){name, (size_t)n}, file, row);
}

static gm_span function_name(const gm_pprof *profile, const gm_pprof_function *function) {
    gm_span name = gm_pprof_text(profile, function->name);
    return name.len ? name : gm_pprof_text(profile, function->system_name);
}

static gm_status emit_function(gm_pprof_resolver *resolver, const gm_pprof_location *location, uint64_t function_id,
                               int64_t *row) {
    gm_pprof *profile = resolver->profile;
    uint32_t at = gm_pprof_index_find(&resolver->functions, function_id);
    if (at == GM_PPROF_NONE) {
        if (function_id != 0) gm_pprof_bad(profile, GM_PPROF_BAD_FUNCTION, GM_UNKNOWN);
        return emit_address(resolver, location, row);
    }
    gm_pprof_function *function = gm_pprof_table_at(&profile->functions, at);
    gm_span name = function_name(profile, function);
    if (name.len == 0) return emit_address(resolver, location, row);
    gm_status status = GM_OK;
    if (function->row == 0)
        status = gm_emit_function(profile->member->store, name, gm_pprof_text(profile, function->file), &function->row);
    *row = function->row;
    return status;
}

static gm_status emit_line(gm_pprof_resolver *resolver, const gm_pprof_location *location, gm_pprof_line *line) {
    int64_t function = 0;
    gm_status status = emit_function(resolver, location, line->function_id, &function);
    if (status != GM_OK) return status;
    int64_t number = line->line > 0 ? line->line : GM_UNKNOWN;
    return gm_emit_location(resolver->profile->member->store, function, number, &line->row);
}

/* Rows stand leaf first and the root's at the end of the array, so that those of the next stack go before it. */
static void add_row(gm_pprof_resolver *resolver, int64_t row, size_t *n) {
    resolver->rows[GM_PPROF_DEPTH_MAX - ++*n] = row;
}

/* Adds the frames of a location, the outermost first. GM_END: there is no room for all of them. */
static gm_status add_frames(gm_pprof_resolver *resolver, uint64_t id, uint32_t *single, size_t *n) {
    gm_pprof *profile = resolver->profile;
    uint32_t at = gm_pprof_index_find(&resolver->locations, id);
    const gm_pprof_location *location = gm_pprof_table_at(&profile->locations, at);
    for (uint32_t k = location->lines; k-- > 0;) {
        gm_pprof_line *line = gm_pprof_table_at(&profile->lines, location->first_line + k);
        gm_status status = line->row ? GM_OK : emit_line(resolver, location, line);
        if (status != GM_OK) return status;
        if (*n == GM_PPROF_DEPTH_MAX) return GM_END;
        add_row(resolver, line->row, n);
        if (location->lines == 1 && line->row <= UINT32_MAX) *single = (uint32_t)line->row;
    }
    return GM_OK;
}

static gm_status add_location(gm_pprof_resolver *resolver, uint64_t id, size_t *n) {
    const gm_pprof_index *locations = &resolver->locations;
    uint32_t *single = resolver->single + (locations->direct ? id : gm_pprof_index_find(locations, id));
    if (*single == 0 || *n == GM_PPROF_DEPTH_MAX) return add_frames(resolver, id, single, n);
    add_row(resolver, *single, n);
    return GM_OK;
}

gm_status gm_pprof_stack_emit(gm_pprof_resolver *resolver, const gm_pprof_sample *sample, int64_t *stack_id) {
    size_t n = resolver->resolved ? resolver->ends[resolver->resolved - 1] : 0;
    gm_status status = GM_OK;
    while (resolver->resolved < sample->depth && status == GM_OK) {
        status = add_location(resolver, sample->location_ids[resolver->resolved], &n);
        if (status == GM_OK) resolver->ends[resolver->resolved++] = (uint32_t)n;
    }
    if (status == GM_END) gm_pprof_bad(resolver->profile, GM_PPROF_BAD_DEPTH, GM_UNKNOWN);
    if (status != GM_OK && status != GM_END) return status;
    return gm_emit_stack(resolver->profile->member->store, resolver->rows + GM_PPROF_DEPTH_MAX - n, n, stack_id);
}
