/* Samples out of JSON objects whose fields have fixed names: kubelet, cAdvisor, docker, runtime.MemStats. */
#ifndef GM_IMPORTER_METRICS_FIELDS_H
#define GM_IMPORTER_METRICS_FIELDS_H

#include "gomortem/member.h"
#include "importer/metrics/vocabulary.h"
#include "importer/text/json.h"

typedef struct {
    gm_member *member;
    const char *source; /* the series table's word */
    gm_dictionary dictionary;
    int64_t identity_id; /* whose fields these are */
    gm_span labels;      /* JSON object text; empty = {} */
    bool foreign;        /* the fields measure something else than the dictionary says: no quantity */
} gm_fields;

/* One value by its full name; a name that the dictionary does not know is counted. */
gm_status gm_fields_number(gm_fields *fields, gm_span name, int64_t t_ns, double value);
/* The same with the quantity given, for what the dictionary cannot tell. */
gm_status gm_fields_quantity(gm_fields *fields, gm_quantity quantity, gm_span name, int64_t t_ns, double value);
/* All numbers in an object and the objects in it; their names are joined with '.', behind prefix. */
gm_status gm_fields_object(gm_fields *fields, const gm_json *object, gm_span prefix, int64_t t_ns);
/* A value that is not kept. */
void gm_fields_leave_out(const gm_fields *fields, gm_left_reason reason);

/* The identity of names that are known outright, with uid or cgroup as a further row when there are any.
 * GM_END: not selected, which is counted. */
gm_status gm_fields_owner(gm_fields *fields, const gm_identity *identity);

#endif
