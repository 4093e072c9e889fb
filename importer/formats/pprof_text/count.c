/* Go's profiles of things that are counted, as text: goroutine?debug=1, threadcreate?debug=1, the program's
 * own.
 *
 * One of the forms of pprof_text.c. "goroutine profile: total 12", then groups "3 @ 0x4b1234 0x4b5678" with
 * the frames in comments. Written by Go, src/runtime/pprof/pprof.go, printCountProfile. */
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

/* The name before " profile: total N". */
static bool take_headline(gm_span line, gm_span *name, int64_t *total) {
    ptrdiff_t at = gm_span_find(line, GM_SPAN(" profile: total "));
    if (at <= 0) return false;
    *name = gm_span_first(line, (size_t)at);
    if (gm_span_find_byte(*name, ' ') >= 0 || gm_span_find_byte(*name, '"') >= 0) return false;
    gm_span number = gm_span_from(line, (size_t)at + sizeof(" profile: total ") - 1);
    return gm_span_int(gm_span_trim(number), total) && *total >= 0;
}

static bool count_begins(gm_span line) {
    gm_span name;
    int64_t total;
    return take_headline(line, &name, &total);
}

static bool is_plain(gm_span name) {
    for (size_t i = 0; i < name.len; i++)
        if ((uint8_t)name.data[i] < 0x20 || name.data[i] == '\\') return false;
    return true;
}

static bool count_begin(gm_text_profile *profile, gm_span line) {
    gm_span name;
    if (!take_headline(line, &name, &profile->expected) || !is_plain(name)) return false;
    size_t size = name.len + sizeof "[\"/count\"]";
    char *types = gm_arena_alloc(profile->member->arena, size);
    if (!types) return false;
    snprintf(types, size, "[\"%.*s/count\"]", (int)name.len, name.data);
    profile->value_types = types;
    profile->kind = (gm_span){types + 2, name.len};
    profile->period = 1;
    profile->columns[GM_VALUE_COUNT] = true;
    return true;
}

static bool count_line(gm_text_profile *profile, gm_span line) {
    int64_t count;
    if (!gm_span_take_int(&line, &count) || count < 0) return false;
    gm_text_skip_blanks(&line);
    if (!gm_span_take_byte(&line, '@') || !gm_text_sample_begin(profile, line)) return false;
    profile->sample.values[GM_VALUE_COUNT] = count;
    return true;
}

const gm_text_form gm_text_count = {.begins = count_begins, .begin = count_begin, .line = count_line, .bid = 94};
