/* What all text profiles have in common: samples, the frames in their comments, unsampling.
 *
 * Used by the forms (heap.c, count.c, contention.c, jemalloc.c), which read the sample lines. Go names the
 * frames in comments below a sample, and then these are its stack; C and C++ leave addresses. The forms are
 * those of github.com/google/pprof, profile/legacy_profile.go. */
#include "importer/formats/pprof_text/text.h"

#include <math.h>

#include "importer/text/span.h"

gm_text_profile *gm_text_profile_new(gm_member *member) {
    gm_text_profile *profile = GM_ARENA_NEW(member->arena, gm_text_profile, 1);
    if (!profile) return NULL;
    profile->member = member;
    profile->period = profile->expected = profile->duration_ns = GM_UNKNOWN;
    gm_pprof_table_init(&profile->samples, member->arena, sizeof(gm_text_sample));
    gm_text_maps_init(&profile->maps, member->arena);
    gm_memstats_init(&profile->memstats);
    return profile;
}

void gm_text_skip_blanks(gm_span *rest) {
    while (gm_span_take_byte(rest, ' ') || gm_span_take_byte(rest, '\t')) continue;
}

bool gm_text_take_pair(gm_span *rest, int64_t *count, int64_t *bytes) {
    gm_span s = *rest;
    gm_text_skip_blanks(&s);
    if (!gm_span_take_int(&s, count) || !gm_span_take_byte(&s, ':')) return false;
    gm_text_skip_blanks(&s);
    if (!gm_span_take_int(&s, bytes)) return false;
    gm_text_skip_blanks(&s);
    *rest = s;
    return true;
}

bool gm_text_unsample(int64_t period, int64_t *count, int64_t *bytes) {
    if (*count == 0 || *bytes == 0) {
        *count = *bytes = 0;
        return true;
    }
    if (period <= 1) return true;
    double size = (double)*bytes / (double)*count;
    double scale = 1 / (1 - exp(-size / (double)period));
    double scaled_count = (double)*count * scale, scaled_bytes = (double)*bytes * scale;
    if (!(fabs(scaled_count) < 9.2e18) || !(fabs(scaled_bytes) < 9.2e18)) return false;
    *count = (int64_t)scaled_count;
    *bytes = (int64_t)scaled_bytes;
    return true;
}

/* "0x4b1234 0x4b5678": return addresses; one less lies within the call, as everywhere else in profiles. */
static bool take_addresses(gm_text_profile *profile, gm_span text) {
    gm_span word;
    uint64_t address;
    profile->sample.address_count = 0;
    while (gm_span_word(&text, &word)) {
        if (!gm_span_take(&word, GM_SPAN("0x")) || !gm_span_take_hex(&word, &address) || word.len > 0) return false;
        if (profile->sample.address_count == GM_TEXT_FRAMES_MAX) {
            profile->deep = true;
            return true;
        }
        profile->addresses[profile->sample.address_count++] = address - 1;
    }
    return true;
}

bool gm_text_sample_begin(gm_text_profile *profile, gm_span text) {
    gm_text_sample_end(profile);
    profile->sample = (gm_text_sample){.stack_id = GM_UNKNOWN};
    for (int c = 0; c < GM_VALUE_KINDS; c++) profile->sample.values[c] = GM_UNKNOWN;
    profile->frame_count = 0;
    profile->open = take_addresses(profile, text);
    return profile->open;
}

/* The stack of the open sample: written when it has names, else its addresses are kept. */
static bool keep_stack(gm_text_profile *profile) {
    gm_text_sample *sample = &profile->sample;
    if (profile->frame_count > 0) {
        profile->status =
            gm_emit_stack(profile->member->store, profile->frames, profile->frame_count, &sample->stack_id);
        return profile->status == GM_OK;
    }
    if (sample->address_count == 0) return true;
    uint64_t *kept = GM_ARENA_NEW(profile->member->arena, uint64_t, sample->address_count);
    if (!kept) return false;
    memcpy(kept, profile->addresses, sample->address_count * sizeof *kept);
    sample->addresses = kept;
    return true;
}

/* jemalloc's come behind the addresses, and may be damaged. */
static bool has_values(const gm_text_sample *sample) {
    for (int c = 0; c < GM_VALUE_KINDS; c++)
        if (sample->values[c] != GM_UNKNOWN) return true;
    return false;
}

void gm_text_sample_end(gm_text_profile *profile) {
    if (!profile->open || profile->status != GM_OK) return;
    profile->open = false;
    if (!has_values(&profile->sample)) return;
    gm_text_sample *to = keep_stack(profile) ? gm_pprof_table_add(&profile->samples) : NULL;
    if (to) *to = profile->sample;
    else if (profile->status == GM_OK) profile->full = true;
}

/* "main.(*Store).Add+0x53\t\t/src/store.go:12" or nothing: the name without offset, the place if there is
 * one. */
static void split_frame(gm_span text, gm_span *name, gm_span *file, int64_t *line) {
    gm_span rest = text;
    *file = (gm_span){NULL, 0};
    *line = GM_UNKNOWN;
    if (!gm_span_cut(&rest, '\t', name)) *name = text;
    rest = gm_span_trim(rest);
    size_t plus = name->len, colon = rest.len;
    while (plus > 0 && name->data[plus - 1] != '+') plus--;
    if (plus > 1) name->len = plus - 1;
    while (colon > 0 && rest.data[colon - 1] != ':') colon--;
    if (colon < 2 || !gm_span_int(gm_span_from(rest, colon), line)) colon = rest.len + 1;
    if (rest.len > 0) *file = gm_span_first(rest, colon - 1);
    if (*line <= 0) *line = GM_UNKNOWN;
}

void gm_text_frame(gm_text_profile *profile, gm_span line) {
    gm_span address, name, file;
    int64_t number, function_id = 0;
    if (!profile->open || profile->status != GM_OK || !gm_span_take_byte(&line, '#')) return;
    if (!gm_span_word(&line, &address) || !gm_span_starts(address, GM_SPAN("0x"))) return; /* labels */
    if (profile->frame_count == GM_TEXT_FRAMES_MAX) {
        profile->deep = true;
        return;
    }
    split_frame(gm_span_trim(line), &name, &file, &number);
    if (name.len == 0) name = address;
    profile->status = gm_emit_function(profile->member->store, name, file, &function_id);
    if (profile->status == GM_OK)
        profile->status =
            gm_emit_location(profile->member->store, function_id, number, &profile->frames[profile->frame_count++]);
}
