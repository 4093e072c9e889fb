/* A reader between a member and its parser that hands the bytes out in pieces of irregular sizes, each in
 * memory of its own that is freed with the next read: a sanitizer then sees who keeps a block too long or
 * reads beyond it. */
#ifndef GM_TESTS_IMPORTER_CHOP_H
#define GM_TESTS_IMPORTER_CHOP_H

#include "importer/reader.h"

typedef struct { /* pieces have sizes[0], sizes[1], ... bytes and then over again */
    const size_t *sizes;
    size_t count;
} gm_chop;

typedef struct {
    gm_reader base;
    const gm_chop *chop;
    size_t step;
    gm_span rest;
    char *lent;
} gm_chopped;

static gm_status gm_chopped_pull(gm_reader *base, gm_span *block) {
    gm_chopped *reader = (gm_chopped *)base;
    g_clear_pointer(&reader->lent, g_free);
    if (reader->rest.len == 0) {
        gm_status status = gm_reader_next(base->source, &reader->rest);
        if (status != GM_OK) return status;
    }
    size_t size = reader->chop->sizes[reader->step++ % reader->chop->count];
    size_t len = MIN(size, reader->rest.len);
    reader->lent = g_memdup2(reader->rest.data, len);
    reader->rest.data += len;
    reader->rest.len -= len;
    *block = (gm_span){reader->lent, len};
    return GM_OK;
}

static void gm_chopped_release(gm_reader *base) {
    g_free(((gm_chopped *)base)->lent);
}

/* For gm_importer.wrap; the context is a gm_chop. */
static inline gm_reader *gm_chop_wrap(void *context, gm_reader *source) {
    gm_chopped *reader = g_new0(gm_chopped, 1);
    gm_reader_init(&reader->base, source->job, source);
    reader->base.pull = gm_chopped_pull;
    reader->base.release = gm_chopped_release;
    reader->chop = context;
    return &reader->base;
}

#endif
