/* The labels of one metric: a small list of names and values.
 *
 * Spans are not copied here: whoever adds a label keeps its bytes until the list is reset. */
#ifndef GM_IMPORTER_METRICS_LABELS_H
#define GM_IMPORTER_METRICS_LABELS_H

#include "gomortem/arena.h"
#include "gomortem/base.h"

#define GM_LABELS_MAX 128 /* a series with more is refused */

typedef struct {
    gm_span name, value;
    bool used; /* told by the identity: not among the series' remaining labels */
} gm_label;

typedef struct {
    gm_label items[GM_LABELS_MAX];
    size_t n;
} gm_labels;

/* False when there are too many. A name that is there already keeps its first value. */
bool gm_labels_add(gm_labels *labels, gm_span name, gm_span value);
/* The label of that name, '.' counting as '_' (OTLP); NULL when missing or empty. */
gm_label *gm_labels_find(gm_labels *labels, const char *name);
/* Does "name=value,..." hold? An empty value asks for a missing or empty label. */
bool gm_labels_hold(gm_labels *labels, const char *when);
/* Those not used, without empty ones, as a JSON object with sorted keys. Empty span: out of memory. */
gm_span gm_labels_json(gm_labels *labels, gm_arena *arena);

/* Is a the name b, '.' in a counting as '_'? */
bool gm_name_equal(gm_span a, gm_span b);

#endif
