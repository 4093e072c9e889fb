/* What the forms of the what-if's output share: whatif_out.c picks, whatif_json.c and whatif_table.c write. */
#ifndef GM_REPORTS_WHATIF_OUT_H
#define GM_REPORTS_WHATIF_OUT_H

#include "gomortem/whatif_report.h"

void gm_whatif_json(const gm_model *model, GString *out);
void gm_whatif_csv(const gm_model *model, GString *out);

/* "GOGC=100, GOMEMLIMIT=266MiB"; Go takes MiB, Kubernetes' Mi stops it. */
void gm_whatif_setting(GString *out, int64_t gogc, int64_t memlimit_bytes);
/* "180MiB", "none" */
const char *gm_whatif_memlimit(char text[32], int64_t memlimit_bytes);
const char *gm_whatif_gogc(char text[32], int64_t gogc);
/* The columns of a grid: its distinct values of GOMEMLIMIT in order. */
size_t gm_whatif_columns(const gm_model_whatif *whatif);

/* What the simulation cannot know; NULL at the end. */
extern const char *const gm_whatif_limits[];

#endif
