/* Reads single lines of a goroutine dump.
 *
 * Used by parser.c, which keeps the state between them. What the runtime prints: src/runtime/traceback.go,
 * goroutineheader and traceback1, from Go 1.5 (no minutes below one) to 1.27 (labels in the header). */
#include "importer/formats/goroutine_dump/header.h"

#include "importer/text/span.h"

/* One of the words behind the state: "3 minutes", "locked to thread", "synctest bubble 1". */
static void take_remark(gm_span remark, gm_goroutine_header *header) {
    int64_t minutes;
    if (gm_span_equal(remark, GM_SPAN("locked to thread"))) {
        header->locked = true;
    } else if (gm_span_take_int(&remark, &minutes) && gm_span_take(&remark, GM_SPAN(" minute")) && minutes >= 0) {
        header->wait_minutes = minutes;
    }
}

static void take_status(gm_span status, gm_goroutine_header *header) {
    ptrdiff_t comma = gm_span_find(status, GM_SPAN(", "));
    header->state = comma < 0 ? status : gm_span_first(status, (size_t)comma);
    if (gm_span_ends(header->state, GM_SPAN(" (scan)"))) header->state.len -= 7;
    while (comma >= 0) {
        status = gm_span_from(status, (size_t)comma + 2);
        comma = gm_span_find(status, GM_SPAN(", "));
        take_remark(comma < 0 ? status : gm_span_first(status, (size_t)comma), header);
    }
}

bool gm_goroutine_header_parse(gm_span line, gm_goroutine_header *header) {
    *header = (gm_goroutine_header){.wait_minutes = GM_UNKNOWN};
    line = gm_span_trim(line);
    if (!gm_span_take(&line, GM_SPAN("goroutine ")) || !gm_span_take_int(&line, &header->goid)) return false;
    if (header->goid < 0 || !gm_span_ends(line, GM_SPAN(":"))) return false;
    ptrdiff_t open = gm_span_find(line, GM_SPAN(" [")); /* gp= and m= of GOTRACEBACK=system may come before */
    if (open < 0 || (open > 0 && !gm_span_starts(line, GM_SPAN(" gp=")))) return false;
    line = gm_span_from(line, (size_t)open + 2);
    /* Labels may hold anything, brackets too, so they end the status wherever they begin. */
    ptrdiff_t end = gm_span_find_byte(line, ']'), labels = gm_span_find(line, GM_SPAN(" labels:{"));
    if (end < 0) return false;
    if (labels >= 0 && labels < end) end = labels;
    take_status(gm_span_first(line, (size_t)end), header);
    return header->state.len > 0;
}

bool gm_goroutine_call_parse(gm_span line, gm_span *name) {
    line = gm_span_trim(line);
    if (!gm_span_ends(line, GM_SPAN(")"))) return false;
    size_t open = line.len;
    while (open > 0 && line.data[open - 1] != '(') open--;
    if (open < 2) return false;
    *name = gm_span_first(line, open - 1);
    return true;
}

/* The address of the program counter and, of crash traces, frame, stack and code pointers. */
static bool is_offset(gm_span rest) {
    return rest.len == 0 || gm_span_starts(rest, GM_SPAN(" +0x")) || gm_span_starts(rest, GM_SPAN(" fp=")) ||
           gm_span_starts(rest, GM_SPAN(" pc="));
}

bool gm_goroutine_place_parse(gm_span line, gm_span *file, int64_t *number) {
    line = gm_span_trim(line);
    size_t colon = line.len;
    while (colon > 0 && line.data[colon - 1] != ':') colon--;
    if (colon < 2) return false;
    gm_span rest = gm_span_from(line, colon);
    if (!gm_span_take_int(&rest, number) || *number < 0 || !is_offset(rest)) return false;
    *file = gm_span_first(line, colon - 1);
    return true;
}

bool gm_goroutine_creator_parse(gm_span line, gm_span *name) {
    line = gm_span_trim(line);
    if (!gm_span_take(&line, GM_SPAN("created by "))) return false;
    ptrdiff_t in = gm_span_find(line, GM_SPAN(" in goroutine "));
    *name = in < 0 ? line : gm_span_first(line, (size_t)in);
    return name->len > 0;
}
