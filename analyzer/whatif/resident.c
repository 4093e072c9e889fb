/* How much of past heaps is resident. Free pages go back to the kernel late: Go 1.21 and later keep a peak for one more
 * collection, two minutes at most; earlier ones for seconds. The later is taken: too high is the safe side. */
#include "analyzer/whatif/sim.h"

#include <math.h>

#define BUCKET_S 65.0 /* three of them are 130 to 195 s: the periodic collection and the scavenger behind it */

void gm_sim_resident_init(gm_sim_resident *resident) {
    *resident = (gm_sim_resident){.n = 0};
}

static void move_to(gm_sim_resident *resident, double t_s) {
    long index = (long)floor(fmin(t_s, 1e12) / BUCKET_S);
    for (long step = 0; resident->index < index && step < GM_SIM_BUCKETS; step++) {
        for (int i = GM_SIM_BUCKETS - 1; i > 0; i--) resident->bucket[i] = resident->bucket[i - 1];
        resident->bucket[0] = 0;
        resident->index++;
    }
    if (resident->index < index) resident->index = index;
}

void gm_sim_resident_add(gm_sim_resident *resident, double t_s, double heap) {
    move_to(resident, t_s);
    resident->bucket[0] = fmax(resident->bucket[0], heap);
    resident->recent[resident->n++ % GM_SIM_RECENT] = heap;
}

double gm_sim_resident_at(gm_sim_resident *resident, double t_s, double heap) {
    move_to(resident, t_s);
    for (int i = 0; i < GM_SIM_BUCKETS; i++) heap = fmax(heap, resident->bucket[i]);
    for (int i = 0; i < GM_SIM_RECENT; i++) heap = fmax(heap, resident->recent[i]);
    return heap;
}
