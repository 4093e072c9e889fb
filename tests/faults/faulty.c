/* The failing calls of faulty.h: __wrap_* for the linker, memory methods and a VFS for SQLite.
 * https://sqlite.org/c3ref/mem_methods.html, https://sqlite.org/c3ref/vfs.html, ld(1) --wrap. */
#include "faulty.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

const char *const gm_fault_names[GM_FAULT_KINDS] = {"allocation",        "call",       "short read",
                                                    "SQLite allocation", "SQLite EIO", "SQLite ENOSPC"};

static struct {
    bool armed, lasting, struck;
    gm_fault kind;
    long at, calls;
} fault;

void gm_fault_arm(gm_fault kind, long at, bool lasting) {
    fault.kind = kind;
    fault.at = at;
    fault.lasting = lasting;
    fault.calls = 0;
    fault.struck = false;
    fault.armed = true;
}

void gm_fault_disarm(void) {
    fault.armed = false;
}

long gm_fault_calls(void) {
    return fault.calls;
}

bool gm_fault_struck(void) {
    return fault.struck;
}

static bool fails(gm_fault kind) {
    if (!fault.armed || fault.kind != kind) return false;
    fault.calls++;
    bool now = fault.at > 0 && (fault.calls == fault.at || (fault.lasting && fault.calls > fault.at));
    fault.struck |= now;
    return now;
}

/* --- the project's own calls --- */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
int __real_open(const char *path, int flags, ...);
ssize_t __real_read(int fd, void *to, size_t size);
int __real_openat(int folder, const char *path, int flags, ...);
int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __real_link(const char *from, const char *to);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
int __wrap_open(const char *path, int flags, ...);
ssize_t __wrap_read(int fd, void *to, size_t size);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags);
int __wrap_link(const char *from, const char *to);

void *__wrap_malloc(size_t size) {
    return fails(GM_FAULT_ALLOCATION) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails(GM_FAULT_ALLOCATION) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    return fails(GM_FAULT_ALLOCATION) ? NULL : __real_realloc(memory, size);
}

static bool call_fails(int why) {
    bool now = fails(GM_FAULT_CALL);
    if (now) errno = why;
    return now;
}

int __wrap_open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    unsigned mode = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    return call_fails(EIO) ? -1 : __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    unsigned mode = flags & O_CREAT ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    return call_fails(EIO) ? -1 : __real_openat(folder, path, flags, mode);
}

ssize_t __wrap_read(int fd, void *to, size_t size) {
    if (size > 1 && fails(GM_FAULT_SHORT_READ)) size /= 2;
    return call_fails(EIO) ? -1 : __real_read(fd, to, size);
}

int __wrap_fsync(int fd) {
    return call_fails(ENOSPC) ? -1 : __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to) {
    return call_fails(EIO) ? -1 : __real_rename(from, to);
}

int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    return call_fails(EIO) ? -1 : __real_renameat2(from_folder, from, to_folder, to, flags);
}

int __wrap_link(const char *from, const char *to) {
    return call_fails(EIO) ? -1 : __real_link(from, to);
}

/* --- SQLite's memory --- */
static sqlite3_mem_methods usual_memory;

static void *sqlite_malloc(int size) {
    return fails(GM_FAULT_SQLITE_ALLOCATION) ? NULL : usual_memory.xMalloc(size);
}

static void *sqlite_realloc(void *memory, int size) {
    return fails(GM_FAULT_SQLITE_ALLOCATION) ? NULL : usual_memory.xRealloc(memory, size);
}

/* --- SQLite's files --- */
static sqlite3_vfs *usual_vfs, faulty_vfs;
static sqlite3_io_methods faulty_methods;

typedef struct {
    sqlite3_file base;
    sqlite3_file *usual; /* in the memory behind */
} faulty_file;

static sqlite3_file *usual(sqlite3_file *file) {
    return ((faulty_file *)file)->usual;
}

static int on_close(sqlite3_file *file) {
    sqlite3_file *real = usual(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int on_read(sqlite3_file *file, void *to, int size, sqlite3_int64 offset) {
    if (fails(GM_FAULT_SQLITE_EIO)) return SQLITE_IOERR_READ;
    return usual(file)->pMethods->xRead(usual(file), to, size, offset);
}

static int on_write(sqlite3_file *file, const void *from, int size, sqlite3_int64 offset) {
    if (fails(GM_FAULT_SQLITE_EIO)) return SQLITE_IOERR_WRITE;
    if (fails(GM_FAULT_SQLITE_FULL)) return SQLITE_FULL;
    return usual(file)->pMethods->xWrite(usual(file), from, size, offset);
}

static int on_truncate(sqlite3_file *file, sqlite3_int64 size) {
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_TRUNCATE : usual(file)->pMethods->xTruncate(usual(file), size);
}

static int on_sync(sqlite3_file *file, int flags) {
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_FSYNC : usual(file)->pMethods->xSync(usual(file), flags);
}

static int on_size(sqlite3_file *file, sqlite3_int64 *size) {
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_FSTAT : usual(file)->pMethods->xFileSize(usual(file), size);
}

static int on_lock(sqlite3_file *file, int level) {
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_LOCK : usual(file)->pMethods->xLock(usual(file), level);
}

static int on_unlock(sqlite3_file *file, int level) {
    return usual(file)->pMethods->xUnlock(usual(file), level);
}

static int on_reserved(sqlite3_file *file, int *reserved) {
    return usual(file)->pMethods->xCheckReservedLock(usual(file), reserved);
}

static int on_control(sqlite3_file *file, int what, void *argument) {
    return usual(file)->pMethods->xFileControl(usual(file), what, argument);
}

static int on_sector(sqlite3_file *file) {
    return usual(file)->pMethods->xSectorSize(usual(file));
}

static int on_characteristics(sqlite3_file *file) {
    return usual(file)->pMethods->xDeviceCharacteristics(usual(file));
}

static int on_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *flags_out) {
    (void)vfs;
    file->pMethods = NULL;
    if (fails(GM_FAULT_SQLITE_EIO)) return SQLITE_CANTOPEN;
    faulty_file *made = (faulty_file *)file;
    made->usual = (sqlite3_file *)(made + 1);
    int code = usual_vfs->xOpen(usual_vfs, name, made->usual, flags, flags_out);
    if (made->usual->pMethods) file->pMethods = &faulty_methods;
    return code;
}

static int on_delete(sqlite3_vfs *vfs, const char *name, int sync) {
    (void)vfs;
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_DELETE : usual_vfs->xDelete(usual_vfs, name, sync);
}

static int on_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) {
    (void)vfs;
    return fails(GM_FAULT_SQLITE_EIO) ? SQLITE_IOERR_ACCESS : usual_vfs->xAccess(usual_vfs, name, flags, result);
}

void gm_faulty_init(void) {
    sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual_memory);
    sqlite3_mem_methods memory = usual_memory;
    memory.xMalloc = sqlite_malloc;
    memory.xRealloc = sqlite_realloc;
    sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
    usual_vfs = sqlite3_vfs_find(NULL);
    faulty_methods = (sqlite3_io_methods){.iVersion = 1,
                                          .xClose = on_close,
                                          .xRead = on_read,
                                          .xWrite = on_write,
                                          .xTruncate = on_truncate,
                                          .xSync = on_sync,
                                          .xFileSize = on_size,
                                          .xLock = on_lock,
                                          .xUnlock = on_unlock,
                                          .xCheckReservedLock = on_reserved,
                                          .xFileControl = on_control,
                                          .xSectorSize = on_sector,
                                          .xDeviceCharacteristics = on_characteristics};
    faulty_vfs = *usual_vfs;
    faulty_vfs.szOsFile = usual_vfs->szOsFile + (int)sizeof(faulty_file);
    faulty_vfs.zName = "faulty";
    faulty_vfs.xOpen = on_open;
    faulty_vfs.xDelete = on_delete;
    faulty_vfs.xAccess = on_access;
    sqlite3_vfs_register(&faulty_vfs, 1);
}
