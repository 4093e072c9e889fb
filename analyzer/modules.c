/* Tells the service's own module from modules that are built into the same binary.
 *
 * After frames.c has judged each function by its name and file. Only the file of main says where the service
 * lies: what shares its module is own, the rest is a dependency even without a module cache in its path (GOPATH,
 * vendored and distribution trees, -trimpath). Without main all stays as it was judged before.
 * Package paths and file paths end alike below the module's root: go/build's layout rules. */
#include "analyzer/frames.h"

typedef struct {
    const char *text;
    size_t len;
} gm_part;

/* The import path of a function: what comes before the first dot behind the last slash. */
static gm_part package_of(const char *function) {
    const char *bracket = strchr(function, '['); /* type arguments hold slashes of their own */
    const char *paren = strchr(function, '(');
    size_t head = strlen(function);
    if (bracket && (size_t)(bracket - function) < head) head = (size_t)(bracket - function);
    if (paren && (size_t)(paren - function) < head) head = (size_t)(paren - function);
    size_t slash = head;
    while (slash > 0 && function[slash - 1] != '/') slash--;
    size_t end = slash;
    while (end < head && function[end] != '.') end++;
    return (gm_part){function, end};
}

static gm_part folder_of(const char *file) {
    size_t end = strlen(file);
    while (end > 0 && file[end - 1] != '/') end--;
    return (gm_part){file, end ? end - 1 : 0};
}

/* Cuts the last element off both while they agree; true when the whole import path was cut off. */
static bool strip_common(gm_part *folder, gm_part *package) {
    while (folder->len && package->len) {
        size_t f = folder->len, p = package->len;
        while (f > 0 && folder->text[f - 1] != '/') f--;
        while (p > 0 && package->text[p - 1] != '/') p--;
        size_t n = folder->len - f;
        if (n != package->len - p || memcmp(folder->text + f, package->text + p, n) != 0) return false;
        folder->len = f ? f - 1 : 0;
        package->len = p ? p - 1 : 0;
    }
    return package->len == 0;
}

/* The part of an import path that names its module: host, owner and name, or the first element without a host. */
static gm_part module_of(gm_part path) {
    size_t first = 0;
    while (first < path.len && path.text[first] != '/') first++;
    bool host = memchr(path.text, '.', first) != NULL;
    size_t elements = 0, end = 0;
    for (; end < path.len; end++)
        if (path.text[end] == '/' && ++elements == (host ? 3 : 1)) break;
    return (gm_part){path.text, end};
}

static bool inside(gm_part folder, gm_part root) {
    if (root.len == 0) return true;
    return folder.len >= root.len && memcmp(folder.text, root.text, root.len) == 0 &&
           (folder.len == root.len || folder.text[root.len] == '/');
}

/* The function may belong to main's module as far as folders tell. */
static bool same_module(const gm_function *function, gm_part main_folder) {
    gm_part package = package_of(function->name), folder = folder_of(function->file), whole = package;
    bool full = strip_common(&folder, &package);
    if (!inside(main_folder, folder)) return false;
    if (!full) return true; /* the module's root lies between: main is below the same one */
    size_t skip = folder.len ? folder.len + 1 : 0;
    if (skip >= main_folder.len) return true;
    gm_part own = module_of((gm_part){main_folder.text + skip, main_folder.len - skip}), other = module_of(whole);
    return own.len == other.len && memcmp(own.text, other.text, own.len) == 0;
}

static char *module_name(const gm_function *function) {
    gm_part module = module_of(package_of(function->name));
    return g_strndup(module.text, module.len);
}

static bool has_folder(const gm_function *function) {
    return function->file && strchr(function->file, '/');
}

static bool is_main(const gm_function *function) {
    return g_str_has_prefix(function->name, "main.");
}

static size_t shared_length(gm_part a, gm_part b) {
    size_t i = 0, end = 0;
    for (; i < a.len && i < b.len && a.text[i] == b.text[i]; i++)
        if (a.text[i] == '/') end = i;
    bool whole = (i == a.len || a.text[i] == '/') && (i == b.len || b.text[i] == '/');
    return whole ? i : end;
}

/* The module of the package that lies nearest to main; NULL: main is alone. */
static char *own_module(const gm_function *functions, size_t n, gm_part main_folder) {
    const gm_function *nearest = NULL;
    size_t most = 0;
    for (size_t i = 0; i < n; i++) {
        const gm_function *function = &functions[i];
        if (function->code != GM_CODE_OWN || !has_folder(function) || is_main(function) ||
            !same_module(function, main_folder))
            continue;
        size_t shared = shared_length(folder_of(function->file), main_folder);
        if (!nearest || shared > most) nearest = function, most = shared;
    }
    return nearest ? module_name(nearest) : NULL;
}

/* cgo's generated files lie in no folder: they belong to the module that their package names, like all others. */
void gm_modules_settle(gm_function *functions, size_t n) {
    const char *main_file = NULL;
    for (size_t i = 0; i < n && !main_file; i++)
        if (functions[i].file && strcmp(functions[i].name, "main.main") == 0) main_file = functions[i].file;
    if (!main_file) return;
    g_autofree char *own = own_module(functions, n, folder_of(main_file));
    for (size_t i = 0; i < n; i++) {
        if (functions[i].code != GM_CODE_OWN || !functions[i].file || is_main(&functions[i])) continue;
        g_autofree char *module = module_name(&functions[i]);
        if (g_strcmp0(module, own) != 0) functions[i].code = GM_CODE_DEPENDENCY;
    }
}
