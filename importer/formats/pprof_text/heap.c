/* Heap profiles as text: Go's heap?debug=1, gperftools' heap, growth and fragmentation profiles.
 *
 * One of the forms of pprof_text.c. The headline is "heap profile: objects: bytes [objects: bytes] @
 * kind/rate", samples look alike with addresses behind the '@'. Values are what was sampled, not what it
 * stands for: Go and the _v2 kinds are unsampled here as pprof does it (github.com/google/pprof,
 * profile/legacy_profile.go). Go prints twice its sampling rate, for the sake of an old C++ profiler. */
#include "importer/formats/pprof/names.h"
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

#define FOUR_TYPES "[\"alloc_objects/count\",\"alloc_space/bytes\",\"inuse_objects/count\",\"inuse_space/bytes\"]"
#define TWO_TYPES  "[\"objects/count\",\"space/bytes\"]"

typedef struct {
    int64_t inuse_objects, inuse_bytes, alloc_objects, alloc_bytes;
    bool has_brackets;
} heap_values;

/* "1: 2 [3: 4] @ rest" */
static bool take_values(gm_span *rest, heap_values *values) {
    *values = (heap_values){.has_brackets = false};
    if (!gm_text_take_pair(rest, &values->inuse_objects, &values->inuse_bytes)) return false;
    if (gm_span_take_byte(rest, '[')) {
        values->has_brackets = true;
        if (!gm_text_take_pair(rest, &values->alloc_objects, &values->alloc_bytes)) return false;
        if (!gm_span_take_byte(rest, ']')) return false;
        gm_text_skip_blanks(rest);
    }
    return gm_span_take_byte(rest, '@');
}

static bool heap_begins(gm_span line) {
    return gm_span_starts(line, GM_SPAN("heap profile:"));
}

/* Whether what is in brackets is a column of its own. Go always has it, C++ repeats the other one. */
static bool alloc_differs(const heap_values *v) {
    return (v->alloc_objects != v->inuse_objects && v->alloc_objects != 0) ||
           (v->alloc_bytes != v->inuse_bytes && v->alloc_bytes != 0);
}

static void set_kind(gm_text_profile *profile, gm_span word, int64_t rate) {
    profile->kind = word;
    profile->period = 1;
    if (gm_span_equal(word, GM_SPAN("heap"))) {
        profile->kind = gm_pprof_path_says(profile->member->path, "allocs") ? GM_SPAN("allocs") : GM_SPAN("heap");
        profile->period = rate / 2;
        profile->scaled = true;
    } else if (gm_span_ends(word, GM_SPAN("_v2"))) {
        profile->period = rate;
        profile->scaled = true;
    } else if (gm_span_ends(word, GM_SPAN("z"))) {
        profile->kind.len--; /* growthz, fragmentationz: the page that serves them */
    }
}

static bool heap_begin(gm_text_profile *profile, gm_span line) {
    heap_values values;
    gm_span word;
    int64_t rate = 0;
    gm_span_take(&line, GM_SPAN("heap profile:"));
    if (!take_values(&line, &values)) return false;
    gm_text_skip_blanks(&line);
    line = gm_span_trim(line);
    ptrdiff_t slash = gm_span_find_byte(line, '/');
    word = slash < 0 ? line : gm_span_first(line, (size_t)slash);
    if (slash >= 0 && !gm_span_int(gm_span_from(line, (size_t)slash + 1), &rate)) return false;
    if (rate < 0) return false;
    word = gm_arena_span(profile->member->arena, word); /* the line does not last */
    if (word.len == 0) return false;
    set_kind(profile, word, rate);
    profile->has_alloc = values.has_brackets && (gm_span_equal(word, GM_SPAN("heap")) || alloc_differs(&values));
    profile->value_types = profile->has_alloc ? FOUR_TYPES : TWO_TYPES;
    profile->columns[GM_VALUE_INUSE_OBJECTS] = profile->columns[GM_VALUE_INUSE_BYTES] = true;
    profile->columns[GM_VALUE_ALLOC_OBJECTS] = profile->columns[GM_VALUE_ALLOC_BYTES] = profile->has_alloc;
    if (gm_span_equal(word, GM_SPAN("heap")) && rate == 0) {
        profile->period = GM_UNKNOWN;
        memset(profile->columns, 0, sizeof profile->columns);
        gm_member_diag(profile->member, GM_SEVERITY_INFO, 1, GM_UNKNOWN, "heap profiling was switched off (rate 0)");
    }
    return true;
}

/* Bytes without objects, or fewer than none, say that the line is damaged. */
static bool unsample(const gm_text_profile *profile, int64_t *count, int64_t *bytes) {
    if (*count == 0 && *bytes != 0) return false;
    return !profile->scaled || gm_text_unsample(profile->period, count, bytes);
}

static bool heap_line(gm_text_profile *profile, gm_span line) {
    heap_values v;
    if (!take_values(&line, &v)) return false;
    if (!unsample(profile, &v.inuse_objects, &v.inuse_bytes)) return false;
    if (profile->has_alloc && !unsample(profile, &v.alloc_objects, &v.alloc_bytes)) return false;
    if (!gm_text_sample_begin(profile, line)) return false;
    int64_t *values = profile->sample.values;
    values[GM_VALUE_INUSE_OBJECTS] = v.inuse_objects;
    values[GM_VALUE_INUSE_BYTES] = v.inuse_bytes;
    if (!profile->has_alloc) return true;
    values[GM_VALUE_ALLOC_OBJECTS] = v.alloc_objects;
    values[GM_VALUE_ALLOC_BYTES] = v.alloc_bytes;
    return true;
}

const gm_text_form gm_text_heap = {.begins = heap_begins, .begin = heap_begin, .line = heap_line, .bid = 95};
