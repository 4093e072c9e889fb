/* A thread that unpacks ahead of the parser (ahead.h).
 *
 * Comes between a file and archive.c, for streams that are not small. What the thread does is handed over as steps in
 * a ring: so many bytes taken from the file, this block made. The taker goes through them in order and keeps the
 * account of both, as if it had done them itself; hence a limit is hit at the same byte. */
#include "importer/ahead.h"

#include "importer/store/thread.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    STEPS = 64,
    SPARE = 2, /* steps that are put down although the ring is full: bytes that were taken when the end came */
    BLOCKS = 8,
    INPUT_BYTES = 256 << 10,
    POLL_MS = 100 /* between two looks whether to stop */
};

typedef enum {
    TAKEN, /* the first three are about the file, and count also when nobody waits for blocks any more */
    ENDED,
    BROKEN,
    MADE,
    LAST
} deed;

typedef struct {
    deed what;
    size_t len; /* of TAKEN and MADE */
    int value;  /* errno of BROKEN, the status that LAST ended with */
} step;

typedef struct {
    char *data;
    size_t size;
} buffer;

struct gm_ahead {
    gm_reader *source;
    gm_ahead_make *make;
    void *context;
    pthread_t thread;
    bool running, holding;   /* the taker's own; holding: a block is in hand */
    char input[INPUT_BYTES]; /* the thread's own */

    pthread_mutex_t lock; /* of all below */
    pthread_cond_t room, news;
    bool stop;
    step steps[STEPS + SPARE];
    unsigned first, count;
    buffer blocks[BLOCKS];
    unsigned made, freed; /* of blocks; what lies between is the taker's */
};

/* --- the thread --- */
/* False when nobody wants any more. */
static bool hand_over(gm_ahead *ahead, step done) {
    pthread_mutex_lock(&ahead->lock);
    while (ahead->count >= STEPS && !ahead->stop) pthread_cond_wait(&ahead->room, &ahead->lock);
    bool wanted = !ahead->stop;
    if (wanted || done.what <= BROKEN) {
        ahead->steps[(ahead->first + ahead->count++) % (STEPS + SPARE)] = done;
        if (done.what == MADE) ahead->made++;
    }
    pthread_cond_signal(&ahead->news);
    pthread_mutex_unlock(&ahead->lock);
    return wanted;
}

static bool stopped(gm_ahead *ahead) {
    pthread_mutex_lock(&ahead->lock);
    bool stop = ahead->stop;
    pthread_mutex_unlock(&ahead->lock);
    return stop;
}

/* A pipe may have nothing for hours, so it is not waited for inside of read. */
static ssize_t read_some(gm_ahead *ahead) {
    struct pollfd wanted = {.fd = ahead->source->fd, .events = POLLIN};
    for (;;) {
        if (stopped(ahead)) {
            errno = ECANCELED;
            return -1;
        }
        if (poll(&wanted, 1, POLL_MS) == 0) continue;
        ssize_t got = read(wanted.fd, ahead->input, INPUT_BYTES);
        if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
    }
}

gm_status gm_ahead_input(gm_ahead *ahead, gm_span *block) {
    ssize_t got = read_some(ahead);
    if (got < 0) {
        if (errno != ECANCELED) hand_over(ahead, (step){.what = BROKEN, .value = errno});
        return GM_FATAL;
    }
    if (got == 0) {
        hand_over(ahead, (step){.what = ENDED});
        return GM_END;
    }
    *block = (gm_span){ahead->input, (size_t)got};
    if (ahead->source->hash) gm_sha256_add(ahead->source->hash, *block);
    hand_over(ahead, (step){.what = TAKEN, .len = block->len});
    return GM_OK;
}

/* A copy, for the maker may use its memory again. False: stop, or memory is out. */
static bool hand_over_block(gm_ahead *ahead, gm_span block) {
    pthread_mutex_lock(&ahead->lock);
    while (ahead->made - ahead->freed == BLOCKS && !ahead->stop) pthread_cond_wait(&ahead->room, &ahead->lock);
    buffer *to = ahead->stop ? NULL : &ahead->blocks[ahead->made % BLOCKS];
    pthread_mutex_unlock(&ahead->lock);
    if (!to) return false;
    if (to->size < block.len) {
        char *data = realloc(to->data, block.len);
        if (!data) return false;
        *to = (buffer){data, block.len};
    }
    memcpy(to->data, block.data, block.len);
    return hand_over(ahead, (step){.what = MADE, .len = block.len});
}

static void *work(void *data) {
    gm_ahead *ahead = data;
    gm_span block;
    gm_status status;
    while ((status = ahead->make(ahead->context, &block)) == GM_OK) {
        if (hand_over_block(ahead, block)) continue;
        status = GM_FATAL;
        break;
    }
    hand_over(ahead, (step){.what = LAST, .value = (int)status});
    return NULL;
}

/* --- the taker --- */
bool gm_ahead_can(const gm_reader *source) {
    return source->fd >= 0 && !source->ahead && source->status == GM_OK && source->head_given == source->head_len &&
           source->pending.len == 0;
}

gm_ahead *gm_ahead_start(gm_reader *source, gm_ahead_make *make, void *context) {
    gm_ahead *ahead = calloc(1, sizeof *ahead);
    if (!ahead) return NULL;
    ahead->source = source;
    ahead->make = make;
    ahead->context = context;
    pthread_mutex_init(&ahead->lock, NULL);
    pthread_cond_init(&ahead->room, NULL);
    pthread_cond_init(&ahead->news, NULL);
    source->ahead = ahead;
    ahead->running = gm_thread_start(&ahead->thread, work, ahead);
    if (ahead->running) return ahead;
    gm_ahead_free(ahead);
    return NULL;
}

static void join(gm_ahead *ahead) {
    if (!ahead->running) return;
    pthread_mutex_lock(&ahead->lock);
    ahead->stop = true;
    pthread_cond_signal(&ahead->room);
    pthread_mutex_unlock(&ahead->lock);
    pthread_join(ahead->thread, NULL);
    ahead->running = false;
    ahead->source->ahead = NULL;
}

/* What the source would have done itself. */
static gm_status account(gm_ahead *ahead, step done) {
    gm_reader *source = ahead->source;
    if (source->status != GM_OK) return source->status;
    if (done.what == TAKEN) return gm_reader_account(source, done.len);
    source->status = done.what == ENDED ? GM_END : gm_reader_file_failed(source, done.value);
    return GM_OK; /* the maker hears of it too, and has the last word */
}

/* Waits for a step. False when the user has interrupted. */
static bool next_step(gm_ahead *ahead, step *next) {
    const volatile bool *interrupted = ahead->source->job->interrupted;
    bool given_up = false;
    pthread_mutex_lock(&ahead->lock);
    if (ahead->holding) ahead->freed++;
    ahead->holding = false;
    while (ahead->count == 0 && !given_up) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += POLL_MS * 1000000L;
        until.tv_sec += until.tv_nsec / GM_NS_PER_S;
        until.tv_nsec %= GM_NS_PER_S;
        pthread_cond_timedwait(&ahead->news, &ahead->lock, &until);
        given_up = interrupted && *interrupted;
    }
    if (ahead->count > 0) {
        *next = ahead->steps[ahead->first];
        ahead->first = (ahead->first + 1) % (STEPS + SPARE);
        ahead->count--;
    }
    /* not at once, so that the two do not wake each other for every block */
    if (ahead->made - ahead->freed <= BLOCKS / 2 && ahead->count <= STEPS / 2) pthread_cond_signal(&ahead->room);
    pthread_mutex_unlock(&ahead->lock);
    return !given_up;
}

gm_status gm_ahead_next(gm_ahead *ahead, gm_span *block) {
    for (;;) {
        step next;
        if (!next_step(ahead, &next)) {
            join(ahead);
            return gm_job_fail(ahead->source->job, "interrupted");
        }
        if (next.what == MADE) {
            ahead->holding = true;
            *block = (gm_span){ahead->blocks[ahead->freed % BLOCKS].data, next.len};
            return GM_OK;
        }
        gm_status status = next.what == LAST ? (gm_status)next.value : account(ahead, next);
        if (next.what != LAST && status == GM_OK) continue;
        join(ahead);
        if (next.what == LAST && status == GM_FATAL) return gm_job_fail(ahead->source->job, "unpacking: memory is out");
        return status;
    }
}

void gm_ahead_stop(gm_ahead *ahead) {
    join(ahead);
    for (; ahead->count > 0; ahead->count--) {
        step left = ahead->steps[ahead->first];
        ahead->first = (ahead->first + 1) % (STEPS + SPARE);
        if (left.what <= BROKEN) (void)account(ahead, left);
    }
}

void gm_ahead_free(gm_ahead *ahead) {
    if (!ahead) return;
    join(ahead);
    ahead->source->ahead = NULL;
    for (int i = 0; i < BLOCKS; i++) free(ahead->blocks[i].data);
    pthread_mutex_destroy(&ahead->lock);
    pthread_cond_destroy(&ahead->room);
    pthread_cond_destroy(&ahead->news);
    free(ahead);
}
