/* From a metric's name and labels to a series, and from there to samples, settings and events.
 *
 * Comes behind every metric format (prom_*, vm_export, grafana_csv, otlp_json, ...) and before the store.
 * vocabulary.c says what a name means, owner.c whom the labels name; here both are put together once a
 * series, so that a sample costs no lookup. What is understood and not kept is counted, never dropped in
 * silence. */
#include "importer/metrics/metric.h"

#include <inttypes.h>
#include <math.h>

#include "gomortem/emit_records.h"
#include "importer/metrics/owner.h"
#include "importer/metrics/table.h"
#include "importer/metrics/vocabulary.h"
#include "importer/select.h"
#include "importer/text/span.h"

#define GM_METRICS_COMPLAINTS 3 /* rejected records reported one by one */

typedef struct gm_metric_fact gm_metric_fact;
struct gm_metric_fact {
    const gm_fact *fact;
    gm_metric_fact *next; /* in order of appearance; of kind STATE only */
    int64_t identity_id;
    gm_span text; /* the label's value */
    double last;  /* last value told, NAN before the first */
    int64_t first_true, first_false;
};

struct gm_metric {
    int64_t series_id; /* 0: samples are not stored */
    gm_quantity quantity;
    bool stale; /* the last sample was none */
    double divisor;
    int64_t samples;
    gm_metric_fact *fact; /* NULL: none */
    gm_series *gogc;      /* of a heap goal: the series that tells "no goal", written when it is needed */
    int64_t gogc_id;
};

struct gm_metrics {
    gm_member *member;
    const char *source;
    gm_arena *scratch; /* for one lookup */
    /* They stand for all series that are not kept: in no vocabulary, not selected, without a place because a limit was
     * reached. */
    gm_metric outside, not_selected, refused;
    bool no_memory;
    gm_table facts; /* by identity, name and labels: a fact met again in the member is the same */
    gm_metric_fact *states, **states_end;
    int64_t rejected, complaints;
    int64_t first, latest; /* times of all samples handed over */
    int64_t longest;
};

gm_metrics *gm_metrics_new(gm_member *member, const char *source) {
    gm_metrics *metrics = GM_ARENA_NEW(member->arena, gm_metrics, 1);
    if (metrics) metrics->scratch = gm_arena_new(member->limits->arena_bytes);
    if (!metrics || !metrics->scratch) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory left to read its metrics");
        return NULL;
    }
    metrics->member = member;
    metrics->source = source;
    metrics->first = metrics->latest = GM_UNKNOWN;
    metrics->states_end = &metrics->states;
    gm_table_init(&metrics->facts, member->arena);
    return metrics;
}

/* A series without a place: its samples are refused, the others go on. */
static gm_status refuse(gm_metrics *metrics, gm_metric **metric, gm_status status) {
    *metric = &metrics->refused;
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_status no_memory(gm_metrics *metrics) {
    if (!metrics->no_memory)
        gm_member_diag(
            metrics->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
            "a parser may have %zu bytes, which is too little for its series: the rest was left out" GM_RAISES,
            metrics->member->limits->arena_bytes, GM_RAISED_BY(memory));
    metrics->no_memory = true;
    return GM_DAMAGED;
}

static gm_status emit_owner(gm_metrics *metrics, const gm_metric_owner *owner, int64_t *id) {
    gm_store *store = metrics->member->store;
    const gm_identity *identity = &owner->identity;
    if (identity->level == GM_LEVEL_UNNAMED && identity->hint.len == 0) return gm_member_identity(metrics->member, id);
    gm_status status = gm_emit_identity(store, identity, id);
    int64_t more;
    if (status == GM_OK && owner->has_more) status = gm_emit_identity(store, &owner->more, &more);
    return status;
}

/* --- facts --- */
static gm_metric_fact *new_fact(gm_metrics *metrics, const gm_fact *fact, int64_t identity_id, gm_span text) {
    gm_metric_fact *known = GM_ARENA_NEW(metrics->member->arena, gm_metric_fact, 1);
    if (!known) return NULL;
    *known = (gm_metric_fact){.fact = fact, .identity_id = identity_id, .last = NAN};
    known->first_true = known->first_false = GM_UNKNOWN;
    known->text = gm_arena_span(metrics->member->arena, text);
    if (fact->kind == GM_FACT_STATE) {
        *metrics->states_end = known;
        metrics->states_end = &known->next;
    }
    return known;
}

/* The fact that a series states, NULL when its labels do not say it. */
static gm_metric_fact *find_fact(gm_metrics *metrics, const gm_fact *fact, int64_t identity_id, gm_labels *labels) {
    const gm_label *label = fact->label[0] ? gm_labels_find(labels, fact->label) : NULL;
    if (fact->label[0] && !label) return NULL;
    gm_span text = label ? label->value : (gm_span){NULL, 0};
    size_t len = fact->name.len + 32 + text.len;
    char *key = gm_arena_alloc(metrics->scratch, len);
    if (!key) return NULL;
    int n = snprintf(key, len, "%s %" PRId64 " ", fact->name.data, identity_id);
    if (text.len > 0) memcpy(key + n, text.data, text.len);
    gm_span whole = {key, (size_t)n + text.len};
    const gm_table_entry *entry = gm_table_find(&metrics->facts, whole);
    if (entry) return entry->value;
    gm_metric_fact *known = new_fact(metrics, fact, identity_id, text);
    if (known) gm_table_put(&metrics->facts, whole, known);
    return known;
}

static gm_status tell_setting(gm_metrics *metrics, const gm_metric_fact *fact, int64_t t_ns, double value) {
    char name[64], number[32];
    bool is_value = fact->fact->kind == GM_FACT_VALUE;
    snprintf(name, sizeof(name), "%s%.*s", fact->fact->what, is_value ? (int)fact->text.len : 0, fact->text.data);
    snprintf(number, sizeof(number), "%.17g", value);
    gm_setting setting = {.identity_id = fact->identity_id, .t_ns = t_ns, .name = name, .value_num = NAN};
    setting.value = is_value ? gm_span_of(number) : fact->text;
    if (is_value) setting.value_num = value;
    return gm_emit_setting(metrics->member->store, &setting);
}

static gm_status add_to_fact(gm_metrics *metrics, gm_metric_fact *fact, int64_t t_ns, double value) {
    bool holds = value == 1;
    int64_t *first = holds ? &fact->first_true : &fact->first_false;
    if (*first == GM_UNKNOWN || t_ns < *first) *first = t_ns;
    bool news = fact->fact->kind == GM_FACT_VALUE ? value != fact->last : isnan(fact->last) && holds;
    if (fact->fact->kind == GM_FACT_STATE || !isfinite(value) || !news) return GM_OK;
    fact->last = value;
    return tell_setting(metrics, fact, t_ns, value);
}

/* A state that holds from the beginning of the record came to hold before it: when is not known. */
static gm_status tell_states(gm_metrics *metrics) {
    for (const gm_metric_fact *state = metrics->states; state; state = state->next) {
        if (state->first_true == GM_UNKNOWN) continue;
        gm_event event = {.identity_id = state->identity_id, .t_ns = GM_UNKNOWN, .exit_code = GM_UNKNOWN};
        event.count = GM_UNKNOWN;
        if (state->first_true > metrics->first) event.t_ns = state->first_true;
        event.kind = state->fact->what;
        event.reason = state->text;
        event.text = state->fact->name;
        gm_status status = gm_emit_event(metrics->member->store, &event);
        if (status == GM_FATAL) return status;
    }
    return GM_OK;
}

/* --- series --- */
/* A resource of VALUE facts that is neither memory nor CPU (hugepages, devices) is none of ours. */
static bool wants_fact(const gm_fact *fact, gm_labels *labels) {
    if (!fact) return false;
    if (fact->kind != GM_FACT_VALUE || !fact->label[0]) return true;
    const gm_label *label = gm_labels_find(labels, fact->label);
    return label && (gm_span_equal(label->value, GM_SPAN("memory")) || gm_span_equal(label->value, GM_SPAN("cpu")));
}

/* The same series with the quantity GOGC, for later. */
static gm_series *keep_series(gm_metrics *metrics, const gm_series *series) {
    gm_series *kept = GM_ARENA_NEW(metrics->member->arena, gm_series, 1);
    if (!kept) return NULL;
    *kept = *series;
    kept->quantity = GM_Q_GO_GOGC;
    kept->name = gm_arena_span(metrics->member->arena, series->name);
    kept->labels = gm_arena_span(metrics->member->arena, series->labels);
    return kept->name.data && kept->labels.data ? kept : NULL;
}

static gm_status new_series(gm_metrics *metrics, gm_series *series, gm_labels *labels, gm_metric *metric) {
    series->source = metrics->source;
    series->labels = gm_labels_json(labels, metrics->scratch);
    if (!series->labels.data) return no_memory(metrics);
    if (series->quantity == GM_Q_GO_NEXT_GC) metric->gogc = keep_series(metrics, series);
    return gm_emit_series(metrics->member->store, series, &metric->series_id);
}

bool gm_metrics_wants(gm_metrics *metrics, gm_span name, gm_labels *labels) {
    if (!labels) return gm_metric_may_matter(name);
    gm_arena_reset(metrics->scratch);
    gm_meaning meaning = gm_metric_meaning(name, labels);
    if (!meaning.keep && !wants_fact(meaning.fact, labels)) return false;
    gm_metric_owner owner = gm_metric_owner_find(labels, meaning.of_cgroup, metrics->scratch);
    const gm_identity *who = &owner.identity;
    return gm_select_matches(metrics->member->select, who->ns, who->pod, who->container);
}

gm_status gm_metrics_find(gm_metrics *metrics, gm_span name, gm_labels *labels, gm_metric **metric) {
    gm_arena_reset(metrics->scratch);
    *metric = &metrics->outside;
    gm_meaning meaning = gm_metric_meaning(name, labels);
    bool has_fact = wants_fact(meaning.fact, labels);
    if (!meaning.keep && !has_fact) return GM_OK;
    gm_metric_owner owner = gm_metric_owner_find(labels, meaning.of_cgroup, metrics->scratch);
    const gm_identity *who = &owner.identity;
    if (!gm_select_matches(metrics->member->select, who->ns, who->pod, who->container)) {
        *metric = &metrics->not_selected;
        return GM_OK;
    }

    gm_series series = {.quantity = owner.is_pause ? GM_Q_NONE : meaning.quantity, .name = name};
    gm_status status = emit_owner(metrics, &owner, &series.identity_id);
    gm_metric *found = status == GM_OK ? GM_ARENA_NEW(metrics->member->arena, gm_metric, 1) : NULL;
    if (status == GM_OK && !found) status = no_memory(metrics);
    if (status != GM_OK) return refuse(metrics, metric, status);
    found->quantity = series.quantity;
    found->divisor = meaning.divisor;
    if (has_fact) found->fact = find_fact(metrics, meaning.fact, series.identity_id, labels);
    if (meaning.keep) status = new_series(metrics, &series, labels, found);
    if (status != GM_OK) return refuse(metrics, metric, status);
    *metric = found;
    return GM_OK;
}

/* A heap goal that says that the collector is off. */
static gm_status sample_of_gogc(gm_metrics *metrics, gm_metric *metric, int64_t t_ns, double value) {
    gm_status status = metric->gogc ? GM_OK : GM_DAMAGED;
    if (status == GM_OK && metric->gogc_id == 0)
        status = gm_emit_series(metrics->member->store, metric->gogc, &metric->gogc_id);
    if (status == GM_OK) return gm_emit_sample(metrics->member->store, metric->gogc_id, t_ns, value);
    metrics->rejected++;
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

/* --- samples --- */
/* A sample of a series that is not kept. */
static void leave_out(gm_metrics *metrics, const gm_metric *metric) {
    if (metric == &metrics->refused) {
        metrics->rejected++;
    } else {
        gm_metric_skip(metrics, metric == &metrics->not_selected ? GM_LEFT_NOT_SELECTED : GM_LEFT_OUTSIDE);
    }
}

gm_status gm_metric_sample(gm_metrics *metrics, gm_metric *metric, int64_t t_ns, double value) {
    if (t_ns != GM_UNKNOWN) {
        if (metrics->first == GM_UNKNOWN || t_ns < metrics->first) metrics->first = t_ns;
        if (t_ns > metrics->latest) metrics->latest = t_ns;
    }
    if (metric->fact) {
        gm_status status = add_to_fact(metrics, metric->fact, t_ns, value);
        if (status == GM_FATAL) return status;
    }
    if (metric->series_id == 0) {
        leave_out(metrics, metric);
        return GM_OK;
    }
    if (++metric->samples > metrics->longest) metrics->longest = metric->samples;
    bool was_stale = metric->stale;
    metric->stale = isnan(value);
    if (metric->stale) {
        gm_metric_skip(metrics, GM_LEFT_NO_VALUE);
        return was_stale ? GM_OK : gm_emit_stale(metrics->member->store, metric->series_id, t_ns);
    }
    value /= metric->divisor;
    gm_quantity quantity = metric->quantity;
    if (!gm_value_accept(&quantity, &value)) {
        gm_metric_skip(metrics, GM_LEFT_NO_VALUE);
        return GM_OK;
    }
    if (quantity != metric->quantity) return sample_of_gogc(metrics, metric, t_ns, value);
    return gm_emit_sample(metrics->member->store, metric->series_id, t_ns, value);
}

void gm_metric_skip(gm_metrics *metrics, gm_left_reason reason) {
    gm_emit_left_out(metrics->member->store, reason, 1);
}

void gm_metrics_reject(gm_metrics *metrics, int64_t line, const char *reason) {
    metrics->rejected++;
    if (metrics->complaints++ < GM_METRICS_COMPLAINTS)
        gm_member_diag(metrics->member, GM_SEVERITY_WARNING, line, GM_UNKNOWN, "%s", reason);
}

int64_t gm_metrics_latest(const gm_metrics *metrics) {
    return metrics->latest;
}

gm_status gm_metrics_end(gm_metrics *metrics) {
    gm_member *member = metrics->member;
    gm_status status = tell_states(metrics);
    bool is_snapshot = metrics->longest == 1 && metrics->first != GM_UNKNOWN;
    if (is_snapshot && !member->time_source) member->time_source = "content";
    gm_emit_rejected(member->store, metrics->rejected);
    if (metrics->complaints > GM_METRICS_COMPLAINTS)
        gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, GM_UNKNOWN, "%" PRId64 " records could not be read",
                       metrics->complaints);
    gm_arena_free(metrics->scratch);
    return status;
}
