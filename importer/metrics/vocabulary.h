/* The dictionaries of importer/aliases.def: what a source's name measures.
 *
 * Looked up once a series, never once a sample. Nothing is allocated. */
#ifndef GM_IMPORTER_METRICS_VOCABULARY_H
#define GM_IMPORTER_METRICS_VOCABULARY_H

#include "gomortem/base.h"
#include "gomortem/quantity.h"
#include "importer/metrics/labels.h"

typedef enum {
    GM_DICT_METRIC, /* Prometheus, OpenMetrics, OTLP */
    GM_DICT_MEMSTATS,
    GM_DICT_KUBELET,
    GM_DICT_CADVISOR,
    GM_DICT_DOCKER,
    GM_DICT_CGROUP_STAT,
    GM_DICTS
} gm_dictionary;

typedef struct {
    gm_span name;
    gm_quantity quantity;
    double divisor;   /* source value / divisor = value in the quantity's unit */
    const char *when; /* label conditions of GM_DICT_METRIC, "" = none */
} gm_alias;

typedef enum { GM_FACT_LABEL, GM_FACT_VALUE, GM_FACT_STATE } gm_fact_kind;

typedef struct { /* a metric that states a setting or an event; see aliases.def */
    gm_span name;
    gm_fact_kind kind;
    const char *what;
    const char *label;
} gm_fact;

typedef struct {          /* what is to be done with a metric's samples */
    bool keep;            /* store them; false: they are counted as left out */
    gm_quantity quantity; /* GM_Q_NONE: outside the vocabulary */
    double divisor;
    const gm_fact *fact; /* NULL: none */
    bool of_cgroup;      /* measured on a cgroup from outside; false: told by the process itself */
} gm_meaning;

/* The rows of a name, *n of them after each other; NULL when it is unknown. */
const gm_alias *gm_alias_find(gm_dictionary dictionary, gm_span name, size_t *n);
/* All rows of a dictionary, sorted by name. For tests. */
const gm_alias *gm_alias_rows(gm_dictionary dictionary, size_t *n);

/* What a metric with these labels means. Prefixes that programs put before the names of Go's and the process'
 * own metrics ("myapp_go_goroutines") and those of recording rules ("a:b:name") are looked through. */
gm_meaning gm_metric_meaning(gm_span name, gm_labels *labels);
/* Could a metric of this name be kept or state a fact, if its labels were right? */
bool gm_metric_may_matter(gm_span name);
/* Has the dictionary, or the list of facts, a row for this very name? */
bool gm_metric_is_known(gm_span name);

/* Brings a value into the vocabulary's terms: false when it says "none" (no limit, never) and is not stored.
 * A heap goal beyond all memory says that the collector is off and becomes GOGC = -1: then *quantity changes.
 */
bool gm_value_accept(gm_quantity *quantity, double *value);

#endif
