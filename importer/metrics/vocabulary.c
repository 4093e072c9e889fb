/* The dictionaries of importer/aliases.def as sorted arrays, and what a metric means by them.
 *
 * Comes behind the metric formats (through metric.c and fields.c). Names follow the exporters' sources:
 * cAdvisor metrics/prometheus.go, client_golang prometheus/go_collector*.go, VictoriaMetrics
 * metrics/go_metrics.go, the OpenTelemetry semantic conventions for Go, kube-state-metrics docs/metrics. */
#include "importer/metrics/vocabulary.h"

#include "importer/text/span.h"

#define ROW(text, symbol, number, condition) \
    {.name = {text, sizeof(text) - 1}, .quantity = GM_Q_##symbol, .divisor = number, .when = condition},

static const gm_alias metric_rows[] = {
#define GM_METRIC(name, quantity, divisor, when) ROW(name, quantity, divisor, when)
#include "importer/aliases.def"
};

static const gm_alias memstats_rows[] = {
#define GM_MEMSTATS(name, quantity, divisor) ROW(name, quantity, divisor, "")
#include "importer/aliases.def"
};

static const gm_alias kubelet_rows[] = {
#define GM_KUBELET(name, quantity, divisor) ROW(name, quantity, divisor, "")
#include "importer/aliases.def"
};

static const gm_alias cadvisor_rows[] = {
#define GM_CADVISOR(name, quantity, divisor) ROW(name, quantity, divisor, "")
#include "importer/aliases.def"
};

static const gm_alias docker_rows[] = {
#define GM_DOCKER(name, quantity, divisor) ROW(name, quantity, divisor, "")
#include "importer/aliases.def"
};

static const gm_alias cgroup_stat_rows[] = {
#define GM_CGROUP_STAT(name, quantity, divisor) ROW(name, quantity, divisor, "")
#include "importer/aliases.def"
};

static const gm_fact facts[] = {
#define GM_FACT(text, sort, setting, value_label) {{text, sizeof(text) - 1}, GM_FACT_##sort, setting, value_label},
#include "importer/aliases.def"
};

typedef struct {
    bool prefix, keep; /* prefix or suffix; keep or leave */
    gm_span text;
    gm_quantity quantity;
} name_pattern;

enum { SUFFIX, PREFIX };
enum { LEAVE, KEEP };

static const name_pattern patterns[] = {
#define GM_PATTERN(place, text, verdict, quantity) {place, verdict, {text, sizeof(text) - 1}, GM_Q_##quantity},
#include "importer/aliases.def"
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const gm_alias *gm_alias_rows(gm_dictionary dictionary, size_t *n) {
    static const struct {
        const gm_alias *rows;
        size_t n;
    } all[GM_DICTS] = {
        [GM_DICT_METRIC] = {metric_rows, COUNT(metric_rows)},
        [GM_DICT_MEMSTATS] = {memstats_rows, COUNT(memstats_rows)},
        [GM_DICT_KUBELET] = {kubelet_rows, COUNT(kubelet_rows)},
        [GM_DICT_CADVISOR] = {cadvisor_rows, COUNT(cadvisor_rows)},
        [GM_DICT_DOCKER] = {docker_rows, COUNT(docker_rows)},
        [GM_DICT_CGROUP_STAT] = {cgroup_stat_rows, COUNT(cgroup_stat_rows)},
    };
    *n = all[dictionary].n;
    return all[dictionary].rows;
}

static int compare(gm_span a, gm_span b) {
    int order = memcmp(a.data, b.data, a.len < b.len ? a.len : b.len);
    if (order != 0) return order;
    return a.len < b.len ? -1 : a.len > b.len;
}

const gm_alias *gm_alias_find(gm_dictionary dictionary, gm_span name, size_t *n) {
    size_t count;
    const gm_alias *rows = gm_alias_rows(dictionary, &count);
    size_t low = 0, high = count; /* the first row that is not less than name */
    *n = 0;
    if (name.len == 0) return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(rows[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    while (low + *n < count && gm_span_equal(rows[low + *n].name, name)) ++*n;
    return *n > 0 ? &rows[low] : NULL;
}

static const gm_fact *find_fact(gm_span name) {
    for (size_t i = 0; i < COUNT(facts); i++)
        if (gm_span_equal(facts[i].name, name)) return &facts[i];
    return NULL;
}

bool gm_metric_is_known(gm_span name) {
    size_t n;
    return gm_alias_find(GM_DICT_METRIC, name, &n) || find_fact(name);
}

/* Takes a program's own prefix off the names of Go's and the process' metrics. */
static gm_span without_prefix(gm_span name) {
    static const gm_span families[] = {{"_go_", 4}, {"_process_", 9}};
    for (size_t i = 0; i < COUNT(families); i++) {
        ptrdiff_t at = gm_span_find(name, families[i]);
        if (at <= 0) continue;
        gm_span rest = gm_span_from(name, (size_t)at + 1);
        if (gm_metric_is_known(rest)) return rest;
    }
    return name;
}

/* The name as the dictionary has it: '.' as '_', behind the colons of a recording rule, without prefixes. */
static gm_span plain_name(gm_span name, char *buffer, size_t size) {
    if (name.len == 0 || name.len > size) return (gm_span){NULL, 0};
    size_t start = 0;
    for (size_t i = 0; i < name.len; i++) {
        buffer[i] = name.data[i] == '.' ? '_' : name.data[i];
        if (buffer[i] == ':') start = i + 1;
    }
    gm_span plain = {buffer + start, name.len - start};
    return gm_metric_is_known(plain) ? plain : without_prefix(plain);
}

static void judge_by_pattern(gm_span name, gm_meaning *meaning) {
    for (size_t i = 0; i < COUNT(patterns); i++) {
        const name_pattern *p = &patterns[i];
        if (p->prefix ? !gm_span_starts(name, p->text) : !gm_span_ends(name, p->text)) continue;
        meaning->keep = p->keep;
        meaning->quantity = p->quantity;
        return;
    }
}

static bool is_of_cgroup(gm_span name) {
    static const gm_span prefixes[] = {{"container_", 10}, {"pod_", 4}, {"k8s_", 4}, {"kube_", 5}};
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (gm_span_starts(name, prefixes[i])) return true;
    return false;
}

/* Names that gomortem export openmetrics makes: gomortem_<quantity>, with '.' as '_'. */
static bool judge_own(gm_span plain, gm_meaning *meaning) {
    static const gm_span prefix = {"gomortem_", 9};
    if (!gm_span_starts(plain, prefix)) return false;
    gm_span wanted = gm_span_from(plain, prefix.len);
    for (int i = GM_Q_NONE + 1; i < GM_Q_COUNT; i++) {
        const char *name = gm_quantity_name((gm_quantity)i);
        size_t at = 0;
        while (at < wanted.len && name[at] && (name[at] == '.' ? '_' : name[at]) == wanted.data[at]) at++;
        if (at == wanted.len && !name[at]) meaning->quantity = (gm_quantity)i;
    }
    meaning->of_cgroup = meaning->keep = true;
    return true;
}

gm_meaning gm_metric_meaning(gm_span name, gm_labels *labels) {
    char buffer[256];
    gm_meaning meaning = {.quantity = GM_Q_NONE, .divisor = 1};
    gm_span plain = plain_name(name, buffer, sizeof(buffer));
    meaning.of_cgroup = is_of_cgroup(plain);
    meaning.fact = find_fact(plain);
    /* the shares of a distribution are not a quantity's history */
    if (plain.len == 0 || gm_labels_find(labels, "quantile") || gm_labels_find(labels, "le")) return meaning;
    if (judge_own(plain, &meaning)) return meaning;
    size_t n;
    const gm_alias *rows = gm_alias_find(GM_DICT_METRIC, plain, &n);
    for (size_t i = 0; i < n; i++) {
        if (!gm_labels_hold(labels, rows[i].when)) continue;
        meaning.keep = true;
        meaning.quantity = rows[i].quantity;
        meaning.divisor = rows[i].divisor;
        return meaning;
    }
    if (!meaning.fact) judge_by_pattern(plain, &meaning);
    return meaning;
}

bool gm_metric_may_matter(gm_span name) {
    char buffer[256];
    gm_meaning meaning = {0};
    gm_span plain = plain_name(name, buffer, sizeof(buffer));
    if (plain.len == 0) return false;
    if (gm_metric_is_known(plain)) return true;
    judge_by_pattern(plain, &meaning);
    return meaning.keep;
}

bool gm_value_accept(gm_quantity *quantity, double *value) {
    static const double huge = 4611686018427387904.0; /* 2^62: cAdvisor and kubelet take more as "no limit" */
    switch (*quantity) {
    case GM_Q_MEM_LIMIT:
    case GM_Q_MEM_HIGH: return *value > 0 && *value <= huge;
    case GM_Q_CPU_LIMIT:
    case GM_Q_CPU_QUOTA_US: return *value > 0;
    case GM_Q_GO_MEMLIMIT: return *value <= huge; /* not set is the largest int64 */
    case GM_Q_GO_NEXT_GC:                         /* with GOGC=off and no memory limit there is no goal */
        if (!(*value > huge)) return true;        /* also a stale marker, which is NaN and no goal at all */
        *quantity = GM_Q_GO_GOGC;
        *value = -1;
        return true;
    case GM_Q_GO_GOGC: /* off is -1 cast to uint64 */
        if (*value > huge) *value = -1;
        return true;
    case GM_Q_CONTAINER_START:
    case GM_Q_PROC_START:
    case GM_Q_GO_LAST_GC: return *value > 0; /* never is 0, or Go's zero time, long before the epoch */
    default: return true;
    }
}
