/* Byte streams: files, memory, members of archives, compressions taken off. They stand on each other. */
#ifndef GM_IMPORTER_READER_H
#define GM_IMPORTER_READER_H

#include <glib.h>

#include "gomortem/member.h"
#include "importer/sha256.h"

/* What all streams of one import share. */
typedef struct gm_job {
    gm_store *store;
    const gm_limits *limits;
    const struct gm_select *select;   /* NULL: all */
    const volatile bool *interrupted; /* may be NULL */
    int64_t total_bytes;              /* decompressed so far */
    bool alone;                       /* no threads of its own: tests compare */
    bool stopped;                     /* a limit of the whole import is reached: nothing more is opened */
    bool lost;                        /* something was damaged or refused */
    bool cut;                         /* an archive broke off: its last members are missing */
    bool unread;                      /* the system could not read some of it: a retry may help */
    char *complaint;                  /* the first thing that was damaged or refused; to be freed */
    GError *error;                    /* why GM_FATAL, when it is not the store */
} gm_job;

void gm_job_release(gm_job *job);
/* Reports damage or a refusal about the innermost open member, at the given offset of it or GM_UNKNOWN.
 * Answers GM_DAMAGED, or GM_FATAL when that could not be stored. */
gm_status gm_job_damage(gm_job *job, int64_t offset, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A diagnostic about the innermost open member. */
gm_status gm_job_diag(gm_job *job, gm_diag_severity severity, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The first failure while reading the bundle itself. Answers GM_FATAL. */
gm_status gm_job_fail(gm_job *job, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct gm_reader {
    /* Made by whoever builds a stream. pull answers GM_OK with a block of at least one byte that is valid
     * until the next pull, GM_END, GM_DAMAGED (already reported) or GM_FATAL; it is not called again after
     * that. */
    gm_status (*pull)(gm_reader *reader, gm_span *block);
    bool (*rewind)(gm_reader *reader, int64_t offset); /* NULL: cannot */
    int64_t size;                                      /* of a stream that can rewind */
    void (*release)(gm_reader *reader);                /* frees what the stream owns; NULL: nothing */
    gm_job *job;
    gm_reader *source;      /* what it is read from, NULL at the bottom */
    bool expands;           /* can yield more bytes than it takes from the source: has a ratio */
    bool charges;           /* its bytes count in total_bytes */
    bool charged;           /* those of a stream beneath it count already */
    int64_t most;           /* limit on bytes; 0 = none */
    int64_t source_from;    /* of the source's bytes, where this stream's begin */
    int fd;                 /* of a plain file, whose bytes a thread may read as they are; -1: none */
    struct gm_ahead *ahead; /* which does so now; see ahead.h */

    /* Kept by reader.c. */
    gm_status status;
    int64_t bytes;      /* pulled so far */
    int64_t last_begin; /* where the last block began */
    gm_sha256 *hash;    /* over all bytes, or NULL */
    char *head;         /* first bytes, kept for the bids */
    size_t head_len, head_given;
    gm_span pending; /* the rest of the block that filled the head */
};

void gm_reader_init(gm_reader *reader, gm_job *job, gm_reader *source);
/* The stream is what a member's parser gets: member_bytes holds, and it counts unless a stream beneath does.
 */
void gm_reader_limit(gm_reader *reader);
/* Where the member that is read stands; GM_UNKNOWN for a stream that is not a member's own. */
int64_t gm_reader_offset(const gm_reader *reader);
/* Counts bytes that came out of nothing, such as a hole in a sparse file. */
gm_status gm_reader_charge(gm_reader *reader, int64_t bytes);
/* A block was taken from the stream by others: all that pulling it does, but for the hash. */
gm_status gm_reader_account(gm_reader *reader, size_t len);
/* What a file's stream answers when reading failed for that reason (errno). */
gm_status gm_reader_file_failed(gm_reader *reader, int why);
void gm_reader_free(gm_reader *reader); /* NULL is allowed */

/* Looks at the first bytes without consuming them: as many as there are, at most want <= GM_HEAD_BYTES. May
 * be called again for more before the first gm_reader_next. complete: the stream ends there. */
gm_status gm_reader_peek(gm_reader *reader, size_t want, gm_span *head, bool *complete);
gm_status gm_reader_next(gm_reader *reader, gm_span *block);
gm_status gm_reader_drain(gm_reader *reader); /* to the end; GM_OK when it came */
/* Goes to an absolute offset of a stream that can; forgets the head. */
bool gm_reader_rewind(gm_reader *reader, int64_t offset);

/* Starts hashing; to be called before the first byte is read. */
void gm_reader_hash(gm_reader *reader);
/* 64 hex digits of everything pulled; false unless the stream was hashed and read to its end. */
bool gm_reader_digest(gm_reader *reader, char hex[65]);

/* Bytes in memory, in one block. They must outlive the reader. */
gm_reader *gm_reader_memory(gm_job *job, gm_span bytes);
/* An open file, which the reader closes. A failing read stops the import when fatal, else damages the member.
 */
gm_reader *gm_reader_file(gm_job *job, int fd, bool fatal);

#endif
