/* libFuzzer target for importer/logs/gctrace_*.c: hostile lines through the grammar, the repair and the processes.
 *
 * Every line is parsed alone; what begins like a gctrace line waits as torn and every following line is tried as its
 * rest. Checked besides memory errors: the answers' ranges, that a prefix of an accepted part is accepted as far,
 * and that the bounds of what waits hold. */
#include <stdlib.h>

#include "importer/logs/gctrace_process.h"
#include "importer/logs/gctrace_torn.h"
#include "importer/text/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) abort();
}

static gm_gctrace_match parse(gm_span line, gm_gctrace *cycle) {
    gm_gctrace prefix;
    gm_gctrace_match match = gm_gctrace_parse(line, cycle);
    require(match.number <= match.good && match.good <= line.len);
    require(!match.whole || !match.complete);
    require(gm_gctrace_parse(gm_span_first(line, match.good), &prefix).good == match.good);
    if (match.whole) require(cycle->clocks == 3 || cycle->clocks == GM_GCTRACE_CLOCKS);
    return match;
}

static void try_torn(gm_torn *torn, gm_span line) {
    gm_gctrace cycle;
    size_t before = torn->count;
    gm_torn_answer answer = gm_torn_continue(torn, line, &cycle);
    require(torn->count <= GM_TORN_PIECES);
    if (answer == GM_TORN_WHOLE || answer == GM_TORN_AMBIGUOUS) {
        require(torn->count == 0);
    } else {
        require(torn->count >= before);
        if (torn->lines_left <= 0) gm_torn_give_up(torn, &cycle);
    }
    for (size_t i = 0; i < torn->count; i++) {
        const gm_torn_piece *piece = &torn->pieces[i];
        require(piece->first_cut <= piece->last_cut && piece->last_cut <= GM_TORN_BYTES);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gm_span rest = {(const char *)data, size}, line;
    gm_torn torn = {.count = 0};
    gm_gc_processes processes = {.seen = 0};
    gm_member member = {.arena = gm_arena_new(0)};
    gm_log *log = member.arena ? gm_log_new(&member) : NULL;
    while (log && size > 0 && gm_span_cut(&rest, '\n', &line)) {
        gm_gctrace cycle;
        gm_gctrace_match match = parse(line, &cycle);
        if (match.whole) {
            int64_t wall_ms = line.len % 2 ? GM_UNKNOWN : (int64_t)line.len * 1000000;
            require(gm_gc_process_of(&processes, log, &(gm_gc_moment){cycle.n, cycle.start_ms, wall_ms}) > 0);
        } else if (match.good > 3) {
            gm_torn_begin(&torn, line, &match);
        } else if (torn.count > 0) {
            try_torn(&torn, line);
        }
    }
    gm_arena_free(member.arena);
    return 0;
}
