/* Content: the scavenger's lines, memory that the runtime gave back to the system.
 *
 * Comes behind log.c. "scvg3: inuse: ..." (Go 1.5 to 1.12, part of gctrace) and "scav ..." (scavtrace=1, Go 1.14 on)
 * carry levels and become samples; "scvg3: 5 MB released" and forced releases become events. The word "total" in a
 * scav line stands for the level of released memory at that moment, not for a counter.
 * Sources: runtime/mheap.go (scavenge) of Go 1.5 to 1.13, runtime/mgcscavenge.go (printScavTrace). */
#include "importer/logs/contents.h"
#include "importer/text/span.h"

enum { LEVELS = 4 };

static const struct {
    const char *word; /* in a scvg line */
    const char *name;
    gm_quantity quantity;
} levels[LEVELS] = {
    {"inuse: ", "scvg inuse", GM_Q_GO_HEAP_INUSE},
    {"idle: ", "scvg idle", GM_Q_GO_HEAP_IDLE},
    {"sys: ", "scvg sys", GM_Q_GO_HEAP_SYS},
    {"released: ", "scvg released", GM_Q_GO_HEAP_RELEASED},
};

typedef struct {
    int64_t series[LEVELS + 1]; /* 0: not yet known; the last one is that of scav lines */
} scavenge_state;

static bool number_behind(gm_span text, const char *word, int64_t *value) {
    ptrdiff_t at = gm_span_find(text, gm_span_of(word));
    gm_span rest = gm_span_from(text, at < 0 ? text.len : (size_t)at + strlen(word));
    return gm_span_take_int(&rest, value) && *value >= 0;
}

/* The number that stands before a word: "97656 KiB total". */
static bool number_before(gm_span text, const char *word, int64_t *value) {
    ptrdiff_t at = gm_span_find(text, gm_span_of(word));
    if (at <= 0) return false;
    size_t begin = (size_t)at;
    while (begin > 0 && text.data[begin - 1] >= '0' && text.data[begin - 1] <= '9') begin--;
    return gm_span_int(gm_span_first(gm_span_from(text, begin), (size_t)at - begin), value);
}

static gm_status add_sample(int64_t *series_id, gm_log *log, const gm_log_line *line, const gm_series *series,
                            int64_t bytes) {
    gm_store *store = gm_log_member(log)->store;
    gm_series own = *series;
    own.source = "gctrace";
    gm_status status = gm_log_identity(log, line, &own.identity_id);
    if (status == GM_OK && *series_id == 0) status = gm_emit_series(store, &own, series_id);
    return status == GM_OK ? gm_emit_sample(store, *series_id, line->t_ns, (double)bytes) : status;
}

static gm_status add_event(gm_log *log, const gm_log_line *line, bool forced) {
    gm_event event = {.t_ns = line->t_ns,
                      .exit_code = GM_UNKNOWN,
                      .count = GM_UNKNOWN,
                      .kind = "scavenge",
                      .reason = forced ? GM_SPAN("forced") : GM_SPAN("background"),
                      .text = line->text};
    gm_status status = gm_log_identity(log, line, &event.identity_id);
    return status == GM_OK ? gm_emit_event(gm_log_member(log)->store, &event) : status;
}

/* "inuse: 161, idle: 93, sys: 255, released: 0, consumed: 255 (MB)" */
static gm_status add_levels(scavenge_state *state, gm_log *log, const gm_log_line *line) {
    for (size_t i = 0; i < LEVELS; i++) {
        int64_t mib;
        if (!number_behind(line->text, levels[i].word, &mib) || mib > INT64_MAX >> 20) continue;
        gm_series series = {.quantity = levels[i].quantity, .name = gm_span_of(levels[i].name)};
        gm_status status = add_sample(&state->series[i], log, line, &series, mib << 20);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static gm_status add_scav(scavenge_state *state, gm_log *log, const gm_log_line *line) {
    int64_t kib;
    gm_status status = GM_OK;
    if (gm_span_find(line->text, GM_SPAN(" (forced)")) >= 0) status = add_event(log, line, true);
    if (status != GM_OK) return status;
    if (!number_before(line->text, " KiB now", &kib) && !number_before(line->text, " KiB total", &kib)) return GM_OK;
    if (kib > INT64_MAX >> 10) return GM_OK;
    gm_series series = {.quantity = GM_Q_GO_HEAP_RELEASED, .name = GM_SPAN("scav released")};
    return add_sample(&state->series[LEVELS], log, line, &series, kib << 10);
}

typedef enum { NOT_MINE, SCVG_LEVELS, SCVG_RELEASED, SCAV } scavenge_kind;

/* "scvg12: ", "scvg-1: ", "scvg: ", "forced scvg: ", "scav " */
static scavenge_kind classify(gm_span text, bool *forced) {
    int64_t cycle = 0;
    if (text.len < 12 || (text.data[0] != 's' && text.data[0] != 'f')) return NOT_MINE;
    if (gm_span_starts(text, GM_SPAN("scav ")) && gm_span_find(text, GM_SPAN("% util")) > 0) return SCAV;
    *forced = gm_span_take(&text, GM_SPAN("forced "));
    if (!gm_span_take(&text, GM_SPAN("scvg"))) return NOT_MINE;
    gm_span_take_int(&text, &cycle);
    if (cycle == -1) *forced = true;
    if (!gm_span_take(&text, GM_SPAN(": "))) return NOT_MINE;
    if (gm_span_starts(text, GM_SPAN("inuse: "))) return SCVG_LEVELS;
    return gm_span_ends(text, GM_SPAN(" MB released")) ? SCVG_RELEASED : NOT_MINE;
}

static gm_status scavenge_line(void *instance, gm_log *log, const gm_log_line *line) {
    scavenge_state *state = instance;
    bool forced = false;
    scavenge_kind kind = classify(line->text, &forced);
    if (kind == NOT_MINE) return GM_OK;
    gm_status status = GM_OK;
    if (kind == SCVG_RELEASED) {
        status = add_event(log, line, forced);
    } else if (line->t_ns == GM_UNKNOWN) {
        gm_log_note(log, GM_NOTE_SCAVENGE_UNPLACED, line->number);
    } else {
        status = kind == SCAV ? add_scav(state, log, line) : add_levels(state, log, line);
    }
    return status == GM_OK ? GM_END : status;
}

static bool scavenge_sniff(gm_span line) {
    bool forced;
    return classify(line, &forced) != NOT_MINE;
}

const gm_log_content gm_log_content_scavenge = {
    .name = "scavenge",
    .state_size = sizeof(scavenge_state),
    .line = scavenge_line,
    .sniff = scavenge_sniff,
};
