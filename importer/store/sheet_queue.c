/* A thread that writes sheets while the next ones are filled (sheet.h).
 *
 * Comes between sheet.c and sheet_write.c once an import has become large. The connection belongs to one thread at a
 * time: to the writer while sheets wait, to the importer when none do, which gm_queue_settle waits for. Sheets are
 * written in the order in which they came and all else when they have been, so the file is the same as without the
 * thread. A sheet that SQLite does not take stops the writer until the importer has seen to it. */
#include "importer/store/sheet.h"

#include "importer/store/thread.h"

enum {
    MOST = 24, /* sheets that may wait */
    WAKE = 12  /* sheets that wake the writer, so that it is not woken for each */
};

struct gm_queue {
    gm_sheets *sheets;
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t work, rest;
    gm_sheet *first, *last, *done, *stuck;
    int waiting, code; /* code: SQLite's, of stuck */
    bool busy, wanted, stop;
};

/* --- the writer --- */
/* Waits until it is worth while or somebody waits; once at work it goes on until all is written. */
static gm_sheet *take(gm_queue *queue) {
    while (!queue->stop &&
           (queue->stuck || queue->waiting == 0 || (!queue->busy && !queue->wanted && queue->waiting < WAKE))) {
        queue->busy = queue->busy && queue->waiting > 0;
        pthread_cond_signal(&queue->rest);
        pthread_cond_wait(&queue->work, &queue->lock);
    }
    if (queue->stop) return NULL;
    gm_sheet *sheet = queue->first;
    queue->first = sheet->next;
    queue->waiting--;
    queue->busy = true;
    if (queue->waiting == MOST / 2) pthread_cond_signal(&queue->rest);
    return sheet;
}

static void *work(void *data) {
    gm_queue *queue = data;
    gm_sheet *sheet;
    pthread_mutex_lock(&queue->lock);
    while ((sheet = take(queue)) != NULL) {
        pthread_mutex_unlock(&queue->lock);
        int code = gm_sheet_write(queue->sheets, sheet);
        pthread_mutex_lock(&queue->lock);
        sheet->next = NULL;
        if (code == SQLITE_DONE) {
            sheet->next = queue->done;
            queue->done = sheet;
        } else {
            queue->stuck = sheet;
            queue->code = code;
            queue->busy = false;
        }
    }
    pthread_mutex_unlock(&queue->lock);
    return NULL;
}

/* --- the importer --- */
gm_queue *gm_queue_new(gm_sheets *sheets) {
    gm_queue *queue = g_new0(gm_queue, 1);
    queue->sheets = sheets;
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->work, NULL);
    pthread_cond_init(&queue->rest, NULL);
    if (gm_thread_start(&queue->thread, work, queue)) return queue;
    g_free(queue);
    return NULL;
}

static void free_list(gm_sheet *list) {
    while (list) {
        gm_sheet *next = list->next;
        gm_sheet_free(list);
        list = next;
    }
}

void gm_queue_free(gm_queue *queue) {
    if (!queue) return;
    pthread_mutex_lock(&queue->lock);
    queue->stop = true;
    pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->lock);
    pthread_join(queue->thread, NULL);
    if (queue->waiting > 0) free_list(queue->first);
    free_list(queue->done);
    gm_sheet_free(queue->stuck);
    pthread_mutex_destroy(&queue->lock);
    pthread_cond_destroy(&queue->work);
    pthread_cond_destroy(&queue->rest);
    g_free(queue);
}

/* Sees to the sheet that the writer stands at. The lock is held; the writer does not touch the connection. */
static gm_status resolve(gm_queue *queue) {
    gm_sheet *sheet = queue->stuck;
    if (!sheet) return GM_OK;
    pthread_mutex_unlock(&queue->lock);
    gm_status status = gm_sheet_refused(queue->sheets, sheet, queue->code);
    pthread_mutex_lock(&queue->lock);
    queue->stuck = NULL;
    sheet->next = queue->done;
    queue->done = sheet;
    pthread_cond_signal(&queue->work);
    return status;
}

gm_status gm_queue_put(gm_queue *queue, gm_sheet *sheet) {
    gm_status status = GM_OK;
    pthread_mutex_lock(&queue->lock);
    while (queue->waiting >= MOST && status == GM_OK) {
        if (!queue->stuck) pthread_cond_wait(&queue->rest, &queue->lock);
        status = resolve(queue);
    }
    sheet->next = NULL;
    if (queue->waiting++ == 0) {
        queue->first = sheet;
    } else {
        queue->last->next = sheet;
    }
    queue->last = sheet;
    if (queue->waiting >= WAKE) pthread_cond_signal(&queue->work);
    pthread_mutex_unlock(&queue->lock);
    return status;
}

gm_status gm_queue_settle(gm_queue *queue) {
    gm_status status = GM_OK;
    pthread_mutex_lock(&queue->lock);
    queue->wanted = true;
    while ((queue->waiting > 0 || queue->busy || queue->stuck) && status == GM_OK) {
        if (queue->stuck) {
            status = resolve(queue);
        } else {
            pthread_cond_signal(&queue->work);
            pthread_cond_wait(&queue->rest, &queue->lock);
        }
    }
    queue->wanted = false;
    pthread_mutex_unlock(&queue->lock);
    return status;
}

gm_sheet *gm_queue_take_done(gm_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    gm_sheet *done = queue->done;
    queue->done = NULL;
    pthread_mutex_unlock(&queue->lock);
    return done;
}
