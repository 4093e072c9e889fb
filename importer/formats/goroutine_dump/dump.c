/* Keeps the goroutines of one dump and writes them.
 *
 * Filled by parser.c. Stacks are written as they come, since the incident shares them; the goroutines wait
 * until the dump is over, because the profile's row, which comes first, says how many they are. A log may
 * hold many dumps, so the tables are emptied and used again. */
#include "importer/formats/goroutine_dump/dump.h"

#include "importer/text/span.h"

#define WORDS       1024
#define FIRST_GOIDS 1024
/* Goroutine numbers come from the input: a search that takes longer is not worth it. */
#define PROBES_MAX 64

bool gm_dump_init(gm_dump *dump, gm_member *member, gm_goroutine_owner owner, void *context) {
    *dump = (gm_dump){
        .member = member, .owner = owner, .context = context, .goid_slots = FIRST_GOIDS, .last_ns = GM_UNKNOWN};
    dump->words = GM_ARENA_NEW(member->arena, gm_span, WORDS);
    dump->goids = GM_ARENA_NEW(member->arena, uint64_t, FIRST_GOIDS);
    gm_pprof_table_init(&dump->goroutines, member->arena, sizeof(gm_dump_goroutine));
    return dump->words && dump->goids;
}

void gm_dump_begin(gm_dump *dump, int64_t t_ns) {
    dump->t_ns = t_ns == dump->last_ns ? GM_UNKNOWN : t_ns;
    if (t_ns != GM_UNKNOWN) dump->last_ns = t_ns;
}

bool gm_dump_is_traceback(const gm_dump *dump) {
    if (dump->goroutines.count != 1) return false;
    const gm_dump_goroutine *only = gm_pprof_table_at(&dump->goroutines, 0);
    return gm_span_equal(only->header.state, GM_SPAN("running"));
}

gm_span gm_dump_word(gm_dump *dump, gm_span text) {
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < text.len; i++) hash = (hash ^ (uint8_t)text.data[i]) * 16777619U;
    gm_span *word = &dump->words[hash % WORDS];
    if (text.len == 0 || gm_span_equal(*word, text)) return text.len ? *word : text;
    gm_span copy = gm_arena_span(dump->member->arena, text);
    if (copy.data) *word = copy;
    dump->full = dump->full || !copy.data;
    return copy;
}

/* The slot of a goroutine, or a free one for it; NULL when neither is near. */
static uint64_t *goid_slot(uint64_t *goids, size_t slots, uint64_t goid) {
    uint64_t hash = goid * UINT64_C(0x9e3779b97f4a7c15);
    for (size_t i = 0; i < PROBES_MAX; i++) {
        uint64_t *slot = &goids[((hash >> 32) + i) & (slots - 1)];
        if (*slot == goid || *slot == 0) return slot;
    }
    return NULL;
}

bool gm_dump_has(const gm_dump *dump, int64_t goid) {
    const uint64_t *slot = goid_slot(dump->goids, dump->goid_slots, (uint64_t)goid);
    return goid > 0 && slot && *slot == (uint64_t)goid;
}

static void grow_goids(gm_dump *dump) {
    size_t slots = 2 * dump->goid_slots;
    uint64_t *goids = GM_ARENA_NEW(dump->member->arena, uint64_t, slots);
    if (!goids) return; /* then two dumps behind each other may look like one */
    for (size_t i = 0; i < dump->goid_slots; i++) {
        uint64_t *slot = dump->goids[i] ? goid_slot(goids, slots, dump->goids[i]) : NULL;
        if (slot) *slot = dump->goids[i];
    }
    dump->goids = goids;
    dump->goid_slots = slots;
}

static void note_goid(gm_dump *dump, int64_t goid) {
    if (2 * ++dump->goid_count > dump->goid_slots) grow_goids(dump);
    uint64_t *slot = goid_slot(dump->goids, dump->goid_slots, (uint64_t)goid);
    if (slot) *slot = (uint64_t)goid;
}

gm_status gm_dump_frame(gm_dump *dump, gm_span function, gm_span file, int64_t line) {
    if (dump->frame_count == GM_DUMP_FRAMES_MAX) {
        dump->deep = true;
        return GM_OK;
    }
    int64_t function_id = 0;
    gm_status status = gm_emit_function(dump->member->store, function, file, &function_id);
    if (status != GM_OK) return status;
    if (line <= 0) line = GM_UNKNOWN;
    return gm_emit_location(dump->member->store, function_id, line, &dump->frames[dump->frame_count++]);
}

gm_status gm_dump_goroutine_add(gm_dump *dump, const gm_goroutine_header *header, gm_span created_by) {
    int64_t stack_id = 0;
    size_t frames = dump->frame_count;
    dump->frame_count = 0;
    if (header->goid == 0) return GM_OK; /* the scheduler's own stack is no goroutine of the program */
    note_goid(dump, header->goid);
    gm_status status = gm_emit_stack(dump->member->store, dump->frames, frames, &stack_id);
    if (status != GM_OK) return status;
    gm_dump_goroutine *goroutine = gm_pprof_table_add(&dump->goroutines);
    if (goroutine) *goroutine = (gm_dump_goroutine){*header, created_by, stack_id};
    else dump->full = true;
    return GM_OK;
}

static gm_status emit_profile(const gm_dump *dump, int64_t *id) {
    gm_profile row = {.t_ns = dump->t_ns,
                      .duration_ns = GM_UNKNOWN,
                      .period = GM_UNKNOWN,
                      .kind = gm_dump_is_traceback(dump) ? GM_SPAN("traceback") : GM_SPAN("goroutine"),
                      .value_types = GM_SPAN("[\"goroutine/count\"]")};
    for (int c = 0; c < GM_VALUE_KINDS; c++) row.totals[c] = GM_UNKNOWN;
    row.totals[GM_VALUE_COUNT] = dump->goroutines.count;
    gm_status status = dump->owner(dump->context, &row.identity_id);
    if (status != GM_OK) return status;
    return gm_emit_profile(dump->member->store, &row, id);
}

static gm_status emit_goroutine(const gm_dump *dump, int64_t profile_id, const gm_dump_goroutine *goroutine) {
    gm_goroutine row = {.profile_id = profile_id,
                        .goid = goroutine->header.goid,
                        .wait_minutes = goroutine->header.wait_minutes,
                        .stack_id = goroutine->stack_id,
                        .state = goroutine->header.state,
                        .created_by = goroutine->created_by,
                        .locked = goroutine->header.locked};
    int64_t values[GM_VALUE_KINDS];
    for (int c = 0; c < GM_VALUE_KINDS; c++) values[c] = GM_UNKNOWN;
    values[GM_VALUE_COUNT] = 1;
    gm_status status = gm_emit_goroutine(dump->member->store, &row);
    if (status != GM_OK) return status;
    return gm_emit_profile_sample(dump->member->store, profile_id, goroutine->stack_id, values);
}

/* A large dump is often followed by small traces: they shall not pay for its set. */
static void empty(gm_dump *dump) {
    gm_pprof_table_clear(&dump->goroutines);
    uint64_t *small = NULL;
    if (16 * dump->goid_count < dump->goid_slots && dump->goid_slots > FIRST_GOIDS)
        small = GM_ARENA_NEW(dump->member->arena, uint64_t, FIRST_GOIDS);
    if (small) {
        dump->goids = small;
        dump->goid_slots = FIRST_GOIDS;
    } else {
        memset(dump->goids, 0, dump->goid_slots * sizeof *dump->goids);
    }
    dump->goid_count = 0;
    dump->deep = dump->full = false;
}

gm_status gm_dump_emit(gm_dump *dump) {
    int64_t profile_id;
    if (dump->deep)
        gm_member_diag(dump->member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "goroutine stacks deeper than %d frames were cut", GM_DUMP_FRAMES_MAX);
    if (dump->full)
        gm_member_diag(dump->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "the goroutine dump needs more memory than allowed: its rest was not kept");
    gm_status status = dump->goroutines.count ? emit_profile(dump, &profile_id) : GM_OK;
    for (uint32_t i = 0; i < dump->goroutines.count && status == GM_OK; i++)
        status = emit_goroutine(dump, profile_id, gm_pprof_table_at(&dump->goroutines, i));
    empty(dump);
    return status;
}
