/* Byte streams, the common part and the two bottom ones (memory, file).
 *
 * Comes beneath everything that reads a bundle. Each stream is pulled block by block; this file adds to any
 * of them what all need: the head that is kept for the bids and handed out again, the limits, the hash, the
 * poll for an interruption. Blocks are passed on without a copy, only the head is copied. */
#include "importer/reader.h"

#include "importer/ahead.h"

#include "gomortem/importer.h"
#include "gomortem/format.h"

#include <errno.h>
#include <stdarg.h>
#include <unistd.h>

#define FILE_BLOCK ((size_t)256 << 10)
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GM_READER_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(GM_READER_ASAN)
#include <sanitizer/asan_interface.h>
#define POISON(address, size)   ASAN_POISON_MEMORY_REGION((address), (size))
#define UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION((address), (size))
#else
#define POISON(address, size)   ((void)(address), (void)(size))
#define UNPOISON(address, size) ((void)(address), (void)(size))
#endif

#define RATIO_FROM (INT64_C(16) << 20) /* below, a ratio says nothing */

/* --- the job --- */
void gm_job_release(gm_job *job) {
    g_clear_pointer(&job->complaint, g_free);
    g_clear_error(&job->error);
}

gm_status gm_job_diag(gm_job *job, gm_diag_severity severity, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    return gm_emit_diagnostic(job->store, severity, GM_UNKNOWN, GM_UNKNOWN, gm_span_of(text));
}

gm_status gm_job_damage(gm_job *job, int64_t offset, const char *format, ...) {
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    job->lost = true;
    gm_status status = gm_emit_diagnostic(job->store, GM_SEVERITY_ERROR, GM_UNKNOWN, offset, gm_span_of(text));
    if (!job->complaint) job->complaint = g_steal_pointer(&text);
    return status == GM_FATAL ? GM_FATAL : GM_DAMAGED;
}

gm_status gm_job_fail(gm_job *job, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (!job->error) job->error = g_error_new_valist(GM_IMPORT_ERROR, GM_IMPORT_ERROR_IO, format, args);
    va_end(args);
    return GM_FATAL;
}

/* --- any stream --- */
void gm_reader_init(gm_reader *reader, gm_job *job, gm_reader *source) {
    reader->job = job;
    reader->source = source;
    reader->fd = -1;
    reader->charged = source && (source->charged || source->charges);
}

void gm_reader_free(gm_reader *reader) {
    if (!reader) return;
    if (reader->release) reader->release(reader);
    gm_sha256_free(reader->hash);
    if (reader->head) UNPOISON(reader->head, GM_HEAD_BYTES);
    g_free(reader->head);
    g_free(reader);
}

int64_t gm_reader_offset(const gm_reader *reader) {
    return reader->most > 0 ? reader->bytes : GM_UNKNOWN;
}

gm_status gm_reader_charge(gm_reader *reader, int64_t bytes) {
    gm_job *job = reader->job;
    job->total_bytes += bytes;
    if (job->total_bytes <= job->limits->total_bytes) return GM_OK;
    job->stopped = true;
    return gm_job_damage(job, gm_reader_offset(reader),
                         "refused: the bundle holds more than %" G_GINT64_FORMAT " bytes in all" GM_RAISES,
                         job->limits->total_bytes, GM_RAISED_BY(total_bytes));
}

void gm_reader_limit(gm_reader *reader) {
    reader->most = reader->job->limits->member_bytes;
    if (reader->charged || reader->charges) return;
    reader->charges = true;
    gm_status status = gm_reader_charge(reader, reader->bytes); /* what was peeked at */
    if (status != GM_OK) reader->status = status;
}

static gm_status check_limits(gm_reader *reader, size_t len) {
    gm_job *job = reader->job;
    if (reader->most > 0 && reader->bytes > reader->most) {
        return gm_job_damage(job, gm_reader_offset(reader), "refused: larger than %" G_GINT64_FORMAT " bytes" GM_RAISES,
                             reader->most, GM_RAISED_BY(member_bytes));
    }
    if (reader->expands && reader->bytes > RATIO_FROM) {
        int64_t taken = MAX(reader->source->bytes - reader->source_from, 1);
        if (reader->bytes / taken >= job->limits->ratio) {
            return gm_job_damage(job, gm_reader_offset(reader),
                                 "refused: decompresses to more than %" G_GINT64_FORMAT " times its size" GM_RAISES,
                                 job->limits->ratio, GM_RAISED_BY(ratio));
        }
    }
    return reader->charges ? gm_reader_charge(reader, (int64_t)len) : GM_OK;
}

gm_status gm_reader_account(gm_reader *reader, size_t len) {
    reader->last_begin = reader->bytes;
    reader->bytes += (int64_t)len;
    return reader->status = check_limits(reader, len);
}

static gm_status pull(gm_reader *reader, gm_span *block) {
    const volatile bool *interrupted = reader->job->interrupted;
    *block = (gm_span){NULL, 0};
    if (reader->ahead) gm_ahead_stop(reader->ahead);
    if (reader->status != GM_OK) return reader->status;
    if (interrupted && *interrupted) {
        reader->status = gm_job_fail(reader->job, "interrupted");
    } else {
        reader->status = reader->pull(reader, block);
    }
    if (reader->status != GM_OK) return reader->status;
    if (reader->hash) gm_sha256_add(reader->hash, *block);
    return gm_reader_account(reader, block->len);
}

gm_status gm_reader_peek(gm_reader *reader, size_t want, gm_span *head, bool *complete) {
    if (!reader->head) reader->head = g_malloc(GM_HEAD_BYTES);
    gm_status status = reader->status;
    while (status == GM_OK && reader->head_len < want) {
        gm_span block = reader->pending;
        reader->pending = (gm_span){NULL, 0};
        if (block.len == 0) status = pull(reader, &block);
        if (status != GM_OK) break;
        size_t len = MIN(block.len, GM_HEAD_BYTES - reader->head_len);
        UNPOISON(reader->head, GM_HEAD_BYTES);
        memcpy(reader->head + reader->head_len, block.data, len);
        reader->head_len += len;
        /* so that a bid that looks beyond the head is seen */
        POISON(reader->head + reader->head_len, GM_HEAD_BYTES - reader->head_len);
        if (len < block.len) reader->pending = (gm_span){block.data + len, block.len - len};
    }
    *head = (gm_span){reader->head, MIN(reader->head_len, want)};
    *complete = status == GM_END && reader->pending.len == 0 && reader->head_len <= want;
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

gm_status gm_reader_next(gm_reader *reader, gm_span *block) {
    if (reader->head_given < reader->head_len) {
        *block = (gm_span){reader->head + reader->head_given, reader->head_len - reader->head_given};
        reader->head_given = reader->head_len;
        return GM_OK;
    }
    if (reader->pending.len > 0) {
        *block = reader->pending;
        reader->pending = (gm_span){NULL, 0};
        return GM_OK;
    }
    return pull(reader, block);
}

gm_status gm_reader_drain(gm_reader *reader) {
    gm_span block;
    gm_status status;
    do status = gm_reader_next(reader, &block);
    while (status == GM_OK);
    return status == GM_END ? GM_OK : status;
}

bool gm_reader_rewind(gm_reader *reader, int64_t offset) {
    if (!reader->rewind || !reader->rewind(reader, offset)) return false;
    reader->head_len = reader->head_given = 0;
    reader->pending = (gm_span){NULL, 0};
    reader->status = GM_OK;
    return true;
}

/* --- the hash --- */
void gm_reader_hash(gm_reader *reader) {
    reader->hash = gm_sha256_new();
}

bool gm_reader_digest(gm_reader *reader, char hex[65]) {
    if (!reader->hash || reader->status != GM_END) return false;
    gm_sha256_hex(reader->hash, hex);
    g_clear_pointer(&reader->hash, gm_sha256_free);
    return true;
}

/* --- memory --- */
typedef struct {
    gm_reader base;
    gm_span bytes;
    size_t at;
} memory_reader;

static gm_status pull_memory(gm_reader *base, gm_span *block) {
    memory_reader *reader = (memory_reader *)base;
    if (reader->at == reader->bytes.len) return GM_END;
    *block = (gm_span){reader->bytes.data + reader->at, reader->bytes.len - reader->at};
    reader->at = reader->bytes.len;
    return GM_OK;
}

static bool rewind_memory(gm_reader *base, int64_t offset) {
    memory_reader *reader = (memory_reader *)base;
    if (offset < 0 || (size_t)offset > reader->bytes.len) return false;
    reader->at = (size_t)offset;
    return true;
}

gm_reader *gm_reader_memory(gm_job *job, gm_span bytes) {
    memory_reader *reader = g_new0(memory_reader, 1);
    gm_reader_init(&reader->base, job, NULL);
    reader->base.pull = pull_memory;
    reader->base.rewind = rewind_memory;
    reader->base.size = (int64_t)bytes.len;
    reader->bytes = bytes;
    return &reader->base;
}

/* --- file --- */
typedef struct {
    gm_reader base;
    bool fatal;
    char *buffer;
} file_reader;

gm_status gm_reader_file_failed(gm_reader *base, int error) {
    const char *why = strerrordesc_np(error); /* not strerror: its words depend on the locale */
    if (((file_reader *)base)->fatal) return gm_job_fail(base->job, "reading failed: %s", why);
    base->job->unread = true;
    return gm_job_damage(base->job, gm_reader_offset(base), "reading failed: %s", why);
}

static gm_status pull_file(gm_reader *base, gm_span *block) {
    file_reader *reader = (file_reader *)base;
    ssize_t got;
    do got = read(base->fd, reader->buffer, FILE_BLOCK);
    while (got < 0 && errno == EINTR && !(base->job->interrupted && *base->job->interrupted));
    if (got == 0) return GM_END;
    if (got > 0) {
        *block = (gm_span){reader->buffer, (size_t)got};
        return GM_OK;
    }
    return gm_reader_file_failed(base, errno);
}

static bool rewind_file(gm_reader *base, int64_t offset) {
    return lseek(base->fd, offset, SEEK_SET) == offset;
}

static void release_file(gm_reader *base) {
    file_reader *reader = (file_reader *)base;
    close(base->fd);
    g_free(reader->buffer);
}

gm_reader *gm_reader_file(gm_job *job, int fd, bool fatal) {
    file_reader *reader = g_new0(file_reader, 1);
    gm_reader_init(&reader->base, job, NULL);
    reader->base.pull = pull_file;
    reader->base.release = release_file;
    reader->base.size = lseek(fd, 0, SEEK_END);
    if (reader->base.size >= 0 && lseek(fd, 0, SEEK_SET) == 0) reader->base.rewind = rewind_file;
    reader->base.fd = fd;
    reader->fatal = fatal;
    reader->buffer = g_malloc(FILE_BLOCK);
    return &reader->base;
}
