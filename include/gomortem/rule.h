/* A rule: one check over one life of one container, and what it may look at.
 *
 * THE list is analyzer/rules.def; each line names one file analyzer/rules/<slug>.c, which defines
 * gm_rule_<slug>. Rules never see another rule's result; the verdict weighs them. */
#ifndef GOMORTEM_RULE_H
#define GOMORTEM_RULE_H

#include "gomortem/facts.h"

typedef enum { GM_FIRED, GM_CLEAN, GM_NOT_APPLICABLE, GM_FAILED } gm_outcome;
typedef enum { GM_SEV_INFO, GM_SEV_LOW, GM_SEV_MEDIUM, GM_SEV_HIGH, GM_SEV_CRITICAL } gm_severity;

typedef struct {
    bool refutes;
    double value; /* what sql yields; NAN = NULL */
    const char *text, *unit, *sql;
} gm_evidence;

typedef struct { /* what a rule fills; strings from the facts' arena */
    gm_outcome outcome;
    gm_severity severity;
    double confidence; /* as the card earns it; gm_finding_trust takes off what the inputs do not carry */
    bool own_cap;      /* the card names its own cap for missing inputs: the general one does not hold */
    bool by_report;    /* rests on the kernel's report or on statuses, not on a trend up to the end */
    double share_pct;  /* of the growth of usage that it explains; NAN = does not apply */
    const char *summary, *remedy;
    const char *site;     /* function to blame, or NULL */
    double bytes_per_min; /* NAN = none */
    gm_evidence *evidence;
    size_t n_evidence, evidence_size;
} gm_finding;

typedef struct gm_rule {
    const char *slug;   /* also the cause that it stands for */
    const char *family; /* file, kernel, go, native, environment, none */
    const char *title;
    bool is_cause; /* may become the verdict; false: only a finding */
    bool is_risk;  /* a setting or a pace that explains no growth: below medium it is no incident by itself */
    gm_outcome (*check)(const gm_facts *facts, gm_finding *finding);
    /* The card, for explain: what it is, what proves it, what refutes it, what to do, where that is from. */
    const char *definition, *proves, *refutes, *remedy, *source;
} gm_rule;

const char *gm_severity_name(gm_severity severity);

extern const gm_rule *const gm_rules[]; /* NULL at the end, in the order of rules.def */

/* --- for rules --- */
/* printf into the facts' arena. */
const char *gm_facts_text(const gm_facts *facts, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds evidence: runs sql on the incident and keeps its first value. {c} and {l} in sql stand for the container's
 * id and the life. In text, %s stands once for the value, formatted by unit (bytes, bytes/min, %, count, s, ms). */
void gm_finding_evidence(const gm_facts *facts, gm_finding *finding, const char *unit, const char *text,
                         const char *sql);
void gm_finding_refute(const gm_facts *facts, gm_finding *finding, const char *unit, const char *text, const char *sql);
/* Takes off what refuting evidence and the doubts about the life's numbers cost, and caps by the inputs. */
void gm_finding_trust(const gm_facts *facts, gm_finding *finding);
/* Shorthands: a bucket's growth, a trend's slope. */
void gm_finding_growth(const gm_facts *facts, gm_finding *finding, const char *bucket, const char *text);
void gm_finding_slope(const gm_facts *facts, gm_finding *finding, const char *series, const char *text);

/* Ends a check: "missing" names the input that would be needed. */
gm_outcome gm_not_applicable(gm_finding *finding, const char *missing);
gm_outcome gm_clean(gm_finding *finding, const char *summary);

#endif
