/* libFuzzer target for one format: -DGM_FUZZ_FORMAT="<name>" or --format=<name> as the first argument.
 *
 * The bytes are bid for and parsed as one member, in pieces whose sizes depend on the input, each in memory
 * of its own. Besides memory errors it checks that bids are in range, that nothing but a full disk can be
 * fatal, and that what was written can be settled. The store is new every few hundred runs, which is cheaper
 * than for each. */
#include "gomortem/store.h"
#include "importer/identity.h"
#include "importer/import.h"
#include "tests/importer/chop.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNS_PER_STORE = 400 };

static void require(bool holds) {
    if (!holds) abort();
}

static const gm_format *format;
static gm_store *store;
static gm_importer importer;
static int runs;

static void end_store(void) {
    if (!store) return;
    require(gm_importer_finish(&importer) != GM_FATAL);
    gm_importer_release(&importer);
    require(gm_identity_settle(store, NULL, NULL));
    g_clear_pointer(&store, gm_store_free);
}

static void begin_store(void) {
    static gm_limits limits;
    limits = gm_limits_default;
    limits.arena_bytes = (size_t)64 << 20;
    store = gm_store_create(":memory:", false, NULL);
    require(store != NULL);
    gm_importer_init(&importer, store, &limits, NULL);
    importer.only = format;
    importer.wrap = gm_chop_wrap;
}

/* Takes the name out of the arguments where it is not compiled in. */
static const char *name_of_format(int *argc, char ***argv) {
#ifdef GM_FUZZ_FORMAT
    (void)argc, (void)argv;
    return GM_FUZZ_FORMAT;
#else
    static const char option[] = "--format=";
    require(*argc > 1 && g_str_has_prefix((*argv)[1], option));
    const char *name = (*argv)[1] + strlen(option);
    (*argv)[1] = (*argv)[0];
    *argc -= 1, *argv += 1;
    return name;
#endif
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    const char *name = name_of_format(argc, argv);
    for (const gm_format *const *each = gm_formats; *each; each++) {
        if (strcmp((*each)->name, name) == 0) format = *each;
    }
    require(format != NULL);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const size_t ones[] = {1}, odd[] = {3, 17, 1, 200}, large[] = {100000};
    static gm_chop chops[] = {{ones, 1}, {odd, 4}, {large, 1}};
    static const char *const paths[] = {"fuzz", "20261123T091450Z/memory.stat", "pprof/heap-20261123T091450Z.pb.gz"};
    if (runs++ % RUNS_PER_STORE == 0) {
        end_store();
        begin_store();
    }
    gm_head head = {.path = gm_span_of(paths[size % 3]), .complete = true};
    head.name = head.path;
    head.head = (gm_span){(const char *)data, MIN(size, GM_HEAD_BYTES)};
    int bid = format->bid(&head);
    require(bid >= 0 && bid <= 100);
    importer.wrap_context = &chops[size / 3 % 3];
    require(gm_importer_add(&importer, head.path, (gm_span){(const char *)data, size}) != GM_FATAL);
    return 0;
}
