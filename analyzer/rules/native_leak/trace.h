/* What gctrace alone can say about native memory. */
#ifndef GM_ANALYZER_RULES_NATIVE_LEAK_TRACE_H
#define GM_ANALYZER_RULES_NATIVE_LEAK_TRACE_H

#include "gomortem/rule.h"

/* Without MemStats: anonymous memory rises while the largest heap that the collector saw does not. Never more than a
 * suspicion: stacks, idle heap and runtime metadata are in no gctrace line. */
gm_outcome gm_native_by_trace(const gm_facts *facts, gm_finding *finding);

#endif
