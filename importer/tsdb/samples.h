/* From chunks and logged samples of a TSDB to samples of the incident: what blocks and heads have in common.
 */
#ifndef GM_IMPORTER_TSDB_SAMPLES_H
#define GM_IMPORTER_TSDB_SAMPLES_H

#include "importer/metrics/metric.h"
#include "importer/tsdb/stage.h"
#include "importer/tsdb/xor.h"

typedef struct gm_tsdb_series gm_tsdb_series; /* lives as long as its gm_tsdb_samples */

typedef struct {
    gm_member *member;
    gm_stage stage;
    gm_metrics *metrics;
    gm_tsdb_series **slots; /* by reference, open addressing */
    size_t size, used;      /* size is a power of two */
    gm_tsdb_series *last;
    int64_t histograms, histogram_samples, aggregates, unknown_chunks;
    int64_t nameless; /* samples of series that nothing names */
    int64_t damaged;  /* chunks */
} gm_tsdb_samples;

gm_status gm_tsdb_samples_begin(gm_tsdb_samples *samples, gm_member *member, gm_scope_kind kind);
/* Writes the diagnostics that sum up, ends the metrics and frees. */
gm_status gm_tsdb_samples_end(gm_tsdb_samples *samples);

/* The series of a reference. NULL with GM_OK: nothing names it. */
gm_status gm_tsdb_series_find(gm_tsdb_samples *samples, uint64_t ref, gm_tsdb_series **series);

/* series NULL: counted as rejected. */
gm_status gm_tsdb_sample(gm_tsdb_samples *samples, gm_tsdb_series *series, int64_t t_ms, double value);
/* The data behind a chunk's encoding byte; offset for diagnostics. */
gm_status gm_tsdb_chunk(gm_tsdb_samples *samples, gm_tsdb_series *series, unsigned encoding, gm_span data,
                        int64_t offset);
/* The same for a chunk of a series that is not wanted: its samples are counted as left out. */
void gm_tsdb_chunk_left_out(gm_tsdb_samples *samples, unsigned encoding, gm_span data);
/* A chunk that cannot be read; the first few are reported. */
void gm_tsdb_chunk_damaged(gm_tsdb_samples *samples, int64_t offset, const char *why);

#endif
