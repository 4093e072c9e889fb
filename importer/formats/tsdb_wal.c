/* A segment of a Prometheus write-ahead log (wal/00000003, a checkpoint's, wbl/): series and samples of the
 * head of a copied data directory.
 *
 * Read twice: straight away for the names of series and for deletions, which tsdb_head needs too; and when
 * all members are there for the samples, since a checkpoint may come behind the segments that build on it.
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/wal.md and tsdb/record/record.go */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/text/span.h"
#include "importer/tsdb/records.h"
#include "importer/tsdb/samples.h"

enum { /* kinds of records */
       SERIES = 1,
       SAMPLES = 2,
       TOMBSTONES = 3,
       EXEMPLARS = 4,
       MMAP_MARKERS = 5,
       METADATA = 6,
       HISTOGRAMS_FIRST = 7,
       HISTOGRAMS_LAST = 10,
       SAMPLES_V2 = 11,
       HISTOGRAMS_V2_FIRST = 12,
       HISTOGRAMS_V2_LAST = 15
};

typedef struct {
    gm_member *member;
    gm_records log;
    gm_stage stage;
    gm_metrics *metrics;     /* first reading: to ask what is wanted */
    gm_tsdb_samples samples; /* second reading */
    int64_t torn, histograms, unknown, taken, left_out;
} gm_wal;

/* --- bid --- */
static bool is_number(gm_span name) {
    for (size_t i = 0; i < name.len; i++)
        if (name.data[i] < '0' || name.data[i] > '9') return false;
    return name.len >= 6;
}

static bool lies_in_a_log(const gm_head *head) {
    gm_span rest = head->path, part, directory = {NULL, 0}, name = {NULL, 0};
    while (gm_span_cut(&rest, '/', &part)) {
        directory = name;
        name = part;
    }
    if (!is_number(head->name)) return false;
    return gm_span_equal(directory, GM_SPAN("wal")) || gm_span_equal(directory, GM_SPAN("wbl")) ||
           gm_span_starts(directory, GM_SPAN("checkpoint."));
}

static int bid(const gm_head *head) {
    int looks = gm_records_look_alike(head->head);
    if (looks == 2) return lies_in_a_log(head) ? 97 : 90;
    return lies_in_a_log(head) ? 15 + 5 * looks : 0;
}

/* --- first reading: who --- */
static gm_status put_series(gm_wal *wal, uint64_t ref, gm_span stored) {
    gm_labels labels;
    gm_span name;
    if (!gm_stage_labels(stored, &name, &labels)) {
        wal->torn++;
        return GM_OK;
    }
    bool wanted = gm_metrics_wants(wal->metrics, name, &labels);
    ++*(wanted ? &wal->taken : &wal->left_out);
    return gm_stage_put_series(&wal->stage, ref, wanted ? stored : GM_SPAN(""));
}

static gm_status read_series(gm_wal *wal, gm_bytes *record) {
    gm_status status = GM_OK;
    while (gm_bytes_left(record) > 0 && status == GM_OK) {
        uint64_t ref = gm_bytes_fixed(record, 8);
        const unsigned char *begin = record->at;
        uint64_t n = gm_bytes_uvarint(record);
        for (uint64_t i = 0; i < n && !record->bad; i++) {
            gm_bytes_take(record, gm_bytes_uvarint(record));
            gm_bytes_take(record, gm_bytes_uvarint(record));
        }
        if (record->bad) break;
        status = put_series(wal, ref, (gm_span){(const char *)begin, (size_t)(record->at - begin)});
    }
    return status;
}

static gm_status read_tombstones(gm_wal *wal, gm_bytes *record) {
    gm_status status = GM_OK;
    while (gm_bytes_left(record) > 0 && status == GM_OK) {
        uint64_t ref = gm_bytes_fixed(record, 8);
        int64_t from_ms = gm_bytes_varint(record), to_ms = gm_bytes_varint(record);
        if (record->bad) break;
        status = gm_stage_put_gap(&wal->stage, ref, from_ms, to_ms);
    }
    return status;
}

static gm_status first_reading(gm_wal *wal, gm_span record) {
    gm_bytes bytes = gm_bytes_of(record);
    uint64_t type = gm_bytes_fixed(&bytes, 1);
    gm_status status = GM_OK;
    if (type == SERIES) status = read_series(wal, &bytes);
    if (type == TOMBSTONES) status = read_tombstones(wal, &bytes);
    if (bytes.bad) wal->torn++;
    return status;
}

/* --- second reading: what --- */
static double as_double(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static gm_status take_sample(gm_wal *wal, uint64_t ref, int64_t t_ms, double value) {
    gm_tsdb_series *series;
    gm_status status = gm_tsdb_series_find(&wal->samples, ref, &series);
    return status == GM_OK ? gm_tsdb_sample(&wal->samples, series, t_ms, value) : status;
}

static gm_status read_samples(gm_wal *wal, gm_bytes *record) {
    gm_status status = GM_OK;
    if (gm_bytes_left(record) == 0) return GM_OK;
    uint64_t base_ref = gm_bytes_fixed(record, 8);
    int64_t base_ms = (int64_t)gm_bytes_fixed(record, 8);
    while (gm_bytes_left(record) > 0 && status == GM_OK) {
        uint64_t ref = base_ref + (uint64_t)gm_bytes_varint(record);
        int64_t t_ms = gm_wrap_add(base_ms, gm_bytes_varint(record));
        double value = as_double(gm_bytes_fixed(record, 8));
        if (record->bad) break;
        status = take_sample(wal, ref, t_ms, value);
    }
    return status;
}

/* References are told from the sample before, times from the first one; start times are passed over. */
static gm_status read_samples_v2(gm_wal *wal, gm_bytes *record) {
    enum { NO_START, SAME_START };
    gm_status status = GM_OK;
    uint64_t ref = 0;
    int64_t first_ms = 0;
    for (bool is_first = true; gm_bytes_left(record) > 0 && status == GM_OK; is_first = false) {
        ref += (uint64_t)gm_bytes_varint(record);
        int64_t t_ms = gm_wrap_add(first_ms, gm_bytes_varint(record));
        if (is_first) first_ms = t_ms;
        uint64_t start = is_first ? SAME_START + 1 : gm_bytes_fixed(record, 1);
        if (start > SAME_START) gm_bytes_varint(record);
        double value = as_double(gm_bytes_fixed(record, 8));
        if (record->bad) break;
        status = take_sample(wal, ref, t_ms, value);
    }
    return status;
}

static gm_status second_reading(gm_wal *wal, gm_span record) {
    if (record.len == 0) return GM_OK; /* counted by the first reading */
    gm_bytes bytes = gm_bytes_of(record);
    uint64_t type = gm_bytes_fixed(&bytes, 1);
    gm_status status = GM_OK;
    if (type == SAMPLES) {
        status = read_samples(wal, &bytes);
    } else if (type == SAMPLES_V2) {
        status = read_samples_v2(wal, &bytes);
    } else if ((type >= HISTOGRAMS_FIRST && type <= HISTOGRAMS_LAST) ||
               (type >= HISTOGRAMS_V2_FIRST && type <= HISTOGRAMS_V2_LAST)) {
        wal->histograms++;
    } else if (type < SERIES || type > HISTOGRAMS_V2_LAST) {
        wal->unknown++;
    }
    if (bytes.bad) wal->torn++;
    return status;
}

/* --- the segment --- */
static void sum_up(gm_wal *wal) {
    gm_member *member = wal->member;
    if (!wal->log.silent)
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " series are named here, %" PRId64
                       " more are not of memory, CPU, GC or processes, or not selected",
                       wal->taken, wal->left_out);
    if (wal->torn > 0)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " records of the log end before their contents do", wal->torn);
    if (wal->histograms > 0)
        gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " records of native histograms are left out", wal->histograms);
    if (wal->unknown > 0)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN,
                       "%" PRId64 " records of an unknown kind are left out", wal->unknown);
    gm_emit_left_out(member->store, GM_LEFT_OUTSIDE, wal->histograms + wal->unknown);
    gm_emit_rejected(member->store, wal->torn);
}

static gm_status read_all(gm_wal *wal, gm_status (*take)(gm_wal *wal, gm_span record)) {
    gm_span record;
    gm_status status = GM_OK;
    while (status == GM_OK && gm_records_next(&wal->log, &record)) status = take(wal, record);
    if (status == GM_OK && wal->log.window.status != GM_END) status = wal->log.window.status;
    if (status == GM_OK && !wal->log.silent) gm_emit_rejected(wal->member->store, wal->log.damaged);
    bool damaged = wal->log.damaged + wal->torn > 0 || (wal->log.open && !wal->log.silent);
    if (status != GM_FATAL) sum_up(wal);
    gm_records_end(&wal->log);
    return status == GM_OK && damaged ? GM_DAMAGED : status;
}

static gm_status parse(gm_member *member) {
    gm_wal wal = {.member = member, .metrics = gm_metrics_new(member, "prometheus")};
    gm_status status = wal.metrics ? gm_stage_open(&wal.stage, member, GM_SCOPE_HEAD) : GM_DAMAGED;
    if (status == GM_OK) {
        gm_records_begin(&wal.log, member);
        wal.log.window.keep = true;
        status = read_all(&wal, first_reading);
        gm_stage_close(&wal.stage);
    }
    gm_status end = wal.metrics ? gm_metrics_end(wal.metrics) : GM_OK;
    return end == GM_FATAL ? end : status;
}

static gm_status finish(gm_member *member) {
    gm_wal wal = {.member = member};
    gm_status status = gm_tsdb_samples_begin(&wal.samples, member, GM_SCOPE_HEAD);
    if (status != GM_OK) return status;
    gm_records_begin(&wal.log, member);
    wal.log.silent = true;
    status = read_all(&wal, second_reading);
    gm_status end = gm_tsdb_samples_end(&wal.samples);
    return end == GM_FATAL ? end : status;
}

const gm_format gm_format_tsdb_wal = {
    .name = "tsdb_wal",
    .title = "write-ahead log of a Prometheus data directory",
    .takes = "Samples of known metrics that are in no block yet; names of the series in chunks_head.",
    .bid = bid,
    .parse = parse,
    .finish = finish,
    .turn = 2,
};
