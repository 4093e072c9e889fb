/* The index of a Prometheus TSDB block: which series it has and where their chunks lie.
 *
 * Comes in any order with the block's chunks, so it is kept and read when all members are there: the series
 * that are wanted and their chunks go to the stage, where tsdb_chunks finds them. The table of contents is at
 * the very end; without it (a copy that broke off) the parts are where every writer puts them: symbols first,
 * series behind them. Versions 1 to 3.
 * https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/index.md */
#include <inttypes.h>

#include "gomortem/format.h"
#include "importer/metrics/metric.h"
#include "importer/text/span.h"
#include "importer/tsdb/bytes.h"
#include "importer/tsdb/stage.h"
#include "importer/tsdb/symbols.h"
#include "importer/tsdb/window.h"

enum { HEADER = 5, TOC = 52, TOC_ENTRIES = 6, CHECKSUM = 4, ALIGNMENT = 16, COMPLAINTS = 3 };

typedef struct {
    gm_member *member;
    gm_window window;
    gm_stage stage;
    gm_symbols symbols;
    gm_metrics *metrics; /* to ask what is wanted; no samples come here */
    gm_arena *scratch;   /* for one series */
    int version;
    uint64_t series_at, series_end;
    int64_t taken, left_out, damaged;
    uint64_t name_label, last_name; /* symbols of "__name__" and of the name that was judged last */
    bool name_known, last_may_matter;
    bool whole;
} gm_index;

typedef struct { /* one series */
    uint64_t ref;
    size_t n;
    struct {
        uint64_t name, value;
    } labels[GM_LABELS_MAX + 1];
    gm_bytes chunks; /* the rest of the entry */
} gm_index_series;

static int bid(const gm_head *head) {
    gm_span magic = GM_SPAN("\xba\xaa\xd7\x00");
    if (head->head.len < HEADER || !gm_span_starts(head->head, magic)) return 0;
    return head->head.data[4] >= 1 && head->head.data[4] <= 3 ? 100 : 0;
}

static gm_status parse(gm_member *member) {
    gm_span block;
    gm_status status;
    while ((status = gm_member_read(member, &block)) == GM_OK)
        if ((status = gm_member_keep(member, block)) != GM_OK) break;
    return status == GM_END ? GM_OK : status;
}

static void complain(gm_index *index, int64_t offset, const char *what) {
    index->whole = false;
    gm_member_diag(index->member, GM_SEVERITY_ERROR, GM_UNKNOWN, offset, "%s", what);
}

/* --- the table of contents --- */
static void series_end_of(gm_index *index, const uint64_t toc[TOC_ENTRIES], uint64_t size) {
    index->series_end = size;
    for (int i = 0; i < TOC_ENTRIES; i++)
        if (toc[i] > index->series_at && toc[i] < index->series_end) index->series_end = toc[i];
}

/* Where symbols and series begin; false when there is no table, or one that cannot be true. */
static bool read_toc(gm_index *index, uint64_t *symbols) {
    uint64_t toc[TOC_ENTRIES];
    int64_t size = gm_member_size(index->member);
    if (size < HEADER + TOC || !gm_window_go(&index->window, size - TOC)) return false;
    if (gm_window_ask(&index->window, TOC) < TOC) return false;
    gm_span table = gm_window_bytes(&index->window, TOC);
    gm_bytes bytes = gm_bytes_of(table);
    for (int i = 0; i < TOC_ENTRIES; i++) toc[i] = gm_bytes_fixed(&bytes, 8);
    if (gm_bytes_fixed(&bytes, CHECKSUM) != gm_crc32c(0, table.data, TOC - CHECKSUM)) return false;
    *symbols = toc[0];
    index->series_at = toc[1];
    series_end_of(index, toc, (uint64_t)size - TOC);
    return toc[1] < index->series_end;
}

/* --- series --- */
/* False: the entry is no series. */
static bool read_labels(gm_bytes *entry, gm_index_series *series) {
    uint64_t n = gm_bytes_uvarint(entry);
    series->n = 0;
    for (uint64_t i = 0; i < n && !entry->bad; i++) {
        uint64_t name = gm_bytes_uvarint(entry), value = gm_bytes_uvarint(entry);
        if (series->n == sizeof series->labels / sizeof series->labels[0]) return false;
        series->labels[series->n].name = name;
        series->labels[series->n++].value = value;
    }
    series->chunks = *entry;
    return !entry->bad;
}

static bool symbol(gm_index *index, uint64_t number, gm_span *text) {
    return gm_symbols_get(&index->symbols, number, index->scratch, text);
}

/* The number of "__name__" is learnt from the first series that has it. */
static bool is_name(gm_index *index, uint64_t label) {
    gm_span text;
    if (index->name_known) return label == index->name_label;
    if (!symbol(index, label, &text) || !gm_span_equal(text, GM_SPAN("__name__"))) return false;
    index->name_known = true;
    index->name_label = label;
    return true;
}

/* Most series of a cluster fail here, without a look at their other labels. */
static bool may_matter(gm_index *index, const gm_index_series *series) {
    gm_span name;
    for (size_t i = 0; i < series->n; i++) {
        if (!is_name(index, series->labels[i].name)) continue;
        if (index->last_name == series->labels[i].value) return index->last_may_matter;
        if (!symbol(index, series->labels[i].value, &name)) return true; /* damage, told below */
        index->last_name = series->labels[i].value;
        index->last_may_matter = gm_metrics_wants(index->metrics, name, NULL);
        return index->last_may_matter;
    }
    return false;
}

static char *put_uvarint(char *at, uint64_t value) {
    for (; value >= 0x80; value >>= 7) *at++ = (char)(value | 0x80);
    *at++ = (char)value;
    return at;
}

static char *put_text(char *at, gm_span text) {
    at = put_uvarint(at, text.len);
    memcpy(at, text.data, text.len);
    return at + text.len;
}

/* The labels as the stage holds them. Empty when a symbol is missing or memory is out. */
static gm_span spell(gm_index *index, const gm_index_series *series) {
    gm_span texts[2 * (GM_LABELS_MAX + 1)];
    size_t size = 10;
    for (size_t i = 0; i < series->n; i++) {
        if (!symbol(index, series->labels[i].name, &texts[2 * i]) ||
            !symbol(index, series->labels[i].value, &texts[2 * i + 1]))
            return GM_SPAN("");
        size += 20 + texts[2 * i].len + texts[2 * i + 1].len;
    }
    char *text = gm_arena_alloc(index->scratch, size), *at = text;
    if (!text) return GM_SPAN("");
    at = put_uvarint(at, series->n);
    for (size_t i = 0; i < 2 * series->n; i++) at = put_text(at, texts[i]);
    return (gm_span){text, (size_t)(at - text)};
}

static gm_status put_chunks(gm_index *index, const gm_index_series *series) {
    gm_bytes bytes = series->chunks;
    uint64_t n = gm_bytes_uvarint(&bytes), chunk = 0;
    gm_status status = GM_OK;
    for (uint64_t i = 0; i < n && status == GM_OK; i++) {
        gm_bytes_varint(&bytes); /* the first time, or its distance */
        gm_bytes_uvarint(&bytes);
        chunk = i == 0 ? gm_bytes_uvarint(&bytes) : chunk + (uint64_t)gm_bytes_varint(&bytes);
        if (bytes.bad) break;
        status = gm_stage_put_chunk(&index->stage, chunk, series->ref);
    }
    if (bytes.bad) index->damaged++;
    return status;
}

static gm_status take_series(gm_index *index, gm_span entry, uint64_t ref) {
    gm_index_series series = {.ref = ref};
    gm_bytes bytes = gm_bytes_of(entry);
    gm_labels labels;
    gm_span name;
    gm_arena_reset(index->scratch);
    if (!read_labels(&bytes, &series)) {
        index->damaged++;
        return GM_OK;
    }
    if (!may_matter(index, &series)) {
        index->left_out++;
        return GM_OK;
    }
    gm_span stored = spell(index, &series);
    if (!gm_stage_labels(stored, &name, &labels)) {
        index->damaged++;
        return GM_OK;
    }
    if (!gm_metrics_wants(index->metrics, name, &labels)) {
        index->left_out++;
        return GM_OK;
    }
    index->taken++;
    gm_status status = gm_stage_put_series(&index->stage, ref, stored);
    return status == GM_OK ? put_chunks(index, &series) : status;
}

/* The next entry; false at the end of the section or when nothing behind it can be read. */
static bool next_series(gm_index *index, gm_span *entry, uint64_t *ref) {
    gm_window *window = &index->window;
    if (index->version > 1) gm_window_skip(window, -window->at & (ALIGNMENT - 1));
    if ((uint64_t)window->at >= index->series_end) return false;
    int64_t at = window->at;
    size_t have = gm_window_ask(window, 10);
    gm_bytes prefix = gm_bytes_of(gm_window_bytes(window, have));
    uint64_t len = gm_bytes_uvarint(&prefix);
    if (len == 0 && !prefix.bad) return false; /* padding before the next section */
    if (prefix.bad || len > GM_WINDOW_MAX - 16 || len + CHECKSUM > index->series_end - (uint64_t)at) {
        complain(index, at, "the series cannot be read further: an entry reaches beyond their end");
        return false;
    }
    gm_window_skip(window, (int64_t)(have - gm_bytes_left(&prefix)));
    if (gm_window_ask(window, (size_t)len + CHECKSUM) < len + CHECKSUM) {
        complain(index, at, "the series break off");
        return false;
    }
    *entry = gm_window_bytes(window, (size_t)len);
    *ref = index->version > 1 ? (uint64_t)at / ALIGNMENT : (uint64_t)at;
    return true;
}

static gm_status read_series(gm_index *index) {
    gm_span entry;
    uint64_t ref;
    gm_status status = GM_OK;
    int complaints = 0;
    if (index->series_at == 0 || !gm_window_go(&index->window, (int64_t)index->series_at)) return GM_OK;
    while (status == GM_OK && next_series(index, &entry, &ref)) {
        gm_span both = gm_window_bytes(&index->window, entry.len + CHECKSUM);
        gm_bytes sum = gm_bytes_of(gm_span_from(both, entry.len));
        if (gm_bytes_fixed(&sum, CHECKSUM) == gm_crc32c(0, entry.data, entry.len)) {
            status = take_series(index, entry, ref);
        } else {
            index->damaged++;
            if (complaints++ < COMPLAINTS) complain(index, index->window.at, "a series does not match its checksum");
        }
        gm_window_skip(&index->window, (int64_t)entry.len + CHECKSUM);
    }
    return status == GM_OK && index->window.status == GM_FATAL ? GM_FATAL : status;
}

/* --- the whole --- */
static gm_status read_sections(gm_index *index) {
    uint64_t symbols = HEADER;
    if (gm_window_ask(&index->window, HEADER) < HEADER) return GM_DAMAGED;
    index->version = gm_window_bytes(&index->window, HEADER).data[4];
    bool has_toc = read_toc(index, &symbols);
    if (!has_toc)
        complain(index, GM_UNKNOWN,
                 "the table of contents is missing or damaged; parts are looked for where"
                 " they usually are");
    if (!gm_symbols_begin(&index->symbols, index->member, index->version, symbols)) {
        index->whole = false;
        return GM_DAMAGED;
    }
    if (!has_toc) {
        index->series_at = (uint64_t)index->symbols.end + CHECKSUM;
        index->series_end = (uint64_t)gm_member_size(index->member);
    }
    return read_series(index);
}

/* Says which chunks the bundle does not have at all. */
static gm_status tell_lost(gm_index *index) {
    int64_t chunks;
    uint64_t segment;
    gm_status status = gm_stage_lost_chunks(&index->stage, &chunks, &segment);
    if (status != GM_OK || chunks == 0) return status;
    gm_member_diag(index->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                   "%" PRId64 " chunks lie in segments that are not here, the first in chunks/%06" PRIu64, chunks,
                   segment + 1);
    return GM_OK;
}

static gm_status sum_up(gm_index *index, gm_status status) {
    gm_member *member = index->member;
    if (status == GM_FATAL || tell_lost(index) == GM_FATAL) return GM_FATAL;
    if (index->damaged > 0) {
        index->whole = false;
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "%" PRId64 " series cannot be read",
                       index->damaged);
    }
    gm_member_diag(member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                   "%" PRId64 " series are read, %" PRId64 " are not of memory, CPU, GC or processes, or not selected",
                   index->taken, index->left_out);
    gm_emit_rejected(member->store, index->damaged);
    gm_status put = gm_stage_put_state(&index->stage, index->whole ? GM_INDEX_WHOLE : GM_INDEX_DAMAGED);
    return put == GM_OK ? status : put;
}

static gm_status finish(gm_member *member) {
    gm_index index = {.member = member, .whole = true, .last_name = UINT64_MAX};
    index.scratch = gm_arena_new(member->limits->arena_bytes);
    index.metrics = index.scratch ? gm_metrics_new(member, "prometheus") : NULL;
    gm_status status = index.metrics ? gm_stage_open(&index.stage, member, GM_SCOPE_BLOCK) : GM_DAMAGED;
    if (status == GM_OK) {
        gm_window_init(&index.window, member);
        status = sum_up(&index, read_sections(&index));
        gm_window_release(&index.window);
        gm_symbols_end(&index.symbols);
        gm_stage_close(&index.stage);
    }
    if (index.metrics && gm_metrics_end(index.metrics) == GM_FATAL) status = GM_FATAL;
    if (index.scratch) gm_arena_free(index.scratch);
    return status;
}

const gm_format gm_format_tsdb_index = {
    .name = "tsdb_index",
    .title = "index of a Prometheus TSDB block",
    .takes = "Names of series for the samples in the block's chunks.",
    .bid = bid,
    .parse = parse,
    .finish = finish,
    .turn = 1,
};
