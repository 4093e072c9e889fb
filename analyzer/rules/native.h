/* What the native rules share: growth of the process' mappings by kind, and who calls into C. See native.c. */
#ifndef GM_ANALYZER_RULES_NATIVE_H
#define GM_ANALYZER_RULES_NATIVE_H

#include "analyzer/rules/common.h"

typedef struct {         /* growth between the first and the last /proc capture, bytes of address space */
    bool known;          /* two captures or more, and the Go heap is told apart in them */
    double malloc_bytes; /* [heap], and reserve of arenas turned into use */
    double mmap_bytes;   /* writable anonymous memory beside arenas and thread stacks */
    double file_areas;   /* further mappings of the one file that is mapped again and again */
    const char *file;    /* that file, or NULL */
    double steady_pct;   /* share of the steps in which writable anonymous memory rises, NAN unknown */
} gm_native;

gm_native gm_native_of(const gm_facts *facts);
/* The growth outside the Go runtime lies in mappings and not in malloc. */
bool gm_native_is_mmap(const gm_facts *facts, const gm_native *native);
void gm_native_evidence(const gm_facts *facts, gm_finding *finding, const gm_native *native);

/* Seconds between the readings of MemStats and of the cgroup when they are so far apart that their difference means
 * little; 0 when they are not. Adds the refuting evidence. */
double gm_native_skew(const gm_facts *facts, gm_finding *finding);

/* The task table of the kill gives what grew to other processes. Adds the refuting evidence. */
bool gm_native_is_others(const gm_facts *facts, gm_finding *finding);

/* A function of the service that calls into C, by the profiles and dumps: a suspicion. NULL: none is seen. Adds its
 * evidence, and the rate of calls from Go to C when that is known. */
const char *gm_native_suspect(const gm_facts *facts, gm_finding *finding);

#endif
