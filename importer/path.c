/* Cleaning of member paths.
 *
 * Comes first for every member of a bundle: an archive may hold any bytes as a name (absolute, "..", control
 * bytes, text in an unknown encoding). What is stored, shown and matched by later stages is the cleaned path;
 * nothing is ever opened by it. Backslashes are kept, they are ordinary bytes where bundles are made. */
#include "importer/path.h"

#include "gomortem/importer.h"
#include "importer/text/span.h"

static const char replacement[] = "\xef\xbf\xbd";

/* --- bytes --- */
/* Length of the valid, printable character at the front of s, or 0. */
static size_t character(gm_span s) {
    unsigned char first = (unsigned char)s.data[0];
    if (first < 0x20 || first == 0x7f) return 0;
    if (first < 0x80) return 1;
    gunichar c = g_utf8_get_char_validated(s.data, (gssize)s.len);
    if (c == (gunichar)-1 || c == (gunichar)-2 || c < 0xa0) return 0;
    return (size_t)g_unichar_to_utf8(c, NULL);
}

static void append_component(GString *path, gm_span part, unsigned *changes) {
    while (part.len > 0) {
        size_t len = character(part);
        if (len == 0) {
            *changes |= GM_PATH_BYTES_REPLACED;
            g_string_append(path, replacement);
            len = 1;
        } else {
            g_string_append_len(path, part.data, (gssize)len);
        }
        part = gm_span_from(part, len);
    }
}

/* --- components --- */
static void drop_component(GString *path, size_t base) {
    size_t end = path->len;
    while (end > base && path->str[end - 1] != '/') end--;
    g_string_truncate(path, end > base ? end - 1 : base);
}

static void append_components(GString *path, gm_span raw, size_t base, unsigned *changes) {
    gm_span part;
    while (gm_span_cut(&raw, '/', &part)) {
        if (part.len == 0 || gm_span_equal(part, GM_SPAN("."))) continue;
        if (gm_span_equal(part, GM_SPAN(".."))) {
            *changes |= GM_PATH_TRAVERSAL;
            drop_component(path, base);
            continue;
        }
        if (path->len > base) g_string_append_c(path, '/');
        append_component(path, part, changes);
    }
}

static void cut(GString *path, size_t base, unsigned *changes) {
    size_t end = base + GM_PATH_BYTES;
    if (path->len <= end) return;
    *changes |= GM_PATH_CUT;
    while (end > base && ((unsigned char)path->str[end] & 0xc0) == 0x80) end--;
    g_string_truncate(path, end);
}

char *gm_path_clean(gm_span prefix, gm_span raw, unsigned *changes) {
    GString *path = g_string_new_len(prefix.data, (gssize)prefix.len);
    *changes = 0;
    if (prefix.len > 0) g_string_append_c(path, '/');
    size_t base = path->len;
    if (raw.len > 0 && raw.data[0] == '/') *changes |= GM_PATH_ABSOLUTE;
    append_components(path, raw, base, changes);
    cut(path, base, changes);
    if (path->len == base) {
        *changes |= GM_PATH_EMPTY;
        g_string_append(path, "unnamed");
    }
    return g_string_free(path, FALSE);
}

const char *gm_path_changes_text(unsigned changes) {
    static const struct {
        gm_path_change change;
        const char *text;
    } texts[] = {
        {GM_PATH_TRAVERSAL, "the path held \"..\", which was taken out"},
        {GM_PATH_ABSOLUTE, "the path was absolute, it is kept without the leading '/'"},
        {GM_PATH_BYTES_REPLACED, "the path held control bytes or invalid UTF-8, kept as U+FFFD"},
        {GM_PATH_CUT, "the path was too long and is cut"},
        {GM_PATH_EMPTY, "the path was empty"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (changes & texts[i].change) return texts[i].text;
    }
    return NULL;
}

gm_span gm_path_name(gm_span path) {
    gm_span part, name = path;
    while (gm_span_cut(&path, '/', &part)) name = part;
    return name;
}

/* --- litter --- */
bool gm_path_is_litter(gm_span path) {
    gm_span name = gm_path_name(path), part;
    static const char *const names[] = {".DS_Store", "Thumbs.db", "desktop.ini", ".localized"};
    static const char *const ends[] = {"~", ".swp", ".swo", ".swx"};
    if (gm_span_starts(name, GM_SPAN("._")) || gm_span_starts(name, GM_SPAN(".#"))) return true;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (gm_span_equal(name, gm_span_of(names[i]))) return true;
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++)
        if (gm_span_ends(name, gm_span_of(ends[i]))) return true;
    while (gm_span_cut(&path, '/', &part)) {
        if (gm_span_equal(part, GM_SPAN("__MACOSX"))) return true;
    }
    return false;
}

/* --- the bundle's name --- */
const char *gm_bundle_label(const char *path) {
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

static bool take_suffix(gm_span *name, const char *const *suffixes) {
    for (; *suffixes; suffixes++) {
        gm_span suffix = gm_span_of(*suffixes);
        if (name->len <= suffix.len || !gm_span_ends(*name, suffix)) continue;
        *name = gm_span_first(*name, name->len - suffix.len);
        return true;
    }
    return false;
}

char *gm_bundle_name(const char *path) {
    static const char *const both[] = {".tgz", ".tbz2", ".txz", ".tzst", ".zip", ".7z", NULL};
    static const char *const compressions[] = {".gz", ".xz", ".zst", ".bz2", ".lz4", NULL};
    static const char *const archives[] = {".tar", ".cpio", NULL};
    if (strcmp(path, "-") == 0) return g_strdup("stdin");
    g_autofree char *whole = g_canonicalize_filename(path, NULL);
    gm_span name = gm_path_name(gm_span_of(whole));
    if (!take_suffix(&name, both)) {
        take_suffix(&name, compressions);
        take_suffix(&name, archives);
    }
    unsigned changes;
    return gm_path_clean(GM_SPAN(""), name, &changes);
}
