/* Collects one profile from the fields of its member.
 *
 * Comes after wire.c and before resolve.c. Each message is decoded alone by the code that protoc-c made of
 * proto/profile.proto, in a scratch arena that is emptied after it; what is kept is smaller. Layout and rules
 * of validity: github.com/google/pprof, proto/profile.proto and profile/profile.go. */
#include "importer/formats/pprof/profile.h"

#include "importer/proto/profile.pb-c.h"

/* How much of the memory limit samples may take; the rest is for the names, which come last. */
#define SAMPLES_SHARE(limit) ((limit) / 2)

/* Field numbers of Profile. */
enum {
    SAMPLE_TYPE = 1,
    SAMPLE,
    MAPPING,
    LOCATION,
    FUNCTION,
    STRING_TABLE,
    TIME_NANOS = 9,
    DURATION_NANOS,
    PERIOD_TYPE,
    PERIOD,
    DEFAULT_SAMPLE_TYPE = 14
};

static void *scratch_alloc(void *arena, size_t size) {
    return gm_arena_alloc(arena, size);
}

static void scratch_free(void *arena, void *memory) {
    (void)arena, (void)memory;
}

bool gm_pprof_init(gm_pprof *profile, gm_member *member) {
    *profile = (gm_pprof){.member = member};
    profile->arena = gm_arena_new(member->limits->arena_bytes - SAMPLES_SHARE(member->limits->arena_bytes));
    profile->scratch = gm_arena_new(member->limits->arena_bytes);
    profile->allocator = (ProtobufCAllocator){scratch_alloc, scratch_free, profile->scratch};
    for (int i = 0; i < GM_PPROF_PROBLEMS; i++) profile->problem_offsets[i] = GM_UNKNOWN;
    if (!profile->arena || !profile->scratch) return false;
    gm_pprof_table_init(&profile->functions, profile->arena, sizeof(gm_pprof_function));
    gm_pprof_table_init(&profile->locations, profile->arena, sizeof(gm_pprof_location));
    gm_pprof_table_init(&profile->lines, profile->arena, sizeof(gm_pprof_line));
    gm_pprof_table_init(&profile->mappings, profile->arena, sizeof(gm_pprof_mapping));
    gm_pprof_table_init(&profile->strings, profile->arena, sizeof(gm_span));
    profile->plain = GM_ARENA_NEW(profile->arena, gm_pprof_plain, 1);
    return profile->plain &&
           gm_pprof_samples_init(&profile->samples, profile->arena, SAMPLES_SHARE(member->limits->arena_bytes));
}

void gm_pprof_release(gm_pprof *profile) {
    gm_pprof_samples_release(&profile->samples);
    gm_arena_free(profile->arena);
    gm_arena_free(profile->scratch);
    *profile = (gm_pprof){.member = NULL};
}

void gm_pprof_bad(gm_pprof *profile, gm_pprof_problem problem, int64_t offset) {
    if (profile->problems[problem]++ == 0) profile->problem_offsets[problem] = offset;
}

static gm_pprof_string string_of(int64_t index) {
    return index >= 0 && index < UINT32_MAX ? (gm_pprof_string)index : UINT32_MAX;
}

/* An element at the end of a table; when memory is out, the rest of the profile goes unread. */
static void *add(gm_pprof *profile, gm_pprof_table *table) {
    void *element = gm_pprof_table_add(table);
    if (!element) profile->full = true;
    return element;
}

#define UNPACK(profile, message, bytes) \
    pprof__##message##__unpack(&(profile)->allocator, (bytes).len, (const uint8_t *)(bytes).data)

static bool take_type(gm_pprof *profile, const gm_pprof_field *field) {
    Pprof__ValueType *type = UNPACK(profile, value_type, field->bytes);
    if (!type) return false;
    gm_pprof_type taken = {string_of(type->type), string_of(type->unit)};
    if (field->number == PERIOD_TYPE) {
        profile->period_type = taken.type;
        profile->period_type_seen = true;
    } else if (profile->type_count < GM_PPROF_TYPES_MAX) {
        profile->types[profile->type_count++] = taken;
    } else {
        gm_pprof_bad(profile, GM_PPROF_BAD_TYPES, field->offset);
    }
    return true;
}

static void note_label_key(gm_pprof *profile, gm_pprof_string key) {
    for (size_t i = 0; i < profile->label_key_count; i++)
        if (profile->label_keys[i] == key) return;
    if (profile->label_key_count < GM_PPROF_LABEL_KEYS_MAX) profile->label_keys[profile->label_key_count++] = key;
}

static void keep_sample(gm_pprof *profile, const gm_pprof_field *field, gm_pprof_sample kept) {
    if (kept.depth > GM_PPROF_DEPTH_MAX) {
        gm_pprof_bad(profile, GM_PPROF_BAD_DEPTH, field->offset);
        kept.depth = GM_PPROF_DEPTH_MAX;
    }
    if (kept.value_count > GM_PPROF_VALUES_MAX) gm_pprof_bad(profile, GM_PPROF_BAD_VALUES, field->offset);
    else if (!gm_pprof_samples_add(&profile->samples, &kept)) gm_pprof_bad(profile, GM_PPROF_BAD_MEMORY, field->offset);
}

static bool take_sample(gm_pprof *profile, const gm_pprof_field *field) {
    gm_pprof_plain *plain = profile->plain;
    if (gm_pprof_plain_read(field->bytes, plain)) {
        for (size_t i = 0; i < plain->label_count; i++) note_label_key(profile, string_of(plain->label_keys[i]));
        keep_sample(profile, field,
                    (gm_pprof_sample){plain->location_ids, plain->depth, plain->values, plain->value_count, 0});
        return true;
    }
    Pprof__Sample *sample = UNPACK(profile, sample, field->bytes);
    if (!sample) return false;
    for (size_t i = 0; i < sample->n_label; i++) note_label_key(profile, string_of(sample->label[i]->key));
    keep_sample(profile, field,
                (gm_pprof_sample){sample->location_id, sample->n_location_id, sample->value, sample->n_value, 0});
    return true;
}

static bool take_mapping(gm_pprof *profile, const gm_pprof_field *field) {
    Pprof__Mapping *mapping = UNPACK(profile, mapping, field->bytes);
    if (!mapping) return false;
    gm_pprof_mapping *to = add(profile, &profile->mappings);
    if (to) *to = (gm_pprof_mapping){mapping->id, string_of(mapping->filename), string_of(mapping->build_id)};
    return true;
}

static void keep_location(gm_pprof *profile, gm_pprof_location location, const gm_pprof_line *lines, size_t n) {
    location.first_line = profile->lines.count;
    location.lines = n ? (uint32_t)n : 1;
    for (size_t i = 0; i < location.lines; i++) {
        gm_pprof_line *line = add(profile, &profile->lines);
        if (!line) return;
        if (i < n) *line = lines[i];
    }
    gm_pprof_location *to = add(profile, &profile->locations);
    if (to) *to = location;
}

static bool take_location(gm_pprof *profile, const gm_pprof_field *field) {
    gm_pprof_plain_location plain;
    if (gm_pprof_plain_read_location(field->bytes, &plain)) {
        keep_location(profile, (gm_pprof_location){plain.id, plain.mapping_id, plain.address, 0, 0}, plain.lines,
                      plain.line_count);
        return true;
    }
    Pprof__Location *location = UNPACK(profile, location, field->bytes);
    gm_pprof_line *lines = location ? GM_ARENA_NEW(profile->scratch, gm_pprof_line, location->n_line + 1) : NULL;
    if (!lines) return false;
    for (size_t i = 0; i < location->n_line; i++)
        lines[i] = (gm_pprof_line){location->line[i]->function_id, location->line[i]->line, 0};
    keep_location(profile, (gm_pprof_location){location->id, location->mapping_id, location->address, 0, 0}, lines,
                  location->n_line);
    return true;
}

static void keep_function(gm_pprof *profile, gm_pprof_function function) {
    gm_pprof_function *to = add(profile, &profile->functions);
    if (to) *to = function;
}

static bool take_function(gm_pprof *profile, const gm_pprof_field *field) {
    enum { ID = 1, NAME, SYSTEM_NAME, FILENAME, START_LINE };
    uint64_t plain[START_LINE + 1];
    if (gm_pprof_plain_numbers(field->bytes, plain, START_LINE)) {
        keep_function(profile, (gm_pprof_function){plain[ID], string_of((int64_t)plain[NAME]),
                                                   string_of((int64_t)plain[SYSTEM_NAME]),
                                                   string_of((int64_t)plain[FILENAME]), 0});
        return true;
    }
    Pprof__Function *function = UNPACK(profile, function, field->bytes);
    if (!function) return false;
    keep_function(profile, (gm_pprof_function){function->id, string_of(function->name),
                                               string_of(function->system_name), string_of(function->filename), 0});
    return true;
}

/* A name that is too long keeps its beginning. */
static bool take_string(gm_pprof *profile, const gm_pprof_field *field) {
    size_t limit = profile->member->limits->string_bytes;
    gm_span text = {field->bytes.data, field->bytes.len < limit ? field->bytes.len : limit};
    if (profile->strings.count >= profile->member->limits->strings) {
        gm_pprof_bad(profile, GM_PPROF_BAD_STRINGS, field->offset);
        return true;
    }
    gm_span *to = add(profile, &profile->strings);
    if (!to || text.len == 0) return true;
    *to = gm_arena_span(profile->arena, text);
    if (!to->data) profile->full = true;
    return true;
}

static bool take_message(gm_pprof *profile, const gm_pprof_field *field) {
    if (field->number == STRING_TABLE) return take_string(profile, field);
    if (field->cut) return false;
    switch (field->number) {
    case SAMPLE_TYPE:
    case PERIOD_TYPE: return take_type(profile, field);
    case SAMPLE: return take_sample(profile, field);
    case MAPPING: return take_mapping(profile, field);
    case LOCATION: return take_location(profile, field);
    case FUNCTION: return take_function(profile, field);
    default: return true;
    }
}

static void take_number(gm_pprof *profile, const gm_pprof_field *field) {
    int64_t value = (int64_t)field->value;
    switch (field->number) {
    case TIME_NANOS:
        profile->time_ns = value;
        profile->time_seen = true;
        break;
    case DURATION_NANOS: profile->duration_ns = value; break;
    case PERIOD: profile->period = value; break;
    case DEFAULT_SAMPLE_TYPE: profile->default_type = string_of(value); break;
    default: break;
    }
}

/* Two profiles behind each other: what may stand once comes again, or types come after their samples. */
static bool begins_another(const gm_pprof *profile, const gm_pprof_field *field) {
    switch (field->number) {
    case TIME_NANOS: return profile->time_seen;
    case PERIOD_TYPE: return profile->period_type_seen;
    case SAMPLE_TYPE: return profile->type_count > 0 && (profile->samples.count > 0 || profile->strings.count > 0);
    default: return false;
    }
}

static void take_field(gm_pprof *profile, const gm_pprof_field *field) {
    const ProtobufCMessageDescriptor *layout = &pprof__profile__descriptor;
    if (!protobuf_c_message_descriptor_get_field(layout, field->number)) return; /* of a later version */
    bool taken = gm_pprof_wire_type_fits(layout, field->number, field->type);
    if (taken && field->type == 2) taken = take_message(profile, field);
    else if (taken) take_number(profile, field);
    if (!taken) {
        gm_pprof_bad(profile, GM_PPROF_BAD_MESSAGE, field->offset);
        if (field->number == SAMPLE) gm_emit_rejected(profile->member->store, 1);
    }
    gm_arena_reset(profile->scratch);
}

gm_status gm_pprof_read(gm_pprof *profile, gm_pprof_wire *wire) {
    gm_pprof_field field;
    gm_status status;
    while ((status = gm_pprof_wire_next(wire, &field)) == GM_OK) {
        if (begins_another(profile, &field)) {
            gm_pprof_wire_back(wire, &field);
            return GM_OK;
        }
        take_field(profile, &field);
        if (!profile->full) continue;
        gm_member_diag(
            profile->member, GM_SEVERITY_ERROR, GM_UNKNOWN, field.offset,
            "the profile needs more memory than a parser may have (%zu bytes), the rest was not read" GM_RAISES,
            profile->member->limits->arena_bytes, GM_RAISED_BY(memory));
        return GM_DAMAGED;
    }
    return status;
}
