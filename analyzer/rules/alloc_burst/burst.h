/* What the files of the rule alloc_burst share. */
#ifndef GM_ANALYZER_RULES_BURST_H
#define GM_ANALYZER_RULES_BURST_H

#include "analyzer/rules/common.h"

typedef struct {
    double base, top;       /* bytes: the usual level, and the highest */
    double height;          /* top - base */
    size_t high;            /* readings above twice the usual level */
    size_t longest;         /* of them after each other */
    size_t of;              /* readings in all */
    bool at_end;            /* the last ones are among them */
    int64_t from_ns, to_ns; /* between the last usual reading before the highest and the first after it, or the end */
} gm_burst;

/* Names who allocated when the incident shows it: sets site and adds evidence. The answer continues the summary. */
const char *gm_burst_site(const gm_facts *facts, gm_finding *finding, const gm_burst *burst);

#endif
