/* What a format may do with its member (member.h).
 *
 * Comes between the reader of a member and the format's parser. The stream, its limits and its hash are kept
 * by reader.c; damage of the stream is reported there, once. */
#include "gomortem/member.h"

#include "importer/kept.h"
#include "importer/nested.h"
#include "importer/reader.h"

#include <stdarg.h>

#define FIRST_BUFFER ((size_t)64 << 10)

gm_status gm_member_read(gm_member *member, gm_span *block) {
    return gm_reader_next(member->reader, block);
}

/* --- whole members --- */
typedef struct {
    char *data;
    size_t len, size;
} buffer;

static bool buffer_add(buffer *to, gm_span block) {
    if (to->size - to->len < block.len) {
        size_t size = MAX(to->size * 2, FIRST_BUFFER);
        while (size - to->len < block.len) size *= 2;
        char *data = realloc(to->data, size);
        if (!data) return false;
        to->data = data;
        to->size = size;
    }
    memcpy(to->data + to->len, block.data, block.len);
    to->len += block.len;
    return true;
}

static gm_status read_into(gm_member *member, size_t max, buffer *to) {
    gm_span block;
    gm_status status;
    while ((status = gm_member_read(member, &block)) == GM_OK) {
        if (block.len > max - to->len) {
            gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                           "refused: larger than %zu bytes, which is the most for this format", max);
            return GM_DAMAGED;
        }
        if (buffer_add(to, block)) continue;
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "refused: memory is out");
        return GM_DAMAGED;
    }
    return status == GM_END ? GM_OK : status;
}

gm_status gm_member_read_all(gm_member *member, size_t max, gm_span *bytes) {
    buffer all = {0};
    gm_status status = read_into(member, max, &all);
    char *copy = status == GM_FATAL ? NULL : gm_arena_strndup(member->arena, all.data ? all.data : "", all.len);
    *bytes = copy ? (gm_span){copy, all.len} : (gm_span){"", 0};
    free(all.data);
    if (copy || status == GM_FATAL) return status;
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "refused: memory is out");
    return GM_DAMAGED;
}

/* --- members within --- */
enum { NESTED_MAX = 1000 };

static gm_nested *nested_new(gm_span name, gm_span bytes) {
    gm_nested *made = calloc(1, sizeof *made + name.len + bytes.len + 1);
    if (!made) return NULL;
    char *copy = (char *)(made + 1);
    memcpy(copy, name.data, name.len);
    memcpy(copy + name.len, bytes.data, bytes.len);
    made->name = (gm_span){copy, name.len};
    made->bytes = (gm_span){copy + name.len, bytes.len};
    return made;
}

gm_status gm_member_nested(gm_member *member, gm_span name, gm_span bytes) {
    gm_nested **end = &member->nested;
    size_t total = bytes.len;
    int count = 0;
    for (; *end; end = &(*end)->next, count++) {
        if (gm_span_equal((*end)->bytes, bytes)) return GM_OK; /* several alerts carry the same one */
        total += (*end)->bytes.len;
    }
    bool fits = count < NESTED_MAX && total <= member->limits->document_bytes;
    *end = fits ? nested_new(name, bytes) : NULL;
    if (*end) return GM_OK;
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                   "refused: what lies within it is more than %d members or %zu bytes", NESTED_MAX,
                   member->limits->document_bytes);
    return GM_OK;
}

void gm_nested_free(gm_nested *list) {
    while (list) {
        gm_nested *next = list->next;
        free(list);
        list = next;
    }
}

/* --- kept bytes --- */
gm_status gm_member_keep(gm_member *member, gm_span bytes) {
    return gm_kept_add(member->kept, bytes);
}

bool gm_member_seek(gm_member *member, int64_t offset) {
    return gm_reader_rewind(member->reader, offset);
}

int64_t gm_member_size(const gm_member *member) {
    return member->reader->size;
}

/* --- diagnostics, identity --- */
void gm_member_diag(gm_member *member, gm_diag_severity severity, int64_t line, int64_t offset, const char *format,
                    ...) {
    char text[1024]; /* a fixed size: parsers of untrusted bytes do not allocate without a limit */
    va_list args;
    va_start(args, format);
    int len = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (severity == GM_SEVERITY_ERROR) member->reader->job->lost = true;
    gm_span span = {text, len < 0 ? 0 : MIN((size_t)len, sizeof text - 1)};
    /* a failure is the store's and comes back with the next record */
    (void)gm_emit_diagnostic(member->store, severity, line, offset, span);
}

gm_status gm_member_identity(gm_member *member, int64_t *id) {
    gm_identity identity = {.level = GM_LEVEL_UNNAMED, .hint = member->path};
    return gm_emit_identity(member->store, &identity, id);
}
