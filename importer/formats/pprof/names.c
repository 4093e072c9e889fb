/* Words in the names of profiles, for the kinds that look alike inside.
 *
 * Used by kind.c and by the text profiles. Names as the tools give them:
 * pprof.app.contentions.delay.003.pb.gz, mutex-20240101T101112Z.pb.gz, allocs-delta,
 * mem/1644509272337470000.pb.gz. */
#include "importer/formats/pprof/names.h"

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool says(gm_span text, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.len; i++) {
        if (memcmp(text.data + i, word, n) != 0) continue;
        if (i > 0 && is_letter(text.data[i - 1])) continue;
        if (i + n < text.len && is_letter(text.data[i + n])) continue;
        return true;
    }
    return false;
}

/* Splits the last component off. */
static gm_span last_component(gm_span *path) {
    size_t from = path->len;
    while (from > 0 && path->data[from - 1] != '/') from--;
    gm_span last = {path->data + from, path->len - from};
    path->len = from > 0 ? from - 1 : 0;
    return last;
}

bool gm_pprof_name_says(gm_span path, const char *word) {
    return says(last_component(&path), word);
}

bool gm_pprof_path_says(gm_span path, const char *word) {
    gm_span name = last_component(&path);
    return says(name, word) || gm_span_equal(last_component(&path), gm_span_of(word));
}
