/* Stacks with their functions, and whose code each function is: the runtime's, the standard library's, a
 * dependency's or the service's own. Between the profile tables and the growth of sites and goroutine groups.
 * A site that an engineer can act on is the first frame of the service's own code above the allocation. */
#include "analyzer/frames.h"

#include <stdlib.h>

struct gm_frames {
    gm_store *store;
    gm_arena *arena;
    gm_function *functions;
    int64_t *function_ids, *location_ids, *stack_ids; /* ascending */
    const gm_function **locations;                    /* by the place of the id in location_ids */
    const gm_stack **stacks;                          /* likewise; NULL: not read yet */
    size_t n_functions, n_locations, n_stacks;
    sqlite3_stmt *read_stack;
};

static const gm_stack no_stack;

/* Top-level packages of the standard library. A module path without a dot that is none of these is a service's. */
static const char *const standard[] = {
    "archive", "arena",    "bufio", "builtin", "bytes",    "cmp",      "compress", "container", "context",
    "crypto",  "database", "debug", "embed",   "encoding", "errors",   "expvar",   "flag",      "fmt",
    "go",      "hash",     "html",  "image",   "index",    "internal", "io",       "iter",      "log",
    "maps",    "math",     "mime",  "net",     "os",       "path",     "plugin",   "reflect",   "regexp",
    "runtime", "slices",   "sort",  "strconv", "strings",  "structs",  "sync",     "syscall",   "testing",
    "text",    "time",     "type:", "unicode", "unique",   "unsafe",   "vendor",   "weak",
};

static int compare_name(const void *key, const void *item) {
    return strcmp(key, *(const char *const *)item);
}

static bool is_standard(const char *function) {
    char root[64];
    size_t n = strcspn(function, "/.");
    if (n == 0 || n >= sizeof root) return false;
    /* "golang.org/x/net" has its dot before the slash: a domain, not a package. */
    size_t slash = strcspn(function, "/");
    if (function[slash] == '/' && n < slash && function[n] == '.') return false;
    memcpy(root, function, n);
    root[n] = '\0';
    return bsearch(root, standard, G_N_ELEMENTS(standard), sizeof *standard, compare_name) != NULL;
}

gm_code gm_code_of(const char *function, const char *file) {
    if (g_str_has_prefix(function, "runtime.") || g_str_has_prefix(function, "runtime/") ||
        g_str_has_prefix(function, "internal/runtime/"))
        return GM_CODE_RUNTIME;
    if (g_str_has_prefix(function, "_cgoexp_") || strncmp(function, "0x", 2) == 0) return GM_CODE_DEPENDENCY;
    if (is_standard(function)) return GM_CODE_STANDARD;
    bool kept_module =
        file && (strstr(file, "/pkg/mod/") || strstr(file, "/vendor/") || (strchr(file, '@') && strstr(file, "@v")));
    bool extension = g_str_has_prefix(function, "golang.org/x/") || g_str_has_prefix(function, "google.golang.org/");
    return kept_module || extension ? GM_CODE_DEPENDENCY : GM_CODE_OWN;
}

static char *keep(gm_frames *frames, const char *text) {
    return text ? gm_arena_strndup(frames->arena, text, strlen(text)) : NULL;
}

/* The place of an id among ascending ones, n when it is not there. Ids are given in turn: the guess mostly hits. */
static size_t place_of(const int64_t *ids, size_t n, int64_t id) {
    if (n == 0 || id < ids[0] || id > ids[n - 1]) return n;
    uint64_t guess = (uint64_t)id - (uint64_t)ids[0];
    if (guess < n && ids[guess] == id) return (size_t)guess;
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id) low = middle + 1;
        else high = middle;
    }
    return low < n && ids[low] == id ? low : n;
}

static bool count_rows(gm_frames *frames, const char *sql, size_t *n, GError **error) {
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(frames->store, sql, error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(frames->store, error);
    *n = (size_t)sqlite3_column_int64(stmt, 0);
    return true;
}

static bool load_functions(gm_frames *frames, GError **error) {
    size_t size = 0, n = 0;
    if (!count_rows(frames, "SELECT count(*) FROM function", &size, error)) return false;
    frames->functions = GM_ARENA_NEW(frames->arena, gm_function, size + 1);
    frames->function_ids = GM_ARENA_NEW(frames->arena, int64_t, size + 1);
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(frames->store, "SELECT function_id, name, file FROM function ORDER BY function_id", error);
    if (!stmt) return false;
    int step;
    for (; (step = sqlite3_step(stmt)) == SQLITE_ROW && n < size; n++) {
        gm_function *function = &frames->functions[n];
        function->function_id = frames->function_ids[n] = sqlite3_column_int64(stmt, 0);
        function->index = n;
        function->name = keep(frames, gm_column_word(stmt, 1));
        function->file = keep(frames, gm_column_text(stmt, 2));
        function->code = gm_code_of(function->name, function->file);
    }
    frames->n_functions = n;
    gm_modules_settle(frames->functions, n);
    return step == SQLITE_DONE || gm_store_error_set(frames->store, error);
}

static bool load_locations(gm_frames *frames, GError **error) {
    size_t size = 0, n = 0;
    if (!count_rows(frames, "SELECT count(*) FROM location", &size, error)) return false;
    frames->location_ids = GM_ARENA_NEW(frames->arena, int64_t, size + 1);
    frames->locations = GM_ARENA_NEW(frames->arena, const gm_function *, size + 1);
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(frames->store, "SELECT location_id, function_id FROM location ORDER BY location_id", error);
    if (!stmt) return false;
    int step;
    for (; (step = sqlite3_step(stmt)) == SQLITE_ROW && n < size; n++) {
        frames->location_ids[n] = sqlite3_column_int64(stmt, 0);
        size_t place = place_of(frames->function_ids, frames->n_functions, sqlite3_column_int64(stmt, 1));
        if (place < frames->n_functions) frames->locations[n] = &frames->functions[place];
    }
    frames->n_locations = n;
    return step == SQLITE_DONE || gm_store_error_set(frames->store, error);
}

static bool load_stack_ids(gm_frames *frames, GError **error) {
    size_t size = 0, n = 0;
    if (!count_rows(frames, "SELECT count(*) FROM stack", &size, error)) return false;
    frames->stack_ids = GM_ARENA_NEW(frames->arena, int64_t, size + 1);
    frames->stacks = GM_ARENA_NEW(frames->arena, const gm_stack *, size + 1);
    g_autoptr(sqlite3_stmt) stmt = gm_store_prepare(frames->store, "SELECT stack_id FROM stack ORDER BY 1", error);
    if (!stmt) return false;
    int step;
    for (; (step = sqlite3_step(stmt)) == SQLITE_ROW && n < size; n++)
        frames->stack_ids[n] = sqlite3_column_int64(stmt, 0);
    frames->n_stacks = n;
    return step == SQLITE_DONE || gm_store_error_set(frames->store, error);
}

gm_frames *gm_frames_new(gm_store *store, gm_arena *arena, GError **error) {
    g_autoptr(gm_frames) frames = g_new0(gm_frames, 1);
    frames->store = store;
    frames->arena = arena;
    frames->read_stack = gm_store_prepare(store, "SELECT frames FROM stack WHERE stack_id = ?1", error);
    if (!frames->read_stack || !load_functions(frames, error) || !load_locations(frames, error) ||
        !load_stack_ids(frames, error))
        return NULL;
    return g_steal_pointer(&frames);
}

void gm_frames_free(gm_frames *frames) {
    if (!frames) return;
    sqlite3_finalize(frames->read_stack);
    g_free(frames);
}

size_t gm_frames_functions(const gm_frames *frames) {
    return frames->n_functions;
}

size_t gm_frames_stacks(const gm_frames *frames) {
    return frames->n_stacks;
}

size_t gm_frames_place(const gm_frames *frames, int64_t stack_id) {
    return place_of(frames->stack_ids, frames->n_stacks, stack_id);
}

/* The JSON array was written by our own store: numbers and commas. Anything else ends it. */
static void parse_stack(gm_frames *frames, const char *json, gm_stack *stack) {
    size_t commas = 0;
    for (const char *p = json; *p; p++) commas += *p == ',';
    stack->frames = GM_ARENA_NEW(frames->arena, const gm_function *, commas + 1);
    const char *p = json;
    if (*p == '[') p++;
    while (g_ascii_isdigit(*p)) {
        char *end;
        gint64 id = g_ascii_strtoll(p, &end, 10);
        size_t place = place_of(frames->location_ids, frames->n_locations, id);
        stack->frames[stack->n++] = place < frames->n_locations ? frames->locations[place] : NULL;
        p = *end == ',' ? end + 1 : end;
    }
}

const gm_stack *gm_frames_stack(gm_frames *frames, int64_t stack_id) {
    size_t place = gm_frames_place(frames, stack_id);
    if (place == frames->n_stacks) return &no_stack;
    if (frames->stacks[place]) return frames->stacks[place];
    gm_stack *stack = GM_ARENA_NEW(frames->arena, gm_stack, 1);
    sqlite3_bind_int64(frames->read_stack, 1, stack_id);
    if (sqlite3_step(frames->read_stack) == SQLITE_ROW) {
        const char *json = gm_column_text(frames->read_stack, 0);
        if (json) parse_stack(frames, json, stack);
    }
    sqlite3_reset(frames->read_stack);
    return frames->stacks[place] = stack;
}

const gm_function *gm_stack_blame(const gm_stack *stack) {
    const gm_function *dependency = NULL;
    for (size_t i = 0; i < stack->n; i++) {
        const gm_function *function = stack->frames[i];
        if (function && function->code == GM_CODE_OWN) return function;
        if (function && function->code == GM_CODE_DEPENDENCY && !dependency) dependency = function;
    }
    return dependency;
}

const gm_function *gm_stack_leaf(const gm_stack *stack) {
    for (size_t i = 0; i < stack->n; i++)
        if (stack->frames[i] && stack->frames[i]->code != GM_CODE_RUNTIME) return stack->frames[i];
    return NULL;
}
