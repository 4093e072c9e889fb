/* libFuzzer target for a whole TSDB directory: index, chunks, tombstones, head and log explain each other.
 *
 * The bytes are a tar of such a directory, or one file of it, which gets the path that its first bytes ask for. Unlike
 * the targets of the single formats every input is read to its end (the second reading), so that what fails is what
 * caused it. Besides memory errors it checks that nothing is fatal and that no sample is lost without being counted. */
#include "gomortem/store.h"
#include "importer/identity.h"
#include "importer/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNS_PER_STORE = 200 };

static void require(bool holds) {
    if (!holds) abort();
}

static gm_store *store;
static int runs;

static void renew_store(void) {
    if (store) require(gm_identity_settle(store, NULL, NULL));
    g_clear_pointer(&store, gm_store_free);
    store = gm_store_create(":memory:", false, NULL);
    require(store != NULL);
}

static bool begins(gm_span bytes, const char magic[4]) {
    return bytes.len >= 4 && memcmp(bytes.data, magic, 4) == 0;
}

static const char *path_of(gm_span bytes) {
    if (bytes.len > 262 && memcmp(bytes.data + 257, "ustar", 5) == 0) return "all.tar";
    if (begins(bytes, "\xba\xaa\xd7")) return "b/index";
    if (begins(bytes, "\x85\xbd\x40\xdd")) return "b/chunks/000001";
    if (begins(bytes, "\x01\x30\xbc\x91")) return "d/chunks_head/000001";
    return begins(bytes, "\x01\x30\xba\x30") ? "b/tombstones" : "d/wal/00000001";
}

/* Every run has a directory of its own, so that the store may be kept for the next ones. */
static void import(gm_span bytes) {
    static gm_limits limits;
    gm_importer importer;
    limits = gm_limits_default;
    limits.arena_bytes = (size_t)64 << 20;
    limits.members = 100;
    gm_importer_init(&importer, store, &limits, NULL);
    g_autofree char *path = g_strdup_printf("run%d/%s", runs, path_of(bytes));
    require(gm_importer_add(&importer, gm_span_of(path), bytes) != GM_FATAL);
    require(gm_importer_finish(&importer) != GM_FATAL);
    gm_importer_release(&importer);
}

static void check_counts(void) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store, "SELECT count (*) FROM member WHERE records < 0 OR rejected < 0 OR left_out < 0", NULL);
    require(stmt && sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_int(stmt, 0) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (runs++ % RUNS_PER_STORE == 0) renew_store();
    import((gm_span){(const char *)data, size});
    check_counts();
    return 0;
}
