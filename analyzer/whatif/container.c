/* What other settings would have done to one container: every life is taken, checked and simulated under the grid, then
 * one setting is chosen for all of them. The analyzer's last step for a container, after its verdict. */
#include "analyzer/whatif/whatif.h"

#include <math.h>

#define MOST_LIVES 24 /* the last ones; a crash loop tells nothing new in its hundredth life */

static double present_limit(const gm_facts *facts, size_t n) {
    for (size_t i = n; i-- > 0;)
        if (!isnan(facts[i].limit)) return facts[i].limit;
    return NAN;
}

static bool simulate(gm_whatif *whatif, const gm_facts *facts, size_t i, double limit, GError **error) {
    gm_whatif_life *life = &whatif->lives[i];
    gm_whatif_demand(facts, life);
    gm_whatif_validate(facts, life);
    if (!gm_whatif_write(whatif, life, error)) return false;
    if (life->status != GM_WHATIF_VALIDATED) return true; /* what misses the record says nothing of other settings */
    life->limit = limit;
    if (life->grows) gm_whatif_extend(life, whatif->arena);
    whatif->runs[i] = gm_whatif_grid(life, whatif->arena, &whatif->n_runs[i]);
    return gm_whatif_write_runs(whatif, life, whatif->runs[i], whatif->n_runs[i], error);
}

bool gm_whatif_container(const gm_facts *facts, size_t n, const gm_verdict *lives, const gm_verdict *container,
                         GError **error) {
    if (n == 0) return true;
    size_t skip = n > MOST_LIVES ? n - MOST_LIVES : 0;
    gm_arena *arena = facts[0].arena;
    gm_whatif whatif = {facts[0].store,
                        arena,
                        facts[0].timeline->container_id,
                        GM_ARENA_NEW(arena, gm_whatif_life, n),
                        GM_ARENA_NEW(arena, gm_whatif_run *, n),
                        GM_ARENA_NEW(arena, size_t, n),
                        n - skip};
    double limit = present_limit(facts, n);
    for (size_t i = skip; i < n; i++) {
        whatif.lives[i - skip].cause = gm_whatif_is_growth(container->cause) ? container->cause : lives[i].cause;
        if (!simulate(&whatif, &facts[i], i - skip, limit, error)) return false;
    }
    gm_whatif_advice advice;
    gm_whatif_advise(&whatif, container, &advice);
    return gm_whatif_write_advice(&whatif, &advice, error);
}
