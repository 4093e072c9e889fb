/* Stage 2: rows become findings. Reads the import tables, writes the analysis tables of the same incident. */
#ifndef GOMORTEM_ANALYZER_H
#define GOMORTEM_ANALYZER_H

#include "gomortem/rule_config.h"
#include "gomortem/store.h"

typedef struct {
    gm_thresholds thresholds;
} gm_analyze_options;

/* Analyzes every container. An earlier analysis in the file is replaced; on error the file is as it was. */
bool gm_analyze(gm_store *store, const gm_analyze_options *options, GError **error);

/* The same with a rule configuration; config NULL: the defaults. */
bool gm_analyze_configured(gm_store *store, const gm_rule_config *config, GError **error);

#endif
