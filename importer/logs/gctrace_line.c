/* The grammar of a gctrace line, read argument by argument.
 *
 * Comes behind gctrace.c, which finds the lines, and gctrace_torn.c, which puts torn ones together and asks here
 * whether the result is a line. Source: runtime/mgc.go, the print calls of gcMarkTermination:
 * https://github.com/golang/go/blob/go1.24.0/src/runtime/mgc.go ; Go 1.5 has five clock phases and seven CPU
 * numbers, 1.18 added stacks and globals, everything else stayed. */
#include "importer/logs/gctrace_line.h"

#include "importer/text/span.h"

typedef struct {
    gm_span text;
    size_t at;     /* bytes read */
    size_t number; /* as in gm_gctrace_match */
    bool ran_out;
} reader;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits(const reader *r, size_t from) {
    size_t at = from;
    while (at < r->text.len && is_digit(r->text.data[at])) at++;
    return at - from;
}

static bool literal(reader *r, gm_span expected) {
    gm_span rest = gm_span_from(r->text, r->at);
    if (gm_span_starts(rest, expected)) {
        r->at += expected.len;
        r->number = r->at;
        return true;
    }
    if (gm_span_starts(expected, rest)) r->ran_out = true;
    return false;
}

static bool integer(reader *r, int64_t *value) {
    size_t len = digits(r, r->at);
    r->number = r->at;
    if (r->at + len == r->text.len) r->ran_out = true;
    if (len == 0 || !gm_span_int(gm_span_first(gm_span_from(r->text, r->at), len), value)) return false;
    r->at += len;
    return true;
}

/* Milliseconds as fmtNSAsMS writes them: an integer, or up to three decimals. */
static bool decimal(reader *r, double *value) {
    size_t len = digits(r, r->at);
    r->number = r->at;
    size_t point = r->at + len;
    if (len > 0 && point < r->text.len && r->text.data[point] == '.') {
        size_t fraction = digits(r, point + 1);
        if (fraction > 0) len += 1 + fraction;
    }
    if (r->at + len == r->text.len || (point + 1 == r->text.len && r->text.data[point] == '.')) r->ran_out = true;
    if (len == 0 || !gm_span_double(gm_span_first(gm_span_from(r->text, r->at), len), value)) return false;
    r->at += len;
    return true;
}

/* The start: seconds with exactly three decimals. */
static bool start(reader *r, int64_t *ms) {
    int64_t seconds, fraction;
    size_t len = digits(r, r->at), point = r->at + len;
    r->number = r->at;
    if (point + 4 > r->text.len) r->ran_out = true;
    if (len == 0 || point + 4 > r->text.len || r->text.data[point] != '.') return false;
    gm_span decimals = gm_span_first(gm_span_from(r->text, point + 1), 3);
    if (!is_digit(decimals.data[0]) || !gm_span_int(gm_span_first(gm_span_from(r->text, r->at), len), &seconds))
        return false;
    if (!gm_span_int(decimals, &fraction) || seconds > INT64_MAX / 1000 - 1) return false;
    *ms = seconds * 1000 + fraction;
    r->at = point + 4;
    return true;
}

static bool clocks(reader *r, gm_gctrace *c) {
    do {
        if (c->clocks == GM_GCTRACE_CLOCKS || !decimal(r, &c->clock[c->clocks])) return false;
        c->clocks++;
    } while (literal(r, GM_SPAN("+")));
    if (c->clocks != 3 && c->clocks != GM_GCTRACE_CLOCKS) return false;
    return literal(r, GM_SPAN(" ms clock, "));
}

/* sweep+assist/background/idle+term; Go 1.5 has scan+installWB between sweep and assist */
static bool cpus(reader *r, gm_gctrace *c) {
    int before_slash = c->clocks == 3 ? 2 : 4;
    int total = before_slash + 3;
    for (int i = 0; i < total; i++) {
        bool slash = i == before_slash || i == before_slash + 1;
        if (i > 0 && !literal(r, slash ? GM_SPAN("/") : GM_SPAN("+"))) return false;
        if (!decimal(r, &c->cpu[i])) return false;
    }
    c->cpus = total;
    return literal(r, GM_SPAN(" ms cpu, "));
}

static bool sizes(reader *r, gm_gctrace *c) {
    if (!integer(r, &c->heap[0]) || !literal(r, GM_SPAN("->"))) return false;
    if (!integer(r, &c->heap[1]) || !literal(r, GM_SPAN("->"))) return false;
    if (!integer(r, &c->heap[2]) || !literal(r, GM_SPAN(" MB, "))) return false;
    if (!integer(r, &c->goal) || !literal(r, GM_SPAN(" MB goal, "))) return false;
    if (!integer(r, &c->procs)) return false;
    if (!literal(r, GM_SPAN(" MB stacks, "))) return true;
    c->stacks = c->procs;
    if (!integer(r, &c->globals) || !literal(r, GM_SPAN(" MB globals, "))) return false;
    return integer(r, &c->procs);
}

static bool head(reader *r, gm_gctrace *c) {
    return literal(r, GM_SPAN("gc ")) && integer(r, &c->n) && literal(r, GM_SPAN(" @")) && start(r, &c->start_ms) &&
           literal(r, GM_SPAN("s ")) && integer(r, &c->pct) && literal(r, GM_SPAN("%: "));
}

gm_gctrace_match gm_gctrace_parse(gm_span text, gm_gctrace *cycle) {
    reader r = {.text = text};
    *cycle = (gm_gctrace){.stacks = GM_UNKNOWN, .globals = GM_UNKNOWN};
    gm_gctrace_match match = {0};
    if (head(&r, cycle) && clocks(&r, cycle) && cpus(&r, cycle) && sizes(&r, cycle) && literal(&r, GM_SPAN(" P"))) {
        cycle->forced = literal(&r, GM_SPAN(" (forced)"));
        match.whole = gm_span_trim(gm_span_from(text, r.at)).len == 0;
        match.complete = !match.whole;
    }
    match.good = r.at;
    match.number = r.number;
    match.ran_out = !match.whole && !match.complete && r.ran_out;
    return match;
}

bool gm_gctrace_is_old(gm_span text) {
    uint64_t number;
    if (!gm_span_take(&text, GM_SPAN("gc")) || !gm_span_take_uint(&text, &number)) return false;
    if (!gm_span_take_byte(&text, '(') || !gm_span_take_uint(&text, &number)) return false;
    return gm_span_take(&text, GM_SPAN("): ")) && gm_span_find(text, GM_SPAN(" us, ")) > 0;
}
