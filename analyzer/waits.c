/* What a goroutine waits for, and whether that may never come. Used by the goroutine groups.
 *
 * Text dumps print the reason; profiles list the runtime's frames instead, of which the one that parked tells it.
 * The words are those of runtime/runtime2.go (waitReasonStrings). */
#include "analyzer/goroutines.h"

#define LONG_WAIT_MINUTES 5 /* reading from the network so long: no deadline ends it */

static const struct {
    const char *frame, *state;
} parked_by[] = {
    {"runtime.chanrecv", "chan receive"},
    {"runtime.chansend", "chan send"},
    {"runtime.selectgo", "select"},
    {"runtime.block", "select (no cases)"},
    {"runtime.netpollblock", "IO wait"},
    {"sync.runtime_notifyListWait", "sync.Cond.Wait"},
    {"sync.runtime_SemacquireMutex", "sync.Mutex.Lock"},
    {"internal/sync.runtime_SemacquireMutex", "sync.Mutex.Lock"},
    {"sync.runtime_SemacquireWaitGroup", "sync.WaitGroup.Wait"},
    {"sync.runtime_Semacquire", "semacquire"},
    {"time.Sleep", "sleep"},
    {"runtime.cgocall", "syscall"},
};

const char *gm_wait_of(const gm_stack *stack) {
    for (size_t i = 0; i < stack->n && i < 6; i++)
        for (size_t k = 0; stack->frames[i] && k < G_N_ELEMENTS(parked_by); k++)
            if (strcmp(stack->frames[i]->name, parked_by[k].frame) == 0) return parked_by[k].state;
    return NULL;
}

bool gm_wait_can_leak(const char *state, int64_t max_wait_minutes) {
    static const char *const may_never_come[] = {
        "chan receive",         "chan send",          "select",         "chan receive (nil chan)",
        "chan send (nil chan)", "select (no cases)",  "semacquire",     "sync.Mutex.Lock",
        "sync.RWMutex.Lock",    "sync.RWMutex.RLock", "sync.Cond.Wait", "sync.WaitGroup.Wait",
    };
    for (size_t i = 0; state && i < G_N_ELEMENTS(may_never_come); i++)
        if (strcmp(state, may_never_come[i]) == 0) return true;
    return state && strcmp(state, "IO wait") == 0 && max_wait_minutes != GM_UNKNOWN &&
           max_wait_minutes >= LONG_WAIT_MINUTES;
}
