/* Profiles in text: what /debug/pprof/ serves with debug=1, and what C and C++ heap profilers write.
 *
 * Comes after the core has found text. The first line decides which of the forms it is (pprof_text/heap.c,
 * count.c, contention.c, jemalloc.c, threads.c); comments carry Go's frames and its memory statistics; a memory map may
 * end it. The forms are those of github.com/google/pprof, profile/legacy_profile.go, and jemalloc's own. */
#include "gomortem/format.h"
#include "importer/formats/pprof_text/text.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

static const gm_text_form *const forms[] = {&gm_text_heap, &gm_text_count, &gm_text_contention, &gm_text_jemalloc,
                                            &gm_text_threads};

static const gm_text_form *form_of(gm_span line) {
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (forms[i]->begins(line)) return forms[i];
    return NULL;
}

static bool says_nothing(gm_span line) {
    return line.len == 0 || line.data[0] == '#';
}

static int pprof_text_bid(const gm_head *head) {
    gm_span rest = head->head, line;
    while (gm_span_cut(&rest, '\n', &line)) {
        line = gm_span_trim(line);
        if (says_nothing(line)) continue;
        const gm_text_form *form = form_of(line);
        return form ? form->bid : 0;
    }
    return 0;
}

static void take_comment(gm_text_profile *profile, gm_span line) {
    if (gm_span_starts(line, GM_SPAN("#\t0x")) || gm_span_starts(line, GM_SPAN("# 0x"))) gm_text_frame(profile, line);
    else gm_memstats_line(&profile->memstats, line);
}

/* False: neither samples nor anything else that is known. */
static bool take_line(gm_text_profile *profile, gm_span line) {
    if (line.len == 0) return true;
    if (profile->in_maps) {
        gm_text_maps_add(&profile->maps, profile->member->arena, line);
        return true;
    }
    if (line.data[0] == '#') {
        take_comment(profile, line);
        return true;
    }
    if (gm_text_maps_begin(line)) { /* what comes behind it is no sample */
        gm_text_sample_end(profile);
        profile->in_maps = true;
        return true;
    }
    return profile->form->line(profile, line);
}

/* Finds the headline. */
static bool begin(gm_text_profile *profile, gm_lines *lines) {
    gm_line line;
    while (gm_lines_next(lines, &line)) {
        gm_span text = gm_span_trim(line.text);
        if (says_nothing(text)) continue;
        profile->form = form_of(text);
        if (profile->form && profile->form->begin(profile, text)) return true;
        break;
    }
    if (gm_lines_status(lines) == GM_OK)
        gm_member_diag(profile->member, GM_SEVERITY_ERROR, lines->number, GM_UNKNOWN,
                       "the headline of the profile cannot be read");
    return false;
}

static void read_lines(gm_text_profile *profile, gm_lines *lines) {
    gm_line line;
    int64_t refused = 0, first = 0;
    while (profile->status == GM_OK && !profile->full && gm_lines_next(lines, &line)) {
        /* A number that is cut off is a wrong number. */
        if ((!line.unfinished || profile->in_maps) && take_line(profile, gm_span_trim(line.text))) continue;
        if (refused++ == 0) first = line.number;
        gm_text_sample_end(profile); /* comments behind it belong to nobody */
    }
    if (refused == 0) return;
    gm_emit_rejected(profile->member->store, refused);
    gm_member_diag(profile->member, GM_SEVERITY_WARNING, first, GM_UNKNOWN,
                   "%lld line(s) are damaged or no part of such a profile", (long long)refused);
}

static gm_status pprof_text_parse(gm_member *member) {
    gm_lines lines;
    gm_text_profile *profile = gm_text_profile_new(member);
    if (!profile) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory for a profile");
        return GM_DAMAGED;
    }
    gm_lines_init(&lines, member);
    if (!begin(profile, &lines)) return gm_lines_status(&lines) == GM_FATAL ? GM_FATAL : GM_DAMAGED;
    read_lines(profile, &lines);
    if (gm_lines_status(&lines) == GM_FATAL) return GM_FATAL;
    gm_status status = gm_text_finish(profile);
    return status == GM_OK ? gm_lines_status(&lines) : status;
}

const gm_format gm_format_pprof_text = {
    .name = "pprof_text",
    .title = "pprof profile as text",
    .takes = "The profile unsampled, one row per stack, and the Go memory statistics behind a heap profile",
    .bid = pprof_text_bid,
    .parse = pprof_text_parse,
};
