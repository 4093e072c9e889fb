/* A member made of bytes in memory, for the tests of the text toolbox: hands its bytes over in chunks of any
 * size, each in memory of its own that is freed with the next read, so that a sanitizer sees who keeps a
 * block too long. */
#ifndef GM_TESTS_TEXT_FAKE_MEMBER_H
#define GM_TESTS_TEXT_FAKE_MEMBER_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "gomortem/member.h"

struct gm_reader {
    gm_span rest;
    size_t chunk;   /* bytes per read */
    gm_status end;  /* what reading answers behind the last byte */
    char *lent;     /* the last block */
    int diags;      /* how many diagnostics came */
    int64_t offset; /* of the last one */
    char text[256]; /* of all, joined by '|' */
};

typedef struct {
    gm_member member;
    gm_limits limits;
    gm_reader reader;
} gm_fake_member;

gm_status gm_member_read(gm_member *member, gm_span *block) {
    gm_reader *reader = member->reader;
    free(reader->lent);
    reader->lent = NULL;
    if (reader->rest.len == 0) return reader->end;
    size_t len = reader->rest.len < reader->chunk ? reader->rest.len : reader->chunk;
    reader->lent = malloc(len);
    if (!reader->lent) abort();
    memcpy(reader->lent, reader->rest.data, len);
    *block = (gm_span){reader->lent, len};
    reader->rest = (gm_span){reader->rest.data + len, reader->rest.len - len};
    return GM_OK;
}

void gm_member_diag(gm_member *member, gm_diag_severity severity, int64_t line, int64_t offset, const char *format,
                    ...) {
    gm_reader *reader = member->reader;
    size_t used = strlen(reader->text);
    (void)severity;
    (void)line;
    if (used > 0 && used < sizeof(reader->text) - 1) reader->text[used++] = '|';
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->text + used, sizeof(reader->text) - used, format, arguments);
    va_end(arguments);
    reader->diags++;
    reader->offset = offset;
}

static inline void gm_fake_member_init(gm_fake_member *fake, gm_span bytes, size_t chunk) {
    memset(fake, 0, sizeof(*fake));
    fake->limits = (gm_limits){.line_bytes = 1 << 16,
                               .string_bytes = 1 << 16,
                               .arena_bytes = 16 << 20,
                               .document_bytes = 4 << 20,
                               .json_depth = 64};
    fake->reader.rest = bytes;
    fake->reader.chunk = chunk;
    fake->reader.end = GM_END;
    fake->member.reader = &fake->reader;
    fake->member.limits = &fake->limits;
    fake->member.head = (gm_span){bytes.data, bytes.len < 65536 ? bytes.len : 65536};
    fake->member.arena = gm_arena_new(fake->limits.arena_bytes);
    if (!fake->member.arena) abort();
}

static inline void gm_fake_member_release(gm_fake_member *fake) {
    gm_arena_free(fake->member.arena);
    free(fake->reader.lent);
}

#endif
