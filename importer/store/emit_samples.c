/* Emitting, part 3: samples (emit.h), millions an import.
 *
 * Scrapes name all series at one time, then all at the next, while the table is clustered by series: written
 * in that order, every sample would touch a page of its own, more pages than the cache holds. So samples are
 * gathered, sorted by series and time and written in runs; what is pending is written at the latest before
 * another member is opened or the member ends, hence it always belongs to the innermost member. */
#include "importer/store/sheet.h"

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
    GArray *latest; /* of int64_t, by series_id: the latest time that is written */
    pending_sample samples[PENDING_SAMPLES];
};

void gm_samples_free(gm_pending_samples *pending) {
    if (!pending) return;
    g_array_free(pending->latest, TRUE);
    g_free(pending);
}

static int compare_samples(const void *left, const void *right) {
    const pending_sample *a = left, *b = right;
    if (a->series_id != b->series_id) return a->series_id < b->series_id ? -1 : 1;
    if (a->t_ns != b->t_ns) return a->t_ns < b->t_ns ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

/* Counts a sample whose series has one at this time. */
static gm_status leave_out_sample(gm_store *store, const pending_sample *sample) {
    static const char sql[] = "SELECT value FROM sample WHERE series_id = ? AND t_ns = ?";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_SAMPLE_KEPT, sql)) return GM_FATAL;
    gm_row_int(&row, sample->series_id);
    gm_row_int(&row, sample->t_ns);
    bool same = sqlite3_step(row.stmt) == SQLITE_ROW && sqlite3_column_double(row.stmt, 0) == sample->value;
    sqlite3_reset(row.stmt);
    gm_emit_left_out(store, same ? GM_LEFT_DUPLICATE : GM_LEFT_DISAGREEING, 1);
    return GM_OK;
}

static gm_status write_sample(gm_row *row, const pending_sample *sample) {
    gm_open_member *member = row->store->import->member;
    sqlite3_bind_int64(row->stmt, 1, sample->series_id);
    sqlite3_bind_int64(row->stmt, 2, sample->t_ns);
    sqlite3_bind_double(row->stmt, 3, sample->value);
    gm_status status = gm_row_write(row);
    if (status != GM_OK) return status == GM_DAMAGED ? GM_OK : status;
    if (sqlite3_changes(row->store->db) == 0) return leave_out_sample(row->store, sample);
    gm_member_count(member, sample->t_ns);
    return GM_OK;
}

/* A sample that is later than all of its series cannot be there already. */
static bool is_news(const gm_import_state *import, const pending_sample *sample) {
    GArray *latest = import->samples->latest;
    if (sample->series_id < 0 || (uint64_t)sample->series_id > import->interned[GM_INTERN_SERIES].count) return false;
    for (int64_t none = GM_UNKNOWN; latest->len <= sample->series_id;) g_array_append_val(latest, none);
    int64_t *last = &g_array_index(latest, int64_t, sample->series_id);
    if (sample->t_ns <= *last) return false; /* GM_UNKNOWN is less than every time */
    *last = sample->t_ns;
    return true;
}

static gm_status write_news(gm_store *store, const pending_sample *sample) {
    gm_sheet *sheet = gm_sheet_open(store, GM_SHEET_SAMPLES);
    if (!sheet) return GM_FATAL;
    gm_cell *cells = gm_sheet_row(sheet);
    cells[0].number = sample->series_id;
    cells[1].number = sample->t_ns;
    cells[2].real = sample->value;
    sheet->rows++;
    gm_member_count(store->import->member, sample->t_ns);
    return GM_OK;
}

static gm_status write_each(gm_store *store, const pending_sample *samples, size_t n) {
    static const char sql[] = "INSERT OR IGNORE INTO sample (series_id, t_ns, value) VALUES (?, ?, ?)";
    gm_row row;
    if (!gm_row_begin(&row, store, GM_ROW_SAMPLE, sql)) return GM_FATAL;
    gm_status status = GM_OK;
    for (size_t i = 0; i < n && status == GM_OK; i++) status = write_sample(&row, &samples[i]);
    return status;
}

/* News come first: of two samples at the same time the one that came first is news. */
static gm_status write_sorted(gm_store *store, gm_pending_samples *pending) {
    size_t others = 0; /* they are moved to the front, where all has been looked at */
    gm_status status = GM_OK;
    for (size_t i = 0; i < pending->n && status == GM_OK; i++) {
        pending_sample sample = pending->samples[i];
        if (is_news(store->import, &sample)) {
            status = write_news(store, &sample);
        } else {
            pending->samples[others++] = sample;
        }
    }
    if (status != GM_OK || others == 0) return status;
    status = gm_sheets_flush(store);
    return status == GM_OK ? write_each(store, pending->samples, others) : status;
}

static gm_status write_pending(gm_store *store) {
    gm_pending_samples *pending = store->import ? store->import->samples : NULL;
    if (!pending || pending->n == 0) return GM_OK;
    if (!pending->sorted) qsort(pending->samples, pending->n, sizeof pending->samples[0], compare_samples);
    gm_status status = write_sorted(store, pending);
    pending->n = 0;
    return status;
}

gm_status gm_samples_flush(gm_store *store) {
    gm_status status = write_pending(store);
    if (status == GM_OK && store->import) status = gm_flat_flush(store);
    if (status == GM_OK) status = gm_sheets_flush(store);
    return status == GM_OK ? gm_sheets_settle(store) : status;
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
        gm_emit_left_out(store, GM_LEFT_NO_VALUE, 1);
        return GM_OK;
    }
    if (!import->samples) {
        import->samples = g_new0(gm_pending_samples, 1);
        import->samples->latest = g_array_new(FALSE, FALSE, sizeof(int64_t));
    }
    gm_pending_samples *pending = import->samples;
    pending_sample *sample = &pending->samples[pending->n];
    *sample = (pending_sample){series_id, t_ns, value, (uint32_t)pending->n};
    pending->sorted = pending->n == 0 || (pending->sorted && compare_samples(sample - 1, sample) < 0);
    return ++pending->n == PENDING_SAMPLES ? write_pending(store) : GM_OK;
}
