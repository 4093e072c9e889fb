/* The verdict: weighs findings into one cause per life, and the lives into one per container. */
#ifndef GOMORTEM_VERDICT_H
#define GOMORTEM_VERDICT_H

#include "gomortem/rule.h"

typedef struct {
    const char *cause;
    double share_pct; /* NAN for ruled-out causes */
    const char *text;
} gm_other_cause;

typedef struct {
    int life; /* 0 = the container's */
    const char *cause, *family, *level;
    double confidence;
    gm_severity severity;
    const char *summary, *site, *would_change_my_mind;
    int64_t from_ns, to_ns, eta_ns, eta_from_ns, eta_to_ns;
    double bytes_per_min;
    gm_other_cause *contributing, *ruled_out;
    size_t n_contributing, n_ruled_out;
} gm_verdict;

/* findings: one per rule in the order of gm_rules. Everything lies in the facts' arena. */
void gm_verdict_weigh(const gm_facts *facts, const gm_finding *findings, gm_verdict *verdict);

/* The container's verdict from those of its lives: the worst, confirmed by what recurs. */
void gm_verdict_merge(const gm_timeline *timeline, const gm_verdict *lives, size_t n, gm_arena *arena,
                      gm_verdict *verdict);

const char *gm_level_of(double confidence);

#endif
