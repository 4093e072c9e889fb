/* libarchive behind the reader interface.
 *
 * Comes between the stream of a bundle (or of a member that turned out to be packed) and bundle.c, which
 * walks the entries. A compression and an archive are two readers on each other: each is opened with exactly
 * the one filter or format that the magic showed, so that no other code of libarchive sees hostile bytes.
 * Nothing is written to disk and no outside program is run. See libarchive's archive_read(3),
 * archive_read_data(3). */
#include "importer/archive.h"

#include "importer/ahead.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

enum { RETRIES = 16 };

#define AHEAD_FROM (INT64_C(1) << 20) /* a thread costs more than unpacking less than this */

/* --- callbacks --- */
static la_ssize_t on_read(struct archive *archive, void *context, const void **buffer) {
    gm_span block;
    gm_reader *source = context;
    switch (source->ahead ? gm_ahead_input(source->ahead, &block) : gm_reader_next(source, &block)) {
    case GM_OK: *buffer = block.data; return (la_ssize_t)block.len;
    case GM_END: return 0;
    default: archive_set_error(archive, EIO, "the source breaks off"); return ARCHIVE_FATAL;
    }
}

static la_int64_t on_seek(struct archive *archive, void *context, la_int64_t offset, int whence) {
    gm_reader *source = context;
    int64_t from = whence == SEEK_END ? source->size : 0;
    if (whence != SEEK_CUR && offset >= -from && offset <= source->size - from &&
        gm_reader_rewind(source, from + offset)) {
        return from + offset;
    }
    archive_set_error(archive, EINVAL, "the source cannot be read from %lld on", (long long)offset);
    return ARCHIVE_FATAL;
}

static int open_archive(struct archive *archive, gm_reader *source) {
    archive_read_set_read_callback(archive, on_read);
    if (source->rewind) archive_read_set_seek_callback(archive, on_seek);
    archive_read_set_callback_data(archive, source);
    return archive_read_open1(archive);
}

/* libarchive gave up: says why, unless the stream beneath has said so already. */
static gm_status failed(struct archive *archive, gm_reader *source, gm_packing packing, int64_t offset) {
    if (source->status == GM_DAMAGED || source->status == GM_FATAL) return source->status;
    const char *why = archive_error_string(archive);
    return gm_job_damage(source->job, offset, "%s: %s", gm_packing_name(packing), why ? why : "cannot be read");
}

/* --- compressions --- */
typedef struct {
    gm_reader base;
    struct archive *archive;
    gm_packing packing;
    int levels, most_levels;
    bool opened, alone; /* alone: there is no thread to be had */
    gm_ahead *ahead;
} inflate;

static int support_filter(struct archive *archive, gm_packing packing) {
    switch (packing) {
    case GM_PACKING_GZIP: return archive_read_support_filter_gzip(archive);
    case GM_PACKING_XZ: return archive_read_support_filter_xz(archive);
    case GM_PACKING_ZSTD: return archive_read_support_filter_zstd(archive);
    case GM_PACKING_BZIP2: return archive_read_support_filter_bzip2(archive);
    default: return archive_read_support_filter_lz4(archive);
    }
}

static gm_status inflate_open(inflate *reader) {
    gm_reader *base = &reader->base;
    struct archive_entry *entry;
    reader->opened = true;
    /* anything but OK means that libarchive was built without it and would run a program instead */
    if (support_filter(reader->archive, reader->packing) != ARCHIVE_OK) {
        return gm_job_damage(base->job, GM_UNKNOWN, "%s is not supported by this build of libarchive",
                             gm_packing_name(reader->packing));
    }
    archive_read_support_format_raw(reader->archive);
    archive_read_support_format_empty(reader->archive);
    int code = open_archive(reader->archive, base->source);
    if (code >= ARCHIVE_WARN) code = archive_read_next_header(reader->archive, &entry);
    reader->levels = archive_filter_count(reader->archive) - 1; /* the last one is "none" */
    if (reader->levels >
        reader->most_levels) { /* libarchive itself gives up somewhere beyond: a file may unpack to itself */
        return gm_job_damage(base->job, GM_UNKNOWN, "refused: packed more than %d times" GM_RAISES,
                             base->job->limits->depth, GM_RAISED_BY(depth));
    }
    if (code < ARCHIVE_WARN) return failed(reader->archive, base->source, reader->packing, GM_UNKNOWN);
    if (reader->levels < 1) {
        return gm_job_damage(base->job, GM_UNKNOWN, "%s: the header is damaged", gm_packing_name(reader->packing));
    }
    return code == ARCHIVE_EOF ? GM_END : GM_OK;
}

static gm_status inflate_block(void *context, gm_span *block) {
    inflate *reader = context;
    const void *data;
    size_t len = 0;
    la_int64_t offset;
    do {
        int code = archive_read_data_block(reader->archive, &data, &len, &offset);
        if (code == ARCHIVE_EOF) return GM_END;
        if (code < ARCHIVE_WARN) return GM_DAMAGED;
        *block = (gm_span){data, len};
    } while (len == 0);
    return GM_OK;
}

static void look_ahead(inflate *reader) {
    gm_reader *base = &reader->base;
    if (reader->ahead || reader->alone || base->job->alone || base->bytes < AHEAD_FROM || !gm_ahead_can(base->source))
        return;
    reader->ahead = gm_ahead_start(base->source, inflate_block, reader);
    reader->alone = !reader->ahead;
}

static gm_status inflate_pull(gm_reader *base, gm_span *block) {
    inflate *reader = (inflate *)base;
    gm_status status = reader->opened ? GM_OK : inflate_open(reader);
    if (status != GM_OK) return status;
    look_ahead(reader);
    status = reader->ahead ? gm_ahead_next(reader->ahead, block) : inflate_block(reader, block);
    if (status != GM_DAMAGED) return status;
    return failed(reader->archive, base->source, reader->packing, gm_reader_offset(base));
}

static void inflate_release(gm_reader *base) {
    gm_ahead_free(((inflate *)base)->ahead);
    archive_read_free(((inflate *)base)->archive);
}

gm_reader *gm_inflate_new(gm_reader *source, gm_packing packing, int levels) {
    inflate *reader = g_new0(inflate, 1);
    gm_reader_init(&reader->base, source->job, source);
    reader->base.pull = inflate_pull;
    reader->base.release = inflate_release;
    reader->base.expands = reader->base.charges = true;
    reader->archive = archive_read_new();
    reader->packing = packing;
    reader->most_levels = levels;
    return &reader->base;
}

int gm_inflate_levels(const gm_reader *base) {
    return MAX(((const inflate *)base)->levels, 1);
}

/* --- archives --- */
struct gm_archive {
    struct archive *archive;
    struct archive_entry *entry;
    gm_reader *source;
    gm_reader *memory; /* the source when the whole archive had to be read into memory */
    GByteArray *bytes;
    gm_packing packing;
    gm_status status;
};

/* 7zip has its directory at the end. Where the source cannot go back, it has to fit in memory. */
static gm_status read_into_memory(gm_archive *archive) {
    gm_job *job = archive->source->job;
    gm_status status;
    gm_span block;
    archive->bytes = g_byte_array_new();
    while ((status = gm_reader_next(archive->source, &block)) == GM_OK) {
        if (block.len > job->limits->arena_bytes - archive->bytes->len) {
            return gm_job_damage(job, GM_UNKNOWN, "refused: a %s inside of something else may have %zu bytes" GM_RAISES,
                                 gm_packing_name(archive->packing), job->limits->arena_bytes, GM_RAISED_BY(memory));
        }
        g_byte_array_append(archive->bytes, (const guint8 *)block.data, (guint)block.len);
    }
    if (status != GM_END) return status;
    gm_span bytes = {(const char *)archive->bytes->data, archive->bytes->len};
    archive->memory = archive->source = gm_reader_memory(job, bytes);
    return GM_OK;
}

static gm_status prepare(gm_archive *archive) {
    struct archive *handle = archive->archive;
    gm_reader *source = archive->source;
    if (source->rewind && !gm_reader_rewind(source, 0)) return gm_job_fail(source->job, "cannot seek in the bundle");
    switch (archive->packing) {
    case GM_PACKING_ZIP:
        if (source->rewind) {
            archive_read_support_format_zip(handle);
        } else {
            archive_read_support_format_zip_streamable(handle);
        }
        return GM_OK;
    case GM_PACKING_7ZIP:
        archive_read_support_format_7zip(handle);
        return source->rewind ? GM_OK : read_into_memory(archive);
    case GM_PACKING_CPIO:
        /* libarchive 3.6 allocates as much as the name's size in a header says: up to 4 GiB */
        return gm_job_damage(source->job, GM_UNKNOWN, "refused: a cpio is not read, a tar or zip would be");
    default:
        archive_read_support_format_tar(handle);
        archive_read_set_options(handle, "tar:read_concatenated_archives");
        return GM_OK;
    }
}

gm_archive *gm_archive_new(gm_reader *source, gm_packing packing) {
    gm_archive *archive = g_new0(gm_archive, 1);
    archive->archive = archive_read_new();
    archive->source = source;
    archive->packing = packing;
    archive->status = prepare(archive);
    if (archive->status == GM_OK && open_archive(archive->archive, archive->source) < ARCHIVE_WARN) {
        archive->status = failed(archive->archive, archive->source, packing, GM_UNKNOWN);
    }
    return archive;
}

void gm_archive_free(gm_archive *archive) {
    if (!archive) return;
    archive_read_free(archive->archive);
    gm_reader_free(archive->memory);
    if (archive->bytes) g_byte_array_free(archive->bytes, TRUE);
    g_free(archive);
}

int64_t gm_mtime_ns(int64_t seconds, int64_t nanoseconds) {
    int64_t most = INT64_MAX / GM_NS_PER_S;
    if (seconds <= -most || seconds >= most || nanoseconds < 0 || nanoseconds >= GM_NS_PER_S) return GM_UNKNOWN;
    return seconds * GM_NS_PER_S + nanoseconds;
}

static void describe_type(struct archive_entry *from, gm_archive_entry *entry) {
    static const struct {
        unsigned mode;
        gm_entry_type type;
        const char *what;
    } types[] = {
        {AE_IFREG, GM_ENTRY_FILE, "a file"},          {AE_IFDIR, GM_ENTRY_DIRECTORY, "a directory"},
        {AE_IFLNK, GM_ENTRY_LINK, "a symbolic link"}, {AE_IFIFO, GM_ENTRY_SPECIAL, "a pipe"},
        {AE_IFSOCK, GM_ENTRY_SPECIAL, "a socket"},    {AE_IFCHR, GM_ENTRY_SPECIAL, "a device"},
        {AE_IFBLK, GM_ENTRY_SPECIAL, "a device"},
    };
    /* a zip read as a stream does not say, and what is unknown can only be a file */
    entry->type = GM_ENTRY_FILE;
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i].mode != archive_entry_filetype(from)) continue;
        entry->type = types[i].type;
        entry->what = types[i].what;
    }
    /* some dialects repeat the bytes with a hard link, then it is as good as a file */
    if (archive_entry_hardlink(from) && archive_entry_size(from) == 0) {
        entry->type = GM_ENTRY_LINK;
        entry->what = "a hard link";
    }
}

static void describe(struct archive_entry *from, gm_archive_entry *entry) {
    *entry = (gm_archive_entry){.mtime_ns = GM_UNKNOWN, .size = GM_UNKNOWN};
    const char *path = archive_entry_pathname(from);
    if (!path) path = archive_entry_pathname_utf8(from);
    entry->path = gm_span_of(path);
    describe_type(from, entry);
    if (archive_entry_size_is_set(from)) entry->size = archive_entry_size(from);
    entry->encrypted = archive_entry_is_encrypted(from) != 0;
    if (archive_entry_mtime_is_set(from)) {
        entry->mtime_ns = gm_mtime_ns(archive_entry_mtime(from), archive_entry_mtime_nsec(from));
    }
}

static gm_status next_entry(gm_archive *archive) {
    gm_job *job = archive->source->job;
    for (int tries = 0; tries < RETRIES; tries++) {
        int code = archive_read_next_header(archive->archive, &archive->entry);
        const char *why = archive_error_string(archive->archive);
        if (code == ARCHIVE_EOF) return GM_END;
        if (code == ARCHIVE_OK) return GM_OK;
        if (code == ARCHIVE_WARN) return gm_job_diag(job, GM_SEVERITY_WARNING, "%s", why ? why : "odd entry");
        if (code == ARCHIVE_FATAL) break;
        if (code != ARCHIVE_FAILED) continue;
        if (gm_job_damage(job, GM_UNKNOWN, "an entry was left out: %s", why ? why : "damaged") == GM_FATAL) {
            return GM_FATAL;
        }
    }
    return failed(archive->archive, archive->source, archive->packing, GM_UNKNOWN);
}

gm_status gm_archive_next(gm_archive *archive, gm_archive_entry *entry) {
    if (archive->status == GM_OK) archive->status = next_entry(archive);
    if (archive->status == GM_OK) describe(archive->entry, entry);
    return archive->status;
}

/* --- the bytes of an entry --- */
typedef struct {
    gm_reader base;
    gm_archive *archive;
    int64_t hole;  /* bytes of zero to come before the block */
    gm_span block; /* read, but not handed out because of the hole */
    bool ended, warned;
} entry_reader;

static gm_status fill_hole(entry_reader *reader, gm_span *block) {
    static const char zeros[65536];
    *block = (gm_span){zeros, (size_t)MIN(reader->hole, (int64_t)sizeof zeros)};
    reader->hole -= (int64_t)block->len;
    return reader->base.charges ? GM_OK : gm_reader_charge(&reader->base, (int64_t)block->len);
}

static gm_status read_block(entry_reader *reader, int64_t *offset) {
    gm_archive *archive = reader->archive;
    const void *data = NULL;
    size_t len = 0;
    la_int64_t at = 0;
    int code = archive_read_data_block(archive->archive, &data, &len, &at);
    *offset = at;
    if (code == ARCHIVE_OK || code == ARCHIVE_WARN || code == ARCHIVE_RETRY) reader->block = (gm_span){data, len};
    if (code == ARCHIVE_OK) return GM_OK;
    if (code == ARCHIVE_EOF) return GM_END;
    gm_status status = GM_OK;
    if (code < ARCHIVE_WARN || !reader->warned) {
        status = failed(archive->archive, archive->source, archive->packing, gm_reader_offset(&reader->base));
    }
    reader->warned = true;
    if (code == ARCHIVE_FATAL) archive->status = status;
    return code < ARCHIVE_WARN || status == GM_FATAL ? status : GM_OK;
}

static gm_status entry_pull(gm_reader *base, gm_span *block) {
    entry_reader *reader = (entry_reader *)base;
    struct archive_entry *entry = reader->archive->entry;
    while (reader->hole == 0 && reader->block.len == 0 && !reader->ended) {
        int64_t offset;
        gm_status status = read_block(reader, &offset);
        if (status == GM_END) {
            reader->ended = true;
            reader->block = (gm_span){NULL, 0};
            offset = archive_entry_sparse_count(entry) > 0 ? archive_entry_size(entry) : base->bytes;
        } else if (status != GM_OK) {
            return status;
        }
        reader->hole = MAX(offset - base->bytes, 0);
    }
    if (reader->hole > 0) return fill_hole(reader, block);
    if (reader->ended) return GM_END;
    *block = reader->block;
    reader->block = (gm_span){NULL, 0};
    return GM_OK;
}

gm_reader *gm_archive_reader(gm_archive *archive) {
    entry_reader *reader = g_new0(entry_reader, 1);
    gm_reader_init(&reader->base, archive->source->job, archive->source);
    reader->base.pull = entry_pull;
    reader->base.expands = true;
    reader->base.charges = archive->packing == GM_PACKING_ZIP || archive->packing == GM_PACKING_7ZIP;
    reader->base.source_from = archive->source->last_begin;
    reader->archive = archive;
    return &reader->base;
}
