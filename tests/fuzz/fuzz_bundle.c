/* libFuzzer target for the walk through bundles: hostile archives and compressions, with small limits.
 *
 * The bytes are walked as a bundle, once from a source that can go back and once from one that cannot.
 * Besides memory errors it checks that every path is clean and that the limits hold. */
#include "gomortem/store.h"
#include "importer/bundle.h"
#include "importer/path.h"
#include "tests/importer/chop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RUNS_PER_STORE = 400 };

static void require(bool holds) {
    if (!holds) abort();
}

static gm_limits limits;
static gm_store *store;
static int runs;

static gm_status take(void *context, const gm_bundle_member *member, gm_member_end *end) {
    unsigned changes;
    (void)end;
    require(g_utf8_validate(member->path.data, (gssize)member->path.len, NULL));
    g_autofree char *again = gm_path_clean(GM_SPAN(""), member->path, &changes);
    require(again && (changes == 0 || changes == GM_PATH_CUT));
    gm_status status = gm_reader_drain(member->reader);
    gm_walk *walk = context;
    require(walk->depth <= limits.depth && walk->members <= limits.members);
    require(status != GM_OK || member->reader->bytes <= limits.member_bytes);
    return status;
}

static void walk_bytes(gm_span bytes, bool rewinds) {
    static const size_t sizes[] = {512, 1, 10, 3000};
    gm_chop chop = {sizes, 4};
    gm_job job = {.store = store, .limits = &limits};
    gm_walk walk;
    gm_walk_init(&walk, &job);
    walk.take = take;
    walk.context = &walk;
    gm_reader *memory = gm_reader_memory(&job, bytes);
    gm_reader *source = rewinds ? memory : gm_chop_wrap(&chop, memory);
    require(gm_walk_stream(&walk, source, GM_SPAN("fuzz"), GM_SPAN(""), GM_UNKNOWN) != GM_FATAL);
    if (!rewinds) gm_reader_free(memory);
    gm_walk_release(&walk);
    gm_job_release(&job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (runs++ % RUNS_PER_STORE == 0) {
        gm_store_free(store);
        store = gm_store_create(":memory:", false, NULL);
        require(store != NULL);
        limits = gm_limits_default;
        limits.member_bytes = limits.total_bytes = 4 << 20;
        limits.members = 1000;
        limits.depth = 4;
        limits.arena_bytes = 4 << 20;
    }
    walk_bytes((gm_span){(const char *)data, size}, true);
    walk_bytes((gm_span){(const char *)data, size}, false);
    return 0;
}
