/* The temporary file of an import and its way to the final name.
 *
 * Called by store.c before the first and after the last statement. The temporary file lies in the target's
 * own directory, for a rename must not cross file systems; its name carries the process id, so that imports
 * which run side by side do not meet. What a killed import left is removed by a later one. See rename(2),
 * RENAME_NOREPLACE. */
#include "importer/store/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool fail(GError **error, const char *what, const char *path) {
    int why = errno;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot %s %s: %s", what, path, g_strerror(why));
    return false;
}

static bool fail_exists(GError **error, const char *path) {
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_EXISTS, "%s exists already", path);
    return false;
}

static bool target_is_free(const char *path, bool force, GError **error) {
    struct stat found;
    if (lstat(path, &found) != 0) return errno == ENOENT || fail(error, "write", path);
    if (!force) return fail_exists(error, path);
    if (S_ISREG(found.st_mode) || S_ISLNK(found.st_mode)) return true;
    g_set_error(error, GM_STORE_ERROR, GM_STORE_ERROR_IO, "cannot write %s: it is not a regular file", path);
    return false;
}

/* --- what a killed import left --- */
enum { STALE_S = 60 }; /* younger ones may belong to an import that has not locked its file yet */

static bool is_temporary_name(const char *name) {
    static const char start[] = ".gomortem-", end[] = ".tmp";
    if (!g_str_has_prefix(name, start) || !g_str_has_suffix(name, end)) return false;
    const char *middle = name + strlen(start);
    return strspn(middle, "0123456789-") == strlen(middle) - strlen(end);
}

/* Old, and nobody holds its lock: an import keeps one on its file as long as it works on it. */
static bool is_stale(int fd) {
    struct stat found;
    return fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && time(NULL) - found.st_mtime > STALE_S &&
           flock(fd, LOCK_EX | LOCK_NB) == 0;
}

static void remove_stale(const char *directory) {
    g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
    for (const char *name; dir && (name = g_dir_read_name(dir));) {
        if (!is_temporary_name(name)) continue;
        g_autofree char *path = g_build_filename(directory, name, NULL);
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (fd < 0) continue;
        if (is_stale(fd)) unlink(path);
        close(fd);
    }
}

/* --- making it --- */
char *gm_publish_reserve(const char *path, bool force, int *lock, GError **error) {
    if (!target_is_free(path, force, error)) return NULL;
    g_autofree char *directory = g_path_get_dirname(path);
    remove_stale(directory);
    for (int attempt = 0; attempt < 1000; attempt++) {
        char *temp = g_strdup_printf("%s/.gomortem-%ld-%d.tmp", directory, (long)getpid(), attempt);
        int fd = open(temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            (void)flock(fd, LOCK_EX | LOCK_NB); /* where that cannot be done, the file's age must do */
            *lock = fd;
            return temp;
        }
        g_free(temp);
        if (errno != EEXIST) break;
    }
    fail(error, "create a file in", directory);
    return NULL;
}

static bool sync_path(const char *path, int flags) {
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0) return false;
    bool synced = fsync(fd) == 0 || errno == EINVAL || errno == EROFS; /* not every file system knows it */
    int why = errno;
    close(fd);
    errno = why;
    return synced;
}

/* A journal left over by an interrupted run on an older file of this name would be played back into ours. */
static void remove_leftovers(const char *path) {
    static const char *const suffixes[] = {"-journal", "-wal", "-shm"};
    for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *leftover = g_strconcat(path, suffixes[i], NULL);
        unlink(leftover);
    }
}

static bool move_without_replacing(const char *temp, const char *path) {
    if (renameat2(AT_FDCWD, temp, AT_FDCWD, path, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    if (link(temp, path) != 0) return false; /* the file system lacks the flag */
    unlink(temp);
    return true;
}

bool gm_publish(const char *temp, const char *path, bool force, GError **error) {
    if (!sync_path(temp, O_RDONLY)) return fail(error, "write", path);
    remove_leftovers(path);
    bool moved = force ? rename(temp, path) == 0 : move_without_replacing(temp, path);
    if (!moved) return errno == EEXIST && !force ? fail_exists(error, path) : fail(error, "write", path);
    g_autofree char *directory = g_path_get_dirname(path);
    sync_path(directory, O_RDONLY | O_DIRECTORY); /* the file is whole already; a failure here loses nothing */
    return true;
}
