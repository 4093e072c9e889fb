/* From a bundle to its members.
 *
 * Comes between the files that the user names (directory.c) and the import loop (import.c). A stream is
 * looked at by its magic: compressions are taken off until something else shows, archives are walked entry by
 * entry and each entry is looked at in the same way, down to limits.depth. Everything streams: nothing is
 * extracted, and no path of an archive is ever opened. What cannot be read becomes a diagnostic of its
 * member. */
#include "importer/bundle.h"

#include "importer/decoded.h"
#include "importer/path.h"

void gm_walk_init(gm_walk *walk, gm_job *job) {
    *walk = (gm_walk){.job = job};
}

void gm_walk_release(gm_walk *walk) {
    gm_intern_release(&walk->paths);
}

/* --- taking compressions off --- */
typedef struct {
    gm_reader *reader;  /* the innermost stream */
    GPtrArray *layers;  /* compressions on the way there */
    GString *encoding;  /* their names */
    gm_packing packing; /* NONE or an archive */
    bool refused;
} unpacked;

static void unpacked_init(unpacked *inner, gm_reader *stored) {
    *inner = (unpacked){.reader = stored, .encoding = g_string_new(NULL)};
    inner->layers = g_ptr_array_new();
}

static void unpacked_release(unpacked *inner) {
    /* each layer reads from the one before */
    for (guint i = inner->layers->len; i > 0; i--) gm_reader_free(g_ptr_array_index(inner->layers, i - 1));
    g_ptr_array_free(inner->layers, TRUE);
    g_string_free(inner->encoding, TRUE);
}

static void add_encoding(unpacked *inner) {
    if (inner->encoding->len > 0) g_string_append_c(inner->encoding, '+');
    g_string_append(inner->encoding, gm_packing_name(inner->packing));
}

static void add_layer(unpacked *inner, gm_reader *layer) {
    g_ptr_array_add(inner->layers, layer);
    inner->reader = layer;
}

static gm_status unpack_one(gm_walk *walk, unpacked *inner) {
    gm_span head;
    bool complete;
    gm_reader *layer = gm_inflate_new(inner->reader, inner->packing, walk->job->limits->depth - walk->depth);
    add_layer(inner, layer);
    if (gm_reader_peek(layer, GM_PACKING_BYTES, &head, &complete) == GM_FATAL) return GM_FATAL;
    for (int level = 0; level < gm_inflate_levels(layer); level++, walk->depth++) add_encoding(inner);
    return GM_OK;
}

static gm_status unpack(gm_walk *walk, unpacked *inner) {
    gm_job *job = walk->job;
    for (;;) {
        gm_span head;
        bool complete;
        if (gm_reader_peek(inner->reader, GM_PACKING_BYTES, &head, &complete) == GM_FATAL) return GM_FATAL;
        inner->packing = gm_packing_of(head);
        if (inner->packing == GM_PACKING_NONE) return GM_OK;
        if (gm_packing_is_text(inner->packing)) { /* nothing is packed in a text */
            add_encoding(inner);
            add_layer(inner, gm_decoded_new(inner->reader, inner->packing));
            inner->packing = GM_PACKING_NONE;
            return GM_OK;
        }
        if (walk->depth >= job->limits->depth) {
            inner->refused = true;
            gm_status status = gm_job_damage(job, GM_UNKNOWN, "refused: packed more than %d times" GM_RAISES,
                                             job->limits->depth, GM_RAISED_BY(depth));
            return status == GM_FATAL ? GM_FATAL : GM_OK;
        }
        if (gm_packing_is_archive(inner->packing)) return GM_OK;
        if (unpack_one(walk, inner) == GM_FATAL) return GM_FATAL;
    }
}

/* --- the contents of one stream --- */
static gm_status take(gm_walk *walk, const gm_member_begin *member, int64_t id, unpacked *inner, gm_member_end *end) {
    gm_bundle_member opened = {member->path, id, member->mtime_ns, inner->reader};
    gm_reader_limit(inner->reader);
    return walk->take(walk->context, &opened, end) == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_reader *open_entry(gm_found *found) {
    return gm_archive_reader(found->source);
}

static gm_status walk_archive(gm_walk *walk, unpacked *inner, gm_span prefix, int64_t parent_id) {
    gm_archive *archive = gm_archive_new(inner->reader, inner->packing);
    gm_found found = {.prefix = prefix, .parent_id = parent_id, .open = open_entry, .source = archive};
    gm_status status = GM_OK;
    walk->depth++;
    while (status == GM_OK && (status = gm_archive_next(archive, &found.entry)) == GM_OK) {
        status = gm_walk_found(walk, &found);
    }
    walk->depth--;
    gm_archive_free(archive);
    if (status == GM_DAMAGED) walk->job->cut = true;
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_status contents(gm_walk *walk, const gm_member_begin *member, int64_t id, unpacked *inner,
                          gm_member_end *end) {
    if (inner->refused) return GM_OK;
    if (inner->packing == GM_PACKING_NONE) return take(walk, member, id, inner, end);
    end->format = gm_packing_name(inner->packing);
    end->bid = 100;
    return walk_archive(walk, inner, member->path, id);
}

/* --- rows --- */
static gm_status end_row(gm_walk *walk, gm_reader *stored, unpacked *inner, int64_t size, gm_member_end *end) {
    char hex[65];
    if (gm_reader_drain(stored) == GM_FATAL) return GM_FATAL;
    if (gm_reader_digest(stored, hex)) end->sha256 = hex;
    end->bytes = end->sha256 || size == GM_UNKNOWN ? stored->bytes : size;
    if (inner->encoding->len > 0) end->encoding = inner->encoding->str;
    return gm_emit_member_end(walk->job->store, end);
}

/* A member with bytes: its row is open. */
static gm_status read_member(gm_walk *walk, const gm_member_begin *member, int64_t id, gm_reader *stored,
                             int64_t size) {
    unpacked inner;
    gm_member_end end = {0};
    int depth = walk->depth;
    gm_reader_hash(stored);
    stored->rewind = NULL; /* the hash wants every byte once and in order */
    stored->most = walk->job->limits->member_bytes;
    unpacked_init(&inner, stored);
    gm_status status = unpack(walk, &inner);
    if (status == GM_OK) status = contents(walk, member, id, &inner, &end);
    if (status == GM_OK) status = end_row(walk, stored, &inner, size, &end);
    unpacked_release(&inner);
    walk->depth = depth;
    return status;
}

static gm_status begin_row(gm_walk *walk, const gm_member_begin *member, unsigned changes, int64_t *id) {
    gm_job *job = walk->job;
    if (gm_emit_member_begin(job->store, member, id) == GM_FATAL) return GM_FATAL;
    const char *complaint = gm_path_changes_text(changes);
    if (complaint && gm_job_diag(job, GM_SEVERITY_WARNING, "%s", complaint) == GM_FATAL) return GM_FATAL;
    gm_fingerprint key = gm_fingerprint_start();
    gm_fingerprint_span(&key, member->path);
    if (gm_intern_find(&walk->paths, key))
        return gm_job_diag(job, GM_SEVERITY_WARNING, "another member has the same path; both are kept");
    return gm_intern_add(&walk->paths, key, 1) ? GM_OK : gm_job_fail(job, "memory is out");
}

/* A member without bytes that could be read. */
static gm_status end_unread(gm_walk *walk, const gm_archive_entry *entry) {
    gm_member_end end = {.bytes = MAX(entry->size, 0)};
    if (entry->type != GM_ENTRY_FILE) {
        end.format = entry->type == GM_ENTRY_LINK ? "link" : "special_file";
        end.bid = 100;
    }
    return gm_emit_member_end(walk->job->store, &end);
}

static gm_status read_found(gm_walk *walk, gm_found *found, const gm_member_begin *member, int64_t id) {
    gm_job *job = walk->job;
    const gm_archive_entry *entry = &found->entry;
    gm_status status = GM_OK;
    if (entry->type != GM_ENTRY_FILE) {
        status = gm_job_diag(job, GM_SEVERITY_INFO, "%s: listed, not followed", entry->what);
    } else if (entry->encrypted) {
        status = gm_job_damage(job, GM_UNKNOWN, "encrypted: cannot be read");
    } else {
        gm_reader *stored = found->open(found);
        if (stored) {
            status = read_member(walk, member, id, stored, entry->size);
            gm_reader_free(stored);
            return status;
        }
    }
    return status == GM_FATAL ? GM_FATAL : end_unread(walk, entry);
}

static gm_status count_entry(gm_walk *walk) {
    gm_job *job = walk->job;
    if (job->stopped) return GM_END;
    if (++walk->members <= job->limits->members) return GM_OK;
    job->stopped = true;
    gm_status status = gm_job_damage(job, GM_UNKNOWN,
                                     "refused: more than %" G_GINT64_FORMAT " members, the rest is not read" GM_RAISES,
                                     job->limits->members, GM_RAISED_BY(members));
    return status == GM_FATAL ? GM_FATAL : GM_END;
}

gm_status gm_walk_found(gm_walk *walk, gm_found *found) {
    unsigned changes;
    int64_t id;
    gm_status status = count_entry(walk);
    if (status != GM_OK || found->entry.type == GM_ENTRY_DIRECTORY) return status;
    g_autofree char *path = gm_path_clean(found->prefix, found->entry.path, &changes);
    gm_member_begin member = {gm_span_of(path), found->parent_id, found->entry.mtime_ns};
    if (gm_path_is_litter(member.path)) {
        return gm_job_diag(walk->job, GM_SEVERITY_INFO, "litter left out: %s", path);
    }
    status = begin_row(walk, &member, changes, &id);
    if (status != GM_FATAL) status = read_found(walk, found, &member, id);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

/* --- a stream that is the bundle --- */
static gm_status read_single(gm_walk *walk, const gm_member_begin *member, gm_reader *stored, unpacked *inner) {
    gm_member_end end = {0};
    int64_t id;
    gm_status status = count_entry(walk);
    if (status != GM_OK) return status;
    status = begin_row(walk, member, 0, &id);
    if (status != GM_FATAL) status = contents(walk, member, id, inner, &end);
    return status == GM_FATAL ? GM_FATAL : end_row(walk, stored, inner, GM_UNKNOWN, &end);
}

gm_status gm_walk_stream(gm_walk *walk, gm_reader *stored, gm_span name, gm_span prefix, int64_t mtime_ns) {
    unpacked inner;
    gm_reader_hash(stored);
    unpacked_init(&inner, stored);
    gm_status status = walk->job->stopped ? GM_END : unpack(walk, &inner);
    if (status == GM_OK && inner.packing != GM_PACKING_NONE && !inner.refused) {
        g_clear_pointer(&stored->hash, gm_sha256_free); /* the bundle itself is no member */
        status = walk_archive(walk, &inner, prefix, GM_UNKNOWN);
    } else if (status == GM_OK) {
        gm_member_begin member = {name, GM_UNKNOWN, mtime_ns};
        status = read_single(walk, &member, stored, &inner);
    }
    unpacked_release(&inner);
    gm_reader_free(stored);
    walk->depth = 0;
    return status;
}
