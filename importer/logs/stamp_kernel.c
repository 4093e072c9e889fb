/* The prefixes of kernel log lines: seconds since boot, priorities, dmesg's and /dev/kmsg's decorations.
 *
 * Comes behind the wrappers, through stamp.c or directly when a wrapper already knows that the kernel speaks. A row
 * of a task table, "[ 1234]", is no stamp: stamps have a point. Spellings: util-linux sys-utils/dmesg.c (-T, -x, -d,
 * --time-format), https://docs.kernel.org/admin-guide/serial-console.html, Documentation/ABI/testing/dev-kmsg. */
#include "importer/logs/stamp.h"

#include <math.h>

#include "importer/text/span.h"

/* "<6>" */
static bool take_priority(gm_span *text) {
    gm_span s = *text;
    uint64_t priority;
    if (!gm_span_take_byte(&s, '<') || !gm_span_take_uint(&s, &priority) || priority > 191) return false;
    if (!gm_span_take_byte(&s, '>')) return false;
    *text = s;
    return true;
}

static void skip_blanks(gm_span *s) {
    while (gm_span_take_byte(s, ' ')) {
    }
}

/* "[  123.456789] ", "[  123.456789 <    0.000012>] ", "[  123.456789][ T1234] " */
static bool take_boot(gm_span *text, gm_stamp *stamp) {
    gm_span s = *text, inside;
    double seconds;
    if (!gm_span_take_byte(&s, '[') || !gm_span_cut(&s, ']', &inside) || !s.data) return false;
    skip_blanks(&inside);
    gm_span number = inside;
    if (!gm_span_take_decimal(&inside, &seconds)) return false;
    if (gm_span_find_byte(gm_span_first(number, number.len - inside.len), '.') < 0) return false;
    if (inside.len > 0 && inside.data[0] != ' ') return false;
    gm_span caller = s;
    if (gm_span_take_byte(&caller, '[') && gm_span_cut(&caller, ']', &inside) && caller.data) s = caller;
    gm_span_take_byte(&s, ' ');
    stamp->boot_s = seconds;
    *text = s;
    return true;
}

/* "[Wed Jun 17 10:37:10 2020] " */
static bool take_bracketed_date(gm_span *text, gm_stamp *stamp) {
    gm_span s = *text;
    int64_t ns;
    if (!gm_span_take_byte(&s, '[') || !gm_time_take_ctime(&s, &ns)) return false;
    gm_span inside;
    if (!gm_span_cut(&s, ']', &inside) || !s.data) return false;
    gm_span_take_byte(&s, ' ');
    stamp->t_ns = ns;
    stamp->dated = stamp->no_zone = true;
    *text = s;
    return true;
}

static bool take_letters(gm_span *s) {
    size_t len = 0;
    while (len < s->len &&
           ((s->data[len] >= 'a' && s->data[len] <= 'z') || (len > 0 && s->data[len] >= '0' && s->data[len] <= '7')))
        len++;
    *s = gm_span_from(*s, len);
    return len >= 2;
}

/* "kern  :warn  : ", facility and level as dmesg -x pads them */
static bool take_decoded(gm_span *text) {
    gm_span s = *text;
    for (int i = 0; i < 2; i++) {
        if (!take_letters(&s)) return false;
        skip_blanks(&s);
        if (!gm_span_take_byte(&s, ':')) return false;
    }
    if (text->len - s.len != 14 || !gm_span_take_byte(&s, ' ')) return false;
    *text = s;
    return true;
}

/* "6,3964,206764307,-;" */
static bool take_kmsg(gm_span *text, gm_stamp *stamp) {
    gm_span s = *text, flags;
    uint64_t priority, sequence, us;
    if (!gm_span_take_uint(&s, &priority) || !gm_span_take_byte(&s, ',')) return false;
    if (!gm_span_take_uint(&s, &sequence) || !gm_span_take_byte(&s, ',')) return false;
    if (!gm_span_take_uint(&s, &us) || !gm_span_take_byte(&s, ',')) return false;
    if (!gm_span_cut(&s, ';', &flags) || !s.data || flags.len > 64) return false;
    stamp->boot_s = (double)us / 1e6;
    *text = s;
    return true;
}

static bool take_iso(gm_span *text, gm_stamp *stamp) {
    gm_span s = *text;
    bool zone;
    if (!gm_time_take_rfc3339(&s, &stamp->t_ns, &zone)) return false;
    gm_span_take_byte(&s, ' ');
    stamp->dated = true;
    stamp->no_zone = !zone;
    *text = s;
    return true;
}

bool gm_stamp_take_kernel(gm_span *text, gm_stamp *stamp) {
    if (text->len == 0) return false;
    char first = text->data[0];
    bool any = false;
    if (first >= '0' && first <= '9') any = take_kmsg(text, stamp);
    if (first >= 'a' && first <= 'z' && take_decoded(text)) {
        any = true;
        take_iso(text, stamp);
    }
    if (first == '<') any = take_priority(text) || any;
    if (take_boot(text, stamp) || take_bracketed_date(text, stamp)) any = true;
    if (any) stamp->stamped = stamp->kernel = true;
    return any;
}
