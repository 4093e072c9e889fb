/* Stacks of the threads of a C++ program: the threadz page.
 *
 * One of the forms of pprof_text.c. "--- Thread 7f79 (name: main/14748) stack: ---", then an address a line,
 * with or without a name, leaf first; a thread may be "same as previous thread"; a memory map ends it. As
 * github.com/google/pprof reads it, profile/legacy_profile.go (parseThread). */
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

static bool threads_begins(gm_span line) {
    return gm_span_starts(line, GM_SPAN("--- threadz ")) || gm_span_starts(line, GM_SPAN("--- Thread "));
}

static bool begin_thread(gm_text_profile *profile) {
    gm_text_sample_end(profile);
    int64_t before = profile->sample.stack_id;
    if (!gm_text_sample_begin(profile, (gm_span){NULL, 0})) return false;
    profile->previous_stack_id = before;
    profile->sample.values[GM_VALUE_COUNT] = 1;
    return true;
}

static bool threads_begin(gm_text_profile *profile, gm_span line) {
    profile->kind = GM_SPAN("thread");
    profile->value_types = "[\"thread/count\"]";
    profile->period = 1;
    profile->columns[GM_VALUE_COUNT] = true;
    profile->sample.stack_id = GM_UNKNOWN;
    return !gm_span_starts(line, GM_SPAN("--- Thread ")) || begin_thread(profile);
}

/* "PC:  0x00bc8f1c: helper(arg *)"; without a name the address is the name. */
static bool take_frame(gm_text_profile *profile, gm_span line) {
    char text[512];
    uint64_t address;
    if (gm_span_take(&line, GM_SPAN("PC:"))) gm_text_skip_blanks(&line);
    gm_span rest = line;
    if (!gm_span_take(&rest, GM_SPAN("0x")) || !gm_span_take_hex(&rest, &address)) return false;
    if (rest.len > 0 && !gm_span_take_byte(&rest, ':')) return false;
    gm_span word = gm_span_first(line, line.len - rest.len), name = gm_span_trim(rest);
    if (gm_span_ends(word, GM_SPAN(":"))) word.len--;
    if (name.len == 0) name = word;
    name = gm_span_first(name, 400);
    int len = snprintf(text, sizeof text, "# %.*s\t%.*s", (int)gm_span_first(word, 32).len, word.data, (int)name.len,
                       name.data);
    gm_text_frame(profile, (gm_span){text, (size_t)len});
    return true;
}

static bool threads_line(gm_text_profile *profile, gm_span line) {
    if (gm_span_starts(line, GM_SPAN("--- Thread "))) return begin_thread(profile);
    if (!profile->open) return false;
    if (gm_span_find(line, GM_SPAN("same as previous thread")) >= 0) {
        profile->sample.stack_id = profile->previous_stack_id;
        return true;
    }
    /* who created the thread is no part of its stack */
    return gm_span_starts(line, GM_SPAN("creator:")) || take_frame(profile, line);
}

const gm_text_form gm_text_threads = {
    .begins = threads_begins, .begin = threads_begin, .line = threads_line, .bid = 93};
