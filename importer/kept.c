/* Bytes that members put aside until all members have been read (gm_member_keep).
 *
 * Comes between the parse and the finish of formats whose members explain each other: the segments of a block
 * come before the index that names their series. The bytes lie in a temporary table of the store, which
 * SQLite keeps in memory while it is small and in its own temporary storage beyond, in pages of one size, so
 * that a member can be read at any offset. */
#include "importer/kept.h"

#include "gomortem/store.h"

enum { PAGE = 64 << 10, PAGE_BITS = 24, SLOTS = 256 }; /* SLOTS pages of a member that is read are in memory */

struct gm_kept {
    gm_job *job;
    GPtrArray *members;
    sqlite3_stmt *insert;
    char *page; /* not yet written */
    size_t len;
    int64_t bytes; /* of the member that is read */
};

static void free_member(gpointer data) {
    gm_kept_member *member = data;
    g_free(member->path);
    g_free(member);
}

gm_kept *gm_kept_new(gm_job *job) {
    gm_kept *kept = g_new0(gm_kept, 1);
    kept->job = job;
    kept->members = g_ptr_array_new_with_free_func(free_member);
    return kept;
}

void gm_kept_free(gm_kept *kept) {
    if (!kept) return;
    gm_emit_settle(kept->job->store);
    sqlite3_finalize(kept->insert);
    g_ptr_array_free(kept->members, TRUE);
    g_free(kept->page);
    g_free(kept);
}

static gm_status fail(gm_job *job) {
    return gm_job_fail(job, "bytes cannot be kept: %s", sqlite3_errmsg(gm_store_db(job->store)));
}

/* --- writing --- */
static bool prepare(gm_kept *kept) {
    if (kept->insert) return true;
    gm_store *store = kept->job->store;
    if (!gm_store_exec(store,
                       "CREATE TEMP TABLE IF NOT EXISTS kept (page_id INTEGER PRIMARY KEY,"
                       " bytes BLOB NOT NULL) STRICT",
                       NULL))
        return false;
    kept->insert = gm_store_prepare(store, "INSERT INTO temp.kept VALUES (?, ?)", NULL);
    if (!kept->page) kept->page = g_malloc(PAGE);
    return kept->insert != NULL;
}

static int64_t page_id(int64_t member_id, int64_t page) {
    return member_id << PAGE_BITS | page;
}

static gm_status write_page(gm_kept *kept) {
    int64_t page = (kept->bytes - 1) / PAGE;
    gm_emit_settle(kept->job->store);
    if (page >= INT64_C(1) << PAGE_BITS) return GM_DAMAGED; /* beyond any limit on members */
    sqlite3_bind_int64(kept->insert, 1, page_id(gm_emit_member_id(kept->job->store), page));
    sqlite3_bind_blob(kept->insert, 2, kept->page, (int)kept->len, SQLITE_STATIC);
    int code = sqlite3_step(kept->insert);
    if (code == SQLITE_DONE) sqlite3_reset(kept->insert);
    kept->len = 0;
    return code == SQLITE_DONE ? GM_OK : fail(kept->job);
}

gm_status gm_kept_add(gm_kept *kept, gm_span bytes) {
    gm_status status = prepare(kept) ? GM_OK : fail(kept->job);
    while (bytes.len > 0 && status == GM_OK) {
        size_t len = MIN(bytes.len, PAGE - kept->len);
        memcpy(kept->page + kept->len, bytes.data, len);
        kept->len += len;
        kept->bytes += (int64_t)len;
        bytes = (gm_span){bytes.data + len, bytes.len - len};
        if (kept->len == PAGE) status = write_page(kept);
    }
    return status;
}

gm_status gm_kept_end(gm_kept *kept, const gm_format *format, gm_span path, int64_t mtime_ns) {
    if (kept->bytes == 0) return GM_OK;
    gm_status status = kept->len > 0 ? write_page(kept) : GM_OK;
    gm_kept_member *member = g_new0(gm_kept_member, 1);
    *member = (gm_kept_member){.format = format,
                               .path = g_strndup(path.data, path.len),
                               .member_id = gm_emit_member_id(kept->job->store),
                               .mtime_ns = mtime_ns,
                               .bytes = kept->bytes};
    g_ptr_array_add(kept->members, member);
    kept->bytes = 0;
    return status;
}

static gint compare(gconstpointer a, gconstpointer b) {
    const gm_kept_member *left = *(gm_kept_member *const *)a, *right = *(gm_kept_member *const *)b;
    if (left->format->turn != right->format->turn) return left->format->turn < right->format->turn ? -1 : 1;
    int order = strcmp(left->path, right->path);
    if (order != 0) return order;
    return left->member_id < right->member_id ? -1 : left->member_id > right->member_id;
}

GPtrArray *gm_kept_take(gm_kept *kept) {
    GPtrArray *members = kept->members;
    kept->members = g_ptr_array_new_with_free_func(free_member);
    g_ptr_array_sort(members, compare);
    return members;
}

/* --- reading --- */
typedef struct {
    int64_t page; /* -1: none */
    char *bytes;
    size_t len;
} slot;

typedef struct {
    gm_reader base;
    sqlite3_stmt *select;
    int64_t member_id, at;
    slot slots[SLOTS];
} kept_reader;

static bool load(kept_reader *reader, slot *to, int64_t page) {
    bool done = false;
    gm_emit_settle(reader->base.job->store);
    sqlite3_bind_int64(reader->select, 1, page_id(reader->member_id, page));
    if (sqlite3_step(reader->select) == SQLITE_ROW) {
        const void *bytes = sqlite3_column_blob(reader->select, 0);
        to->len = (size_t)sqlite3_column_bytes(reader->select, 0);
        if (!to->bytes) to->bytes = g_malloc(PAGE);
        done = bytes && to->len <= PAGE;
        if (done) memcpy(to->bytes, bytes, to->len);
    }
    sqlite3_reset(reader->select);
    to->page = done ? page : -1;
    return done;
}

static gm_status pull_kept(gm_reader *base, gm_span *block) {
    kept_reader *reader = (kept_reader *)base;
    if (reader->at >= base->size) return GM_END;
    int64_t page = reader->at / PAGE;
    slot *from = &reader->slots[page % SLOTS];
    if (from->page != page && !load(reader, from, page)) return fail(base->job);
    size_t skip = (size_t)(reader->at % PAGE);
    *block = (gm_span){from->bytes + skip, from->len - skip};
    reader->at += (int64_t)block->len;
    return GM_OK;
}

static bool rewind_kept(gm_reader *base, int64_t offset) {
    if (offset < 0 || offset > base->size) return false;
    ((kept_reader *)base)->at = offset;
    return true;
}

static void release_kept(gm_reader *base) {
    kept_reader *reader = (kept_reader *)base;
    gm_emit_settle(base->job->store);
    sqlite3_finalize(reader->select);
    for (int i = 0; i < SLOTS; i++) g_free(reader->slots[i].bytes);
}

gm_reader *gm_kept_reader(gm_kept *kept, const gm_kept_member *member) {
    kept_reader *reader = g_new0(kept_reader, 1);
    gm_reader_init(&reader->base, kept->job, NULL);
    reader->base.pull = pull_kept;
    reader->base.rewind = rewind_kept;
    reader->base.release = release_kept;
    reader->base.size = member->bytes;
    reader->member_id = member->member_id;
    for (int i = 0; i < SLOTS; i++) reader->slots[i].page = -1;
    reader->select = gm_store_prepare(kept->job->store, "SELECT bytes FROM temp.kept WHERE page_id = ?", NULL);
    if (!reader->select) reader->base.status = fail(kept->job);
    return &reader->base;
}
