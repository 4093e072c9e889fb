/* What the user names as a bundle, opened: a file, a directory, standard input.
 *
 * Comes first in an import; bundle.c takes over with the streams and directory entries found here.
 * Directories are walked in the byte order of their names, from open descriptors, and no link in them is
 * followed, so that the walk sees the same members everywhere and cannot be led out of the directory. */
#include "importer/bundle.h"

#include "gomortem/importer.h"
#include "importer/path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEPEST = 64 }; /* directories in each other; one descriptor each */

/* --- directories --- */
static gint compare_names(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in a directory, sorted; NULL with errno when it cannot be read. */
static GPtrArray *list_names(int fd) {
    int own = dup(fd);
    DIR *dir = own < 0 ? NULL : fdopendir(own);
    if (!dir) {
        if (own >= 0) close(own);
        return NULL;
    }
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        g_ptr_array_add(names, g_strdup(entry->d_name));
    }
    closedir(dir);
    g_ptr_array_sort(names, compare_names);
    return names;
}

typedef struct {
    gm_walk *walk;
    int fd;
    const char *name;
} located;

static gm_reader *open_located(gm_found *found) {
    located *at = found->source;
    int fd = openat(at->fd, at->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd >= 0) return gm_reader_file(at->walk->job, fd, false);
    at->walk->job->unread = true;
    gm_job_damage(at->walk->job, GM_UNKNOWN, "cannot be opened: %s", strerrordesc_np(errno));
    return NULL;
}

static void describe(const struct stat *st, gm_archive_entry *entry) {
    static const struct {
        unsigned mode;
        gm_entry_type type;
        const char *what;
    } types[] = {
        {S_IFREG, GM_ENTRY_FILE, "a file"},          {S_IFDIR, GM_ENTRY_DIRECTORY, "a directory"},
        {S_IFLNK, GM_ENTRY_LINK, "a symbolic link"}, {S_IFIFO, GM_ENTRY_SPECIAL, "a pipe"},
        {S_IFSOCK, GM_ENTRY_SPECIAL, "a socket"},    {S_IFCHR, GM_ENTRY_SPECIAL, "a device"},
        {S_IFBLK, GM_ENTRY_SPECIAL, "a device"},
    };
    entry->type = GM_ENTRY_SPECIAL;
    entry->what = "of an unknown kind";
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i].mode != (st->st_mode & S_IFMT)) continue;
        entry->type = types[i].type;
        entry->what = types[i].what;
    }
    entry->size = st->st_size;
    entry->mtime_ns = gm_mtime_ns(st->st_mtim.tv_sec, st->st_mtim.tv_nsec);
}

static gm_status walk_names(gm_walk *walk, int fd, GString *path, gm_span prefix, int depth);

static gm_status walk_subdirectory(gm_walk *walk, int fd, const char *name, GString *path, gm_span prefix, int depth) {
    int below = depth < DEEPEST ? openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    const char *why = depth < DEEPEST ? strerrordesc_np(errno) : "too deep";
    if (below < 0) {
        gm_status status = gm_job_damage(walk->job, GM_UNKNOWN, "directory %s left out: %s", path->str, why);
        return status == GM_FATAL ? GM_FATAL : GM_OK;
    }
    gm_status status = walk_names(walk, below, path, prefix, depth + 1);
    close(below);
    return status;
}

static gm_status walk_name(gm_walk *walk, int fd, const char *name, GString *path, gm_span prefix, int depth) {
    located at = {walk, fd, name};
    struct stat st;
    gm_found found = {.prefix = prefix, .parent_id = GM_UNKNOWN, .open = open_located, .source = &at};
    if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
        gm_status status = gm_job_damage(walk->job, GM_UNKNOWN, "%s left out: %s", path->str, strerrordesc_np(errno));
        return status == GM_FATAL ? GM_FATAL : GM_OK;
    }
    found.entry.path = (gm_span){path->str, path->len};
    describe(&st, &found.entry);
    gm_status status = gm_walk_found(walk, &found);
    if (status != GM_OK || found.entry.type != GM_ENTRY_DIRECTORY) return status;
    return walk_subdirectory(walk, fd, name, path, prefix, depth);
}

static gm_status walk_names(gm_walk *walk, int fd, GString *path, gm_span prefix, int depth) {
    GPtrArray *names = list_names(fd);
    gm_status status = GM_OK;
    gsize base = path->len;
    if (!names) {
        status = gm_job_damage(walk->job, GM_UNKNOWN, "directory %s left out: %s", path->str, strerrordesc_np(errno));
        return status == GM_FATAL ? GM_FATAL : GM_OK;
    }
    for (guint i = 0; i < names->len && status == GM_OK; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (base > 0) g_string_append_c(path, '/');
        g_string_append(path, name);
        status = walk_name(walk, fd, name, path, prefix, depth);
        g_string_truncate(path, base);
    }
    g_ptr_array_free(names, TRUE);
    return status;
}

gm_status gm_walk_directory(gm_walk *walk, int fd, gm_span prefix) {
    GString *path = g_string_new(NULL);
    gm_status status = walk_names(walk, fd, path, prefix, 0);
    g_string_free(path, TRUE);
    close(fd);
    return status;
}

/* --- the bundle --- */
static gm_status unusable(gm_job *job, const char *path, const char *why) {
    bool passing = errno == EIO || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == EINTR;
    g_set_error(&job->error, GM_IMPORT_ERROR, passing ? GM_IMPORT_ERROR_IO : GM_IMPORT_ERROR_UNUSABLE, "%s: %s", path,
                why);
    return GM_FATAL;
}

static gm_status walk_file(gm_walk *walk, int fd, const char *path, gm_span prefix, int64_t mtime_ns) {
    unsigned changes;
    gm_span head;
    bool complete;
    gm_reader *stored = gm_reader_file(walk->job, fd, true);
    g_autofree char *name = strcmp(path, "-") == 0
                                ? g_strdup("stdin")
                                : gm_path_clean(GM_SPAN(""), gm_path_name(gm_span_of(path)), &changes);
    gm_status status = gm_reader_peek(stored, GM_PACKING_BYTES, &head, &complete);
    if (status == GM_OK && head.len == 0) {
        errno = 0;
        status = unusable(walk->job, path, "the file is empty");
    }
    if (status == GM_OK) return gm_walk_stream(walk, stored, gm_span_of(name), prefix, mtime_ns);
    gm_reader_free(stored);
    return status;
}

gm_status gm_walk_bundle(gm_walk *walk, const char *path, bool prefix) {
    struct stat st;
    bool is_stdin = strcmp(path, "-") == 0;
    g_autofree char *name = prefix ? gm_bundle_name(path) : g_strdup("");
    int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) return unusable(walk->job, path, strerrordesc_np(errno));
    if (fstat(fd, &st) < 0) {
        gm_status status = unusable(walk->job, path, strerrordesc_np(errno));
        close(fd);
        return status;
    }
    if (S_ISDIR(st.st_mode)) return gm_walk_directory(walk, fd, gm_span_of(name));
    int64_t mtime_ns =
        S_ISREG(st.st_mode) && !is_stdin ? gm_mtime_ns(st.st_mtim.tv_sec, st.st_mtim.tv_nsec) : GM_UNKNOWN;
    return walk_file(walk, fd, path, gm_span_of(name), mtime_ns);
}
