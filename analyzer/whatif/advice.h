/* The advice in numbers and in words: advice.c chooses, advice_text.c puts it into sentences. */
#ifndef GM_ANALYZER_WHATIF_ADVICE_H
#define GM_ANALYZER_WHATIF_ADVICE_H

#include "analyzer/whatif/whatif.h"

typedef struct { /* what all usable lives say of one setting: the worst of each */
    gm_run_verdict verdict;
    int life; /* that says so */
    double peak, bound, cpu_pct, cycles_per_s;
} gm_outlook;

typedef struct {         /* the largest over the usable lives */
    double beside_go;    /* memory that GOMEMLIMIT does not count */
    double least;        /* live heap and the runtime's own memory */
    double demand;       /* all memory at GOGC=100, with a tenth of overshoot */
    double limit;        /* of the container, as it is now */
    bool memlimit_works; /* Go 1.19 and later */
} gm_needs;

gm_outlook gm_outlook_of(const gm_whatif *whatif, const gm_sim_setting *setting, bool as_recorded);
gm_needs gm_needs_of(const gm_whatif *whatif);

bool gm_whatif_usable(const gm_whatif_life *life); /* validated, with a limit and the container's memory */
double gm_memlimit_for(const gm_needs *needs, double limit);
bool gm_memlimit_is_good(const gm_needs *needs, double memlimit);
double gm_limit_with_memlimit(const gm_needs *needs); /* the smallest limit that leaves room for a good GOMEMLIMIT */

void gm_advice_text(const gm_whatif *whatif, const gm_outlook *now, const gm_needs *needs, gm_whatif_advice *advice);
void gm_advice_leak_text(const gm_whatif *whatif, const gm_verdict *container, gm_whatif_advice *advice);
void gm_advice_refusal(const gm_whatif *whatif, const char *reason, gm_whatif_advice *advice);

#endif
