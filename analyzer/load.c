/* The load of a container over time, so that the trend tests can take its share out of memory first.
 * What is in flight says most; else requests per second from the counter, whose resets give no rate. */
#include "analyzer/facts_private.h"

#include <math.h>
#include <stdlib.h>

#define TOLERANCE_NS (60 * GM_NS_PER_S)

/* Index of the sample nearest to a time; the history is not empty. */
static size_t nearest(const gm_history *history, int64_t t_ns) {
    size_t low = 0, high = history->n - 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history->t_ns[middle] < t_ns) low = middle + 1;
        else high = middle;
    }
    bool before = low > 0 && llabs(history->t_ns[low - 1] - t_ns) <= llabs(history->t_ns[low] - t_ns);
    return before ? low - 1 : low;
}

static double rate_at(const gm_history *requests, int64_t t_ns) {
    size_t i = nearest(requests, t_ns);
    if (i == 0) i = 1;
    if (i >= requests->n || llabs(requests->t_ns[i] - t_ns) > TOLERANCE_NS) return NAN;
    double more = requests->value[i] - requests->value[i - 1],
           seconds = (double)(requests->t_ns[i] - requests->t_ns[i - 1]) / 1e9;
    return more >= 0 && seconds > 0 ? more / seconds : NAN;
}

bool gm_facts_load(const gm_facts *facts, const int64_t *t_ns, size_t n, int64_t lag_ns, double *load) {
    const gm_history *in_flight = &facts->timeline->history[GM_Q_LOAD_IN_FLIGHT],
                     *requests = &facts->timeline->history[GM_Q_LOAD_REQUESTS];
    if (in_flight->n < 2 && requests->n < 2) return false;
    size_t known = 0;
    for (size_t i = 0; i < n; i++) {
        load[i] = in_flight->n >= 2 ? gm_history_at(in_flight, t_ns[i] - lag_ns, TOLERANCE_NS)
                                    : rate_at(requests, t_ns[i] - lag_ns);
        known += !isnan(load[i]);
    }
    return known >= 2;
}
