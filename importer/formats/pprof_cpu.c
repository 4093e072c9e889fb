/* CPU profiles of gperftools: machine words, as Go wrote them before 1.9 and C++ programs still do.
 *
 * Comes beside pprof_text, whose samples and memory map it shares. Words of 32 or 64 bits in either byte
 * order: a header 0, 3, version, period in microseconds, 0; then records of a count, a number of addresses,
 * the addresses, leaf first; the record 0, 1, 0 ends them; the text of /proc/self/maps follows. Version 1 is
 * Java's, whose methods have no addresses. https://gperftools.github.io/gperftools/cpuprofile-fileformat.html
 */
#include "gomortem/format.h"
#include "importer/formats/pprof_text/text.h"
#include "importer/text/span.h"

enum { HEADER_WORDS = 5 };

typedef struct {
    gm_span bytes;
    size_t word; /* bytes of one */
    bool big;    /* the first byte is the most significant */
} word_stream;

static bool take_word(word_stream *words, uint64_t *value) {
    if (words->bytes.len < words->word) return false;
    *value = 0;
    for (size_t i = 0; i < words->word; i++) {
        size_t at = words->big ? i : words->word - 1 - i;
        *value = *value << 8 | (unsigned char)words->bytes.data[at];
    }
    words->bytes = gm_span_from(words->bytes, words->word);
    return true;
}

/* The header's words; *words stands behind them. */
static bool take_header(gm_span bytes, word_stream *words, uint64_t header[HEADER_WORDS]) {
    for (int kind = 0; kind < 4; kind++) {
        bool whole = true;
        *words = (word_stream){bytes, kind & 1 ? 4 : 8, kind >= 2};
        for (int i = 0; i < HEADER_WORDS && whole; i++) whole = take_word(words, &header[i]);
        if (!whole || header[0] != 0 || header[1] != 3 || header[2] > 1 || header[4] != 0) continue;
        if (header[3] > 0 && header[3] <= 1000000000) return true;
    }
    return false;
}

static int pprof_cpu_bid(const gm_head *head) {
    word_stream words;
    uint64_t header[HEADER_WORDS];
    return take_header(head->head, &words, header) ? 96 : 0;
}

/* Every address but the leaf's is that of a return, one less lies within the call. */
static bool take_record(gm_text_profile *profile, word_stream *words, uint64_t count, uint64_t addresses) {
    gm_text_sample *sample = &profile->sample;
    if (addresses > words->bytes.len / words->word || !gm_text_sample_begin(profile, (gm_span){NULL, 0})) return false;
    for (uint64_t i = 0; i < addresses; i++) {
        uint64_t address;
        if (!take_word(words, &address)) return false;
        if (i == GM_TEXT_FRAMES_MAX) profile->deep = true;
        if (i < GM_TEXT_FRAMES_MAX) profile->addresses[sample->address_count++] = i > 0 ? address - 1 : address;
    }
    int64_t samples = (int64_t)count, ns;
    sample->values[GM_VALUE_COUNT] = samples;
    if (!__builtin_mul_overflow(samples, profile->period, &ns)) sample->values[GM_VALUE_NANOSECONDS] = ns;
    gm_text_sample_end(profile);
    return true;
}

/* False: the records break off. */
static bool take_records(gm_text_profile *profile, word_stream *words) {
    uint64_t count, addresses, first;
    while (take_word(words, &count) && take_word(words, &addresses)) {
        if (profile->status != GM_OK || profile->full) return true;
        if (count == 0 && addresses == 1) return take_word(words, &first) && first == 0;
        if (count > INT64_MAX || !take_record(profile, words, count, addresses)) return false;
    }
    return false;
}

static void take_maps(gm_text_profile *profile, gm_span text) {
    gm_span line;
    while (text.len > 0 && gm_span_cut(&text, '\n', &line))
        gm_text_maps_add(&profile->maps, profile->member->arena, gm_span_trim(line));
}

static gm_status read_profile(gm_text_profile *profile, word_stream *words, uint64_t period_us) {
    gm_member *member = profile->member;
    profile->kind = GM_SPAN("cpu");
    profile->value_types = "[\"samples/count\",\"cpu/nanoseconds\"]";
    profile->period = (int64_t)period_us * 1000;
    profile->columns[GM_VALUE_COUNT] = profile->columns[GM_VALUE_NANOSECONDS] = true;
    bool whole = take_records(profile, words);
    if (whole) {
        take_maps(profile, words->bytes);
    } else {
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, "the CPU profile breaks off");
        gm_emit_rejected(member->store, 1);
    }
    return gm_text_finish(profile);
}

static gm_status pprof_cpu_parse(gm_member *member) {
    gm_span bytes;
    word_stream words;
    uint64_t header[HEADER_WORDS];
    gm_status status = gm_member_read_all(member, member->limits->document_bytes, &bytes);
    if (status == GM_FATAL) return status;
    if (!take_header(bytes, &words, header)) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "the header of the CPU profile is damaged");
        return GM_DAMAGED;
    }
    if (header[2] == 1) {
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "a CPU profile of a Java program, whose methods it cannot name");
        return GM_END;
    }
    gm_text_profile *profile = gm_text_profile_new(member);
    if (profile) return read_profile(profile, &words, header[3]);
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory for a profile");
    return GM_DAMAGED;
}

const gm_format gm_format_pprof_cpu = {
    .name = "pprof_cpu",
    .title = "CPU profile of gperftools (binary)",
    .takes = "The profile with one row per stack; addresses take their file from the memory map behind them.",
    .bid = pprof_cpu_bid,
    .parse = pprof_cpu_parse,
};
