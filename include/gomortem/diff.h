/* Two incidents side by side: the one engine behind gomortem diff and --baseline.
 *
 * Each side is read once into facts (what was set, how it grew, who held it, what the rules answered); containers of
 * the same service are paired, every fact of a pair is judged, and the result goes into the tables of schema part 6. A
 * is the earlier or good run, B the one in question. Swapping the sides mirrors every judgement. What a side has no
 * record of is unknown, never new; only a gate counts a rule that fires as new when A could not check it. */
#ifndef GOMORTEM_DIFF_H
#define GOMORTEM_DIFF_H

#include "gomortem/store.h"
#include "gomortem/thresholds.h"

typedef struct gm_diff_side gm_diff_side;

/* Everything of one analyzed incident that can be compared. The caller frees it; the store is not needed any more. */
gm_diff_side *gm_diff_read(gm_store *store, GError **error);
/* The same of a JSON result of this tool, which holds names, verdicts, findings and three numbers only. */
gm_diff_side *gm_diff_read_result(const char *text, size_t n, GError **error);
bool gm_diff_is_result(const char *text, size_t n); /* does it begin like one? */
void gm_diff_side_free(gm_diff_side *side);         /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_diff_side, gm_diff_side_free)
const char *gm_diff_side_id(const gm_diff_side *side); /* of its incident */

typedef enum {
    GM_DIFF_SIDES, /* pods of one workload count as one; a container that is alone on either side meets the other one */
    GM_DIFF_REGRESS, /* every container of B against the good run A; containers meet by name only */
    GM_DIFF_GATE, /* every container of B as above, but matched as by GM_DIFF_SIDES: what CI formats of a diff tell */
} gm_diff_mode;

/* Fills the empty comparison tables of out, which may be incident B itself. */
bool gm_diff_write(const gm_diff_side *a, const gm_diff_side *b, gm_diff_mode mode, const gm_thresholds *thresholds,
                   gm_store *out, GError **error);

#endif
