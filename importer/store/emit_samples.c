/* Emitting, part 3: samples (emit.h), millions an import.
 *
 * Scrapes name all series at one time, then all at the next, while the table is clustered by series: written
 * in that order, every sample would touch a page of its own, more pages than the cache holds. So samples are
 * gathered, sorted by series and time and written in runs; what is pending is written at the latest before
 * another member is opened or the member ends, hence it always belongs to the innermost member. */
#include "importer/store/emit_row.h"

#include <math.h>

enum { PENDING_SAMPLES = 65536 };

typedef struct {
    int64_t series_id, t_ns;
    double value;
    uint32_t order; /* of arrival: the first of two values at the same time is kept */
} pending_sample;

struct gm_pending_samples {
    size_t n;
    bool sorted;
    pending_sample samples[PENDING_SAMPLES];
};

static int compare_samples(const void *left, const void *right) {
    const pending_sample *a = left, *b = right;
    if (a->series_id != b->series_id) return a->series_id < b->series_id ? -1 : 1;
    if (a->t_ns != b->t_ns) return a->t_ns < b->t_ns ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static gm_status write_sample(gm_row *row, const pending_sample *sample) {
    gm_open_member *member = row->store->import->member;
    sqlite3_bind_int64(row->stmt, 1, sample->series_id);
    sqlite3_bind_int64(row->stmt, 2, sample->t_ns);
    sqlite3_bind_double(row->stmt, 3, sample->value);
    gm_status status = gm_row_write(row);
    if (status != GM_OK) return status == GM_DAMAGED ? GM_OK : status;
    if (sqlite3_changes(row->store->db) == 0) {
        member->left_out++;
    } else {
        gm_member_count(member, sample->t_ns);
    }
    return GM_OK;
}

gm_status gm_samples_flush(gm_store *store) {
    static const char sql[] = "INSERT OR IGNORE INTO sample (series_id, t_ns, value) VALUES (?, ?, ?)";
    gm_pending_samples *pending = store->import ? store->import->samples : NULL;
    if (!pending || pending->n == 0) return GM_OK;
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_SAMPLE, sql)) return GM_FATAL;
    if (!pending->sorted) qsort(pending->samples, pending->n, sizeof pending->samples[0], compare_samples);
    gm_status status = GM_OK;
    for (size_t i = 0; i < pending->n && status == GM_OK; i++)
        status = write_sample(&row, &pending->samples[i]);
    pending->n = 0;
    return status;
}

static bool check_open(gm_store *store) {
    if (!store->failure && !store->import) gm_store_fail_closed(store);
    return !store->failure;
}

gm_status gm_emit_sample(gm_store *store, int64_t series_id, int64_t t_ns, double value) {
    if (!check_open(store)) return GM_FATAL;
    gm_import_state *import = store->import;
    if (t_ns == GM_UNKNOWN) {
        import->member->rejected++;
        return GM_OK;
    }
    if (!isfinite(value)) {
        import->member->left_out++;
        return GM_OK;
    }
    if (!import->samples) import->samples = g_new0(gm_pending_samples, 1);
    gm_pending_samples *pending = import->samples;
    pending_sample *sample = &pending->samples[pending->n];
    *sample = (pending_sample){series_id, t_ns, value, (uint32_t)pending->n};
    pending->sorted = pending->n == 0 || (pending->sorted && compare_samples(sample - 1, sample) < 0);
    return ++pending->n == PENDING_SAMPLES ? gm_samples_flush(store) : GM_OK;
}
