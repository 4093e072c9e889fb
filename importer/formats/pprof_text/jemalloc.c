/* Heap profiles of jemalloc, which Go programs carry when they use C libraries that do.
 *
 * One of the forms of pprof_text.c. "heap_v2/RATE", totals, then "@ addresses" with the values of all threads
 * ("t*") and of each thread below; a map of the libraries ends it. The form and the unsampling: jemalloc,
 * src/prof_data.c and bin/jeprof.in. Its memory is outside the Go heap, so its kind is not "heap". */
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

static bool jemalloc_begins(gm_span line) {
    int64_t rate;
    return gm_span_take(&line, GM_SPAN("heap_v2/")) && gm_span_int(gm_span_trim(line), &rate) && rate > 0;
}

static bool jemalloc_begin(gm_text_profile *profile, gm_span line) {
    gm_span_take(&line, GM_SPAN("heap_v2/"));
    if (!gm_span_int(gm_span_trim(line), &profile->period)) return false;
    profile->kind = GM_SPAN("heap_v2");
    profile->value_types = "[\"objects/count\",\"space/bytes\"]";
    profile->columns[GM_VALUE_INUSE_OBJECTS] = profile->columns[GM_VALUE_INUSE_BYTES] = true;
    return true;
}

/* "t*: 13: 6688 [0: 0]": in use, and allocated since the start when the profiler keeps account of that. */
static bool take_all_threads(gm_text_profile *profile, gm_span line) {
    int64_t objects, bytes, total_objects, total_bytes;
    if (!gm_text_take_pair(&line, &objects, &bytes) || !gm_span_take_byte(&line, '[')) return false;
    if (!gm_text_take_pair(&line, &total_objects, &total_bytes)) return false;
    bool accumulates = total_objects > 0;
    if (!profile->open) { /* the totals above the first stack */
        profile->has_alloc = accumulates;
        if (accumulates)
            profile->value_types = "[\"alloc_objects/count\",\"alloc_space/bytes\",\"inuse_objects/"
                                   "count\",\"inuse_space/bytes\"]";
        profile->columns[GM_VALUE_ALLOC_OBJECTS] = profile->columns[GM_VALUE_ALLOC_BYTES] = accumulates;
        return true;
    }
    if (!gm_text_unsample(profile->period, &objects, &bytes)) return false;
    if (!gm_text_unsample(profile->period, &total_objects, &total_bytes)) return false;
    int64_t *values = profile->sample.values;
    values[GM_VALUE_INUSE_OBJECTS] = objects;
    values[GM_VALUE_INUSE_BYTES] = bytes;
    if (!profile->has_alloc) return true;
    values[GM_VALUE_ALLOC_OBJECTS] = total_objects;
    values[GM_VALUE_ALLOC_BYTES] = total_bytes;
    return true;
}

static bool jemalloc_line(gm_text_profile *profile, gm_span line) {
    if (gm_span_take_byte(&line, '@')) return gm_text_sample_begin(profile, line);
    if (!gm_span_take_byte(&line, 't')) return false;
    if (gm_span_take(&line, GM_SPAN("*:"))) return take_all_threads(profile, line);
    int64_t thread;
    return gm_span_take_int(&line, &thread); /* contained in t* */
}

const gm_text_form gm_text_jemalloc = {
    .begins = jemalloc_begins, .begin = jemalloc_begin, .line = jemalloc_line, .bid = 95};
