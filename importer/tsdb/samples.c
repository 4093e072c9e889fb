/* From chunks and logged samples of a TSDB to samples of the incident.
 *
 * Comes behind tsdb_chunks, tsdb_head and tsdb_wal, which find chunks and samples in their files, and before
 * metric.c, which is the same for all metric formats. Here a reference becomes a series, deleted intervals
 * are taken out, and what cannot become samples (histograms, downsampled chunks) is counted and named. */
#include "importer/tsdb/samples.h"

#include <inttypes.h>
#include <stdlib.h>

#include "importer/tsdb/bytes.h"

#define FIRST_SLOTS  ((size_t)256)
#define DAMAGED_TOLD 5 /* chunks reported one by one */

typedef struct {
    int64_t from_ms, to_ms;
} gm_gap;

struct gm_tsdb_series {
    uint64_t ref;
    gm_metric *metric; /* NULL: not wanted */
    gm_gap *gaps;
    size_t gap_count;
    bool named;
};

gm_status gm_tsdb_samples_begin(gm_tsdb_samples *samples, gm_member *member, gm_scope_kind kind) {
    *samples = (gm_tsdb_samples){.member = member};
    samples->metrics = gm_metrics_new(member, "prometheus");
    if (!samples->metrics) return GM_DAMAGED;
    gm_status status = gm_stage_open(&samples->stage, member, kind);
    if (status != GM_OK) gm_metrics_end(samples->metrics);
    return status;
}

static void sum_up(gm_tsdb_samples *samples) {
    gm_member *member = samples->member;
    if (samples->histograms > 0)
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " chunks of native histograms with %" PRId64 " samples are left out",
                       samples->histograms, samples->histogram_samples);
    if (samples->aggregates > 0)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " downsampled chunks (Thanos) are left out: samples come from raw blocks",
                       samples->aggregates);
    if (samples->unknown_chunks > 0)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " chunks of an unknown encoding are left out", samples->unknown_chunks);
    if (samples->nameless > 0)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " samples belong to series that nothing here names", samples->nameless);
    if (samples->damaged > DAMAGED_TOLD)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "%" PRId64 " chunks are damaged",
                       samples->damaged);
}

gm_status gm_tsdb_samples_end(gm_tsdb_samples *samples) {
    sum_up(samples);
    gm_emit_rejected(samples->member->store, samples->nameless + samples->damaged);
    gm_stage_close(&samples->stage);
    free(samples->slots);
    return gm_metrics_end(samples->metrics);
}

/* --- series --- */
static size_t slot_of(const gm_tsdb_samples *samples, uint64_t ref) {
    uint64_t mixed = ref * UINT64_C(0x9e3779b97f4a7c15);
    size_t at = (size_t)(mixed >> 20) & (samples->size - 1);
    while (samples->slots[at] && samples->slots[at]->ref != ref) at = (at + 1) & (samples->size - 1);
    return at;
}

static bool grow(gm_tsdb_samples *samples) {
    gm_tsdb_samples larger = {.size = samples->size ? samples->size * 2 : FIRST_SLOTS};
    larger.slots = calloc(larger.size, sizeof(gm_tsdb_series *));
    if (!larger.slots) {
        gm_arena_note_refusal();
        return false;
    }
    for (size_t i = 0; i < samples->size; i++)
        if (samples->slots[i]) larger.slots[slot_of(&larger, samples->slots[i]->ref)] = samples->slots[i];
    free(samples->slots);
    samples->slots = larger.slots;
    samples->size = larger.size;
    return true;
}

/* Intervals come in order; those that meet become one. */
static bool add_gap(gm_tsdb_samples *samples, gm_tsdb_series *series, gm_gap gap) {
    gm_gap *last = series->gap_count > 0 ? &series->gaps[series->gap_count - 1] : NULL;
    if (last && gap.from_ms <= last->to_ms) {
        if (gap.to_ms > last->to_ms) last->to_ms = gap.to_ms;
        return true;
    }
    if ((series->gap_count & (series->gap_count - 1)) == 0) { /* full: none, 1, 2, 4, ... */
        gm_gap *more = GM_ARENA_NEW(samples->member->arena, gm_gap, series->gap_count * 2 + 1);
        if (!more) return false;
        if (series->gap_count > 0) memcpy(more, series->gaps, series->gap_count * sizeof gap);
        series->gaps = more;
    }
    series->gaps[series->gap_count++] = gap;
    return true;
}

static gm_status load_gaps(gm_tsdb_samples *samples, gm_tsdb_series *series) {
    gm_gap gap;
    gm_status status = gm_stage_first_gap(&samples->stage, series->ref);
    while (status == GM_OK) {
        status = gm_stage_next_gap(&samples->stage, &gap.from_ms, &gap.to_ms);
        if (status == GM_OK && !add_gap(samples, series, gap)) status = GM_DAMAGED;
    }
    return status == GM_END ? GM_OK : status;
}

static gm_status load_series(gm_tsdb_samples *samples, gm_tsdb_series *series) {
    gm_span stored, name;
    gm_labels labels;
    gm_status status = gm_stage_get_series(&samples->stage, series->ref, &stored);
    series->named = status == GM_OK;
    if (status != GM_OK || stored.len == 0) return status == GM_END ? GM_OK : status;
    if (!gm_stage_labels(stored, &name, &labels)) {
        gm_metrics_reject(samples->metrics, GM_UNKNOWN, "the labels of a series are damaged or too many");
        series->named = false;
        return GM_OK;
    }
    status = gm_metrics_find(samples->metrics, name, &labels, &series->metric);
    return status == GM_OK ? load_gaps(samples, series) : status;
}

gm_status gm_tsdb_series_find(gm_tsdb_samples *samples, uint64_t ref, gm_tsdb_series **series) {
    *series = NULL;
    if (!samples->last || samples->last->ref != ref) {
        if (samples->used * 2 >= samples->size && !grow(samples)) return GM_DAMAGED;
        size_t at = slot_of(samples, ref);
        gm_tsdb_series *found = samples->slots[at];
        if (!found) {
            found = GM_ARENA_NEW(samples->member->arena, gm_tsdb_series, 1);
            if (!found) return GM_DAMAGED;
            found->ref = ref;
            gm_status status = load_series(samples, found);
            if (status != GM_OK) return status;
            samples->slots[at] = found;
            samples->used++;
        }
        samples->last = found;
    }
    if (samples->last->named) *series = samples->last;
    return GM_OK;
}

/* --- samples --- */
static bool is_deleted(const gm_tsdb_series *series, int64_t t_ms) {
    size_t low = 0, high = series->gap_count; /* the first interval that ends at t or later */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->gaps[middle].to_ms < t_ms) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < series->gap_count && series->gaps[low].from_ms <= t_ms;
}

gm_status gm_tsdb_sample(gm_tsdb_samples *samples, gm_tsdb_series *series, int64_t t_ms, double value) {
    int64_t t_ns;
    if (!series) {
        samples->nameless++;
        return GM_OK;
    }
    if (!series->metric || is_deleted(series, t_ms)) {
        gm_metric_skip(samples->metrics, series->metric ? GM_LEFT_DELETED : GM_LEFT_OUTSIDE);
        return GM_OK;
    }
    if (__builtin_mul_overflow(t_ms, INT64_C(1000000), &t_ns)) t_ns = GM_UNKNOWN;
    return gm_metric_sample(samples->metrics, series->metric, t_ns, value);
}

/* --- chunks --- */
void gm_tsdb_chunk_damaged(gm_tsdb_samples *samples, int64_t offset, const char *why) {
    if (samples->damaged++ < DAMAGED_TOLD)
        gm_member_diag(samples->member, GM_SEVERITY_ERROR, GM_UNKNOWN, offset, "a chunk is damaged: %s", why);
}

static bool is_histogram(unsigned encoding) {
    return encoding == GM_CHUNK_HISTOGRAM || encoding == GM_CHUNK_FLOAT_HISTOGRAM ||
           encoding == GM_CHUNK_HISTOGRAM_ST || encoding == GM_CHUNK_FLOAT_HISTOGRAM_ST;
}

/* How many samples a chunk says that it has. */
static int64_t announced(unsigned encoding, gm_span data) {
    gm_bytes bytes = gm_bytes_of(data);
    if (encoding == GM_CHUNK_AGGREGATES) { /* length, encoding, data; of the counts first */
        if (gm_bytes_uvarint(&bytes) == 0) return 0;
        gm_bytes_fixed(&bytes, 1);
    }
    return encoding == GM_CHUNK_NONE ? 0 : (int64_t)gm_bytes_fixed(&bytes, 2);
}

void gm_tsdb_chunk_left_out(gm_tsdb_samples *samples, unsigned encoding, gm_span data) {
    int64_t n = announced(encoding, data);
    if (is_histogram(encoding)) {
        samples->histograms++;
        samples->histogram_samples += n;
    } else if (encoding == GM_CHUNK_AGGREGATES) {
        samples->aggregates++;
    } else if (encoding != GM_CHUNK_XOR && encoding != GM_CHUNK_XOR2) {
        samples->unknown_chunks++;
    }
    gm_emit_left_out(samples->member->store, GM_LEFT_OUTSIDE, n);
}

static gm_status decode(gm_tsdb_samples *samples, gm_tsdb_series *series, unsigned encoding, gm_span data,
                        int64_t offset) {
    gm_xor chunk;
    int64_t t_ms;
    double value;
    gm_status status = GM_OK;
    if (gm_xor_begin(&chunk, (gm_chunk_encoding)encoding, data)) {
        while (status == GM_OK && gm_xor_next(&chunk, &t_ms, &value))
            status = gm_tsdb_sample(samples, series, t_ms, value);
    }
    if (chunk.bad) gm_tsdb_chunk_damaged(samples, offset, "it ends before its samples do");
    return status;
}

gm_status gm_tsdb_chunk(gm_tsdb_samples *samples, gm_tsdb_series *series, unsigned encoding, gm_span data,
                        int64_t offset) {
    bool floats = encoding == GM_CHUNK_XOR || encoding == GM_CHUNK_XOR2;
    if (floats && !series) {
        samples->nameless += announced(encoding, data);
    } else if (floats && series->metric) {
        return decode(samples, series, encoding, data, offset);
    } else {
        gm_tsdb_chunk_left_out(samples, encoding, data);
    }
    return GM_OK;
}
