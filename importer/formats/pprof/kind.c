/* What a profile measures: its kind, which value fills which column, whether it is a difference.
 *
 * Used by resolve.c when the names are known. The kinds that Go writes are told apart by their sample types
 * (runtime/pprof); allocs and heap, block and mutex look alike, and there the default type or the file name
 * decides. */
#include "importer/formats/pprof/names.h"
#include "importer/formats/pprof/profile.h"

typedef struct {
    const char *type; /* NULL: any */
    const char *unit;
    gm_value_kind column;
    int64_t scale;
} column_rule;

/* The first value that fits fills the column. objects and space are what pprof makes of C++ heap profiles. */
static const column_rule rules[] = {
    {"alloc_objects", "count", GM_VALUE_ALLOC_OBJECTS, 1},
    {"alloc_space", "bytes", GM_VALUE_ALLOC_BYTES, 1},
    {"inuse_objects", "count", GM_VALUE_INUSE_OBJECTS, 1},
    {"inuse_space", "bytes", GM_VALUE_INUSE_BYTES, 1},
    {"objects", "count", GM_VALUE_INUSE_OBJECTS, 1},
    {"space", "bytes", GM_VALUE_INUSE_BYTES, 1},
    {NULL, "count", GM_VALUE_COUNT, 1},
    {NULL, "nanoseconds", GM_VALUE_NANOSECONDS, 1},
    {NULL, "microseconds", GM_VALUE_NANOSECONDS, 1000},
    {NULL, "milliseconds", GM_VALUE_NANOSECONDS, 1000000},
    {NULL, "seconds", GM_VALUE_NANOSECONDS, GM_NS_PER_S},
};

static bool is(const gm_pprof *profile, gm_pprof_string string, const char *word) {
    return gm_span_equal(gm_pprof_text(profile, string), gm_span_of(word));
}

gm_pprof_columns gm_pprof_columns_of(const gm_pprof *profile) {
    gm_pprof_columns columns = {.scale = {0}};
    for (int i = 0; i < GM_VALUE_KINDS; i++) columns.value_of[i] = -1;
    for (size_t i = 0; i < profile->type_count; i++) {
        const gm_pprof_type *type = &profile->types[i];
        for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
            const column_rule *rule = &rules[r];
            if ((rule->type && !is(profile, type->type, rule->type)) || !is(profile, type->unit, rule->unit)) continue;
            if (columns.value_of[rule->column] < 0) {
                columns.value_of[rule->column] = (int)i;
                columns.scale[rule->column] = rule->scale;
            }
            break;
        }
    }
    return columns;
}

static bool has_type(const gm_pprof *profile, const char *word) {
    for (size_t i = 0; i < profile->type_count; i++)
        if (is(profile, profile->types[i].type, word)) return true;
    return false;
}

static gm_span heap_kind(const gm_pprof *profile) {
    bool inuse = has_type(profile, "inuse_space") || has_type(profile, "inuse_objects");
    bool allocs = is(profile, profile->default_type, "alloc_space") || !inuse ||
                  gm_pprof_path_says(profile->member->path, "allocs");
    return allocs ? GM_SPAN("allocs") : GM_SPAN("heap");
}

static gm_span wait_kind(const gm_pprof *profile, gm_span as_written) {
    if (gm_pprof_path_says(profile->member->path, "mutex")) return GM_SPAN("mutex");
    if (gm_pprof_path_says(profile->member->path, "block")) return GM_SPAN("block");
    return as_written;
}

gm_span gm_pprof_kind(const gm_pprof *profile) {
    static const char *const heap_types[] = {"inuse_space", "inuse_objects", "alloc_space", "alloc_objects"};
    for (size_t i = 0; i < sizeof heap_types / sizeof *heap_types; i++)
        if (has_type(profile, heap_types[i])) return heap_kind(profile);
    gm_span first = profile->type_count ? gm_pprof_text(profile, profile->types[0].type) : (gm_span){NULL, 0};
    if (has_type(profile, "contentions") && has_type(profile, "delay")) return wait_kind(profile, first);
    if (has_type(profile, "cpu") || is(profile, profile->period_type, "cpu")) return GM_SPAN("cpu");
    if (is(profile, profile->period_type, "wallclock")) return GM_SPAN("fgprof");
    return first.len ? first : GM_SPAN("unknown");
}

bool gm_pprof_is_delta(const gm_pprof *profile) {
    for (size_t i = 0; i < profile->label_key_count; i++)
        if (is(profile, profile->label_keys[i], "pprof::base")) return true;
    return gm_pprof_name_says(profile->member->path, "delta");
}

/* Room for text within a JSON string: six bytes for one at the worst. */
static size_t put_escaped(char *to, gm_span text) {
    static const char digits[] = "0123456789abcdef";
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.data[i];
        if (byte < 0x20) {
            memcpy(to + n, "\\u00", 4);
            to[n + 4] = digits[byte >> 4];
            to[n + 5] = digits[byte & 15];
            n += 6;
            continue;
        }
        if (byte == '"' || byte == '\\') to[n++] = '\\';
        to[n++] = (char)byte;
    }
    return n;
}

gm_span gm_pprof_value_types(const gm_pprof *profile, gm_arena *arena) {
    size_t size = 3, n = 0;
    for (size_t i = 0; i < profile->type_count; i++)
        size += 6 * (gm_pprof_text(profile, profile->types[i].type).len +
                     gm_pprof_text(profile, profile->types[i].unit).len) +
                4;
    char *text = gm_arena_alloc(arena, size);
    if (!text) return GM_SPAN("[]");
    text[n++] = '[';
    for (size_t i = 0; i < profile->type_count; i++) {
        if (i > 0) text[n++] = ',';
        text[n++] = '"';
        n += put_escaped(text + n, gm_pprof_text(profile, profile->types[i].type));
        text[n++] = '/';
        n += put_escaped(text + n, gm_pprof_text(profile, profile->types[i].unit));
        text[n++] = '"';
    }
    text[n++] = ']';
    return (gm_span){text, n};
}
