/* Lines of one cgroup file become samples.
 *
 * Comes behind cgroup_file and cgroup_sampler, which find the file and the time, before the store. Of
 * memory.stat in cgroup v1 the keys total_* count when there are any: those without the prefix leave out the
 * cgroup's children (https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#stat-file). Per-CPU batches
 * can make small counters negative; they read as 0. */
#include "importer/formats/cgroup_file/cgroup.h"
#include "importer/metrics/vocabulary.h"
#include "importer/text/span.h"

static const gm_span no_key = {NULL, 0};

static void leave_out(gm_cgroup_reader *reader, gm_left_reason reason) {
    gm_emit_left_out(reader->capture->member->store, reason, 1);
}

static void reject(gm_cgroup_reader *reader) {
    gm_emit_rejected(reader->capture->member->store, 1);
}

static bool read_pair(gm_span line, gm_span *key, double *value) {
    gm_span word, more;
    return gm_span_word(&line, key) && gm_span_word(&line, &word) && !gm_span_word(&line, &more) &&
           gm_capture_number(word, value);
}

/* --- one kind of file each --- */
static gm_status number_line(gm_cgroup_reader *reader, gm_span line) {
    const gm_cgroup_file *file = reader->file;
    double value;
    if (gm_span_equal(line, GM_SPAN("max"))) {
        leave_out(reader, GM_LEFT_NO_VALUE);
    } else if (reader->lines == 1 && gm_capture_number(line, &value)) {
        return gm_capture_sample(reader->capture, file->quantity, file->name, no_key, value / file->divisor);
    } else {
        reject(reader);
    }
    return GM_OK;
}

static gm_span without_total(gm_span key) {
    (void)gm_span_take(&key, GM_SPAN("total_"));
    return key;
}

static gm_status stat_line(gm_cgroup_reader *reader, gm_span line) {
    gm_span key;
    double value;
    size_t n;
    if (!read_pair(line, &key, &value)) {
        reject(reader);
        return GM_OK;
    }
    bool known = gm_alias_find(GM_DICT_CGROUP_STAT, without_total(key), &n) != NULL;
    if (!known || reader->n_stats == GM_CGROUP_STATS || key.len >= sizeof(reader->stats[0].key)) {
        leave_out(reader, GM_LEFT_OUTSIDE);
        return GM_OK;
    }
    reader->has_total |= gm_span_equal(key, GM_SPAN("total_rss")) || gm_span_equal(key, GM_SPAN("total_cache"));
    memcpy(reader->stats[reader->n_stats].key, key.data, key.len);
    reader->stats[reader->n_stats].key[key.len] = '\0';
    reader->stats[reader->n_stats++].value = value;
    return GM_OK;
}

static gm_status keyed_line(gm_cgroup_reader *reader, gm_span line) {
    gm_span key;
    double value;
    if (!read_pair(line, &key, &value)) {
        reject(reader);
        return GM_OK;
    }
    const gm_cgroup_key *known = gm_cgroup_key_find(reader->file->name, key);
    if (!known) {
        leave_out(reader, GM_LEFT_OUTSIDE);
        return GM_OK;
    }
    return gm_capture_sample(reader->capture, known->quantity, known->file, key, value / known->divisor);
}

static gm_status pressure_line(gm_cgroup_reader *reader, gm_span line) {
    gm_span kind, word;
    double us;
    gm_span_word(&line, &kind);
    bool some = gm_span_equal(kind, GM_SPAN("some"));
    while ((some || gm_span_equal(kind, GM_SPAN("full"))) && gm_span_word(&line, &word)) {
        if (!gm_span_take(&word, GM_SPAN("total=")) || !gm_capture_number(word, &us)) continue;
        return gm_capture_sample(reader->capture, some ? GM_Q_PSI_MEM_SOME : GM_Q_PSI_MEM_FULL, reader->file->name,
                                 kind, us / 1e6);
    }
    reject(reader);
    return GM_OK;
}

static gm_status cpu_max_line(gm_cgroup_reader *reader, gm_span line) {
    gm_capture *capture = reader->capture;
    gm_span quota, period;
    double quota_us, period_us;
    gm_status status = GM_OK;
    if (!gm_span_word(&line, &quota) || !gm_span_word(&line, &period) || !gm_capture_number(period, &period_us)) {
        reject(reader);
        return GM_OK;
    }
    if (gm_span_equal(quota, GM_SPAN("max"))) {
        leave_out(reader, GM_LEFT_NO_VALUE);
    } else if (gm_capture_number(quota, &quota_us)) {
        status = gm_capture_sample(capture, GM_Q_CPU_QUOTA_US, reader->file->name, GM_SPAN("quota"), quota_us);
    } else {
        reject(reader);
    }
    if (status != GM_OK) return status;
    return gm_capture_sample(capture, GM_Q_CPU_PERIOD_US, reader->file->name, GM_SPAN("period"), period_us);
}

static gm_status proc_line(gm_cgroup_reader *reader, gm_span line) {
    gm_span key, word, unit;
    double value;
    if (!gm_span_cut(&line, ':', &key) || !line.data) {
        reject(reader);
        return GM_OK;
    }
    const gm_cgroup_key *known = gm_cgroup_key_find(reader->file->name, key);
    if (!known) {
        leave_out(reader, GM_LEFT_OUTSIDE);
        return GM_OK;
    }
    bool good = gm_span_word(&line, &word) && gm_capture_number(word, &value);
    bool counted = known->quantity == GM_Q_PROC_THREADS;
    if (!good || (!counted && (!gm_span_word(&line, &unit) || !gm_span_equal(unit, GM_SPAN("kB"))))) {
        reject(reader);
        return GM_OK;
    }
    return gm_capture_sample(reader->capture, known->quantity, known->file, key, counted ? value : value * 1024);
}

static gm_status list_line(gm_cgroup_reader *reader, gm_span line) {
    double id;
    if (gm_capture_number(line, &id)) return GM_OK;
    reader->lines--;
    reject(reader);
    return GM_OK;
}

/* --- all --- */
void gm_cgroup_begin(gm_cgroup_reader *reader, const gm_cgroup_file *file) {
    reader->file = file;
    reader->lines = 0;
    reader->n_stats = 0;
    reader->has_total = false;
}

gm_status gm_cgroup_line(gm_cgroup_reader *reader, gm_span line) {
    line = gm_span_trim(line);
    if (line.len == 0) return GM_OK;
    reader->lines++;
    switch (reader->file ? reader->file->kind : GM_CGROUP_OTHER) {
    case GM_CGROUP_NUMBER: return number_line(reader, line);
    case GM_CGROUP_STAT: return stat_line(reader, line);
    case GM_CGROUP_KEYED: return keyed_line(reader, line);
    case GM_CGROUP_PRESSURE: return pressure_line(reader, line);
    case GM_CGROUP_CPU_MAX: return cpu_max_line(reader, line);
    case GM_CGROUP_LIST: return list_line(reader, line);
    case GM_CGROUP_PROC: return proc_line(reader, line);
    case GM_CGROUP_OTHER: leave_out(reader, GM_LEFT_OUTSIDE); break;
    }
    return GM_OK;
}

static gm_status end_stats(gm_cgroup_reader *reader) {
    gm_status status = GM_OK;
    size_t n;
    for (size_t i = 0; i < reader->n_stats && status == GM_OK; i++) {
        gm_span key = gm_span_of(reader->stats[i].key);
        const gm_alias *alias = gm_alias_find(GM_DICT_CGROUP_STAT, without_total(key), &n);
        bool whole = gm_span_starts(key, GM_SPAN("total_")) || gm_span_starts(key, GM_SPAN("hierarchical_"));
        if (!alias || (reader->has_total && !whole)) {
            leave_out(reader, alias ? GM_LEFT_SUPERSEDED : GM_LEFT_OUTSIDE);
            continue;
        }
        status = gm_capture_sample(reader->capture, alias->quantity, reader->file->name, key,
                                   reader->stats[i].value / alias->divisor);
    }
    return status;
}

gm_status gm_cgroup_end(gm_cgroup_reader *reader) {
    const gm_cgroup_file *file = reader->file;
    gm_status status = GM_OK;
    if (file && file->kind == GM_CGROUP_STAT) status = end_stats(reader);
    if (file && file->kind == GM_CGROUP_LIST && !reader->capture->torn)
        status = gm_capture_sample(reader->capture, file->quantity, file->name, no_key, (double)reader->lines);
    gm_cgroup_begin(reader, NULL);
    return status;
}

/* --- bids --- */
static bool is_text(gm_span head) {
    return gm_span_find_byte(head, '\0') < 0;
}

bool gm_cgroup_fits(const gm_cgroup_file *file, gm_span head, bool complete) {
    gm_span rest = head, line = {NULL, 0}, word;
    double value;
    if (!is_text(head)) return false;
    if (gm_span_trim(head).len == 0) return complete;
    while (line.len == 0 && gm_span_cut(&rest, '\n', &line)) line = gm_span_trim(line);
    switch (file->kind) {
    case GM_CGROUP_NUMBER:
        if (gm_span_trim(rest).len > 0) return false;
        return gm_span_equal(line, GM_SPAN("max")) || gm_capture_number(line, &value);
    case GM_CGROUP_STAT:
    case GM_CGROUP_KEYED: return read_pair(line, &word, &value);
    case GM_CGROUP_PRESSURE: return gm_span_starts(line, GM_SPAN("some ")) || gm_span_starts(line, GM_SPAN("full "));
    case GM_CGROUP_CPU_MAX:
        return gm_span_word(&line, &word) && gm_span_word(&line, &word) && gm_capture_number(word, &value);
    case GM_CGROUP_LIST: return gm_capture_number(line, &value);
    case GM_CGROUP_PROC: return false;
    case GM_CGROUP_OTHER: return true;
    }
    return false;
}
