/* Matches call stacks against the known patterns of signatures.def. Pure reading; used by the heap sites and the
 * goroutine groups. */
#include "analyzer/signatures.h"

#define TIMERS_COLLECTED 23 /* Go 1.23 collects timers and tickers that nobody holds, if go.mod says so */

const gm_signature gm_signatures[] = {
#define GM_SIGNATURE(slug, kind, gate, frames, states, text, remedy, source) \
    {slug, GM_SIGNATURE_##kind, GM_GATE_##gate, frames, states, text, remedy, source},
#include "analyzer/signatures.def"
#undef GM_SIGNATURE
    {0},
};

/* The word begins with one of the prefixes that '|' divides (exact: is one of them). */
static bool in_list(const char *list, const char *word, bool exact) {
    for (const char *at = list; *at;) {
        size_t n = strcspn(at, "|");
        if (strncmp(at, word, n) == 0 && (!exact || word[n] == '\0')) return true;
        at += n + (at[n] == '|');
    }
    return false;
}

/* What allocates is told by the frames below the service's own code; what waits, by all. */
static bool has_frame(const gm_signature *signature, const gm_stack *stack) {
    if (!*signature->frames) return true;
    for (size_t i = 0; i < stack->n; i++) {
        const gm_function *function = stack->frames[i];
        if (function && in_list(signature->frames, function->name, false)) return true;
        if (function && function->code == GM_CODE_OWN && signature->kind == GM_SIGNATURE_HEAP) return false;
    }
    return false;
}

/* "chan receive, locked to thread" -> "chan receive" is what the pattern lists. */
static bool has_state(const gm_signature *signature, const char *state) {
    return !*signature->states || (state && in_list(signature->states, state, true));
}

double gm_signature_trust(const gm_facts *facts, const gm_signature *signature) {
    if (signature->gate != GM_GATE_OLD_TIMERS) return 1;
    if (facts->godebug && strstr(facts->godebug, "asynctimerchan=1")) return 1;
    if (facts->go_minor == 0) return 0.7;
    return facts->go_minor < TIMERS_COLLECTED ? 1 : 0.4; /* an older version in go.mod keeps the old timers */
}

const gm_signature *gm_signature_of_heap(const gm_stack *stack) {
    for (const gm_signature *s = gm_signatures; s->slug; s++)
        if (s->kind == GM_SIGNATURE_HEAP && has_frame(s, stack)) return s;
    return NULL;
}

const gm_signature *gm_signature_of_goroutine(const gm_stack *stack, const char *state) {
    for (const gm_signature *s = gm_signatures; s->slug; s++)
        if (s->kind == GM_SIGNATURE_GOROUTINE && has_frame(s, stack) && has_state(s, state)) return s;
    return NULL;
}
