/* Stamps of plain logs: a line that nobody wrapped, but that some writer stamped.
 *
 * Comes behind gm_lines in log_plain and in front of gm_log_sniff; the wrappers with a shape of their own do not
 * need it. Spellings: RFC 3339 and ISO 8601, Go's log package (https://pkg.go.dev/log), syslog (RFC 3164) with
 * journalctl's -o short forms, klog (internal/buffer), slog and zap for the time only, VMware's guest console,
 * kernel prefixes (stamp_kernel.c). */
#include "importer/logs/stamp.h"

#include <math.h>

#include "importer/text/span.h"

#define DAY_NS (86400 * GM_NS_PER_S)

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void gm_stamp_init(gm_stamp *stamp) {
    *stamp = (gm_stamp){.t_ns = GM_UNKNOWN, .boot_s = NAN};
}

/* Takes the blank behind a stamp; false when the stamp ran into a word. */
static bool end_stamp(gm_span *s) {
    if (s->len == 0) return true;
    if (is_word(s->data[0])) return false;
    if (!gm_span_take_byte(s, ' ')) gm_span_take_byte(s, '\t');
    return true;
}

/* --- dates without a year --- */
static int year_of(int64_t ns) {
    int64_t day = ns / DAY_NS - (ns % DAY_NS < 0), first;
    int year = (int)(1970 + day / 366);
    while (gm_time_civil(year + 1, 1, 1, &first) && first <= day) year++;
    return year;
}

typedef bool (*take_in_year)(gm_span *text, int year, int64_t *ns);

/* Reads with the year that puts the time nearest before latest_ns. */
static bool take_yearless(gm_span *text, int64_t latest_ns, take_in_year take, gm_stamp *stamp) {
    int64_t ns;
    gm_span s = *text;
    if (latest_ns == GM_UNKNOWN) {
        if (!take(&s, 2000, &ns) || !end_stamp(&s)) return false;
        *text = s;
        stamp->dated = stamp->no_zone = true;
        return true;
    }
    int year = year_of(latest_ns);
    for (int back = 0; back < 9; back++) { /* 29 February may need eight years */
        s = *text;
        if (!take(&s, year - back, &ns) || ns > latest_ns + DAY_NS) continue;
        if (!end_stamp(&s)) return false;
        stamp->t_ns = ns;
        stamp->dated = stamp->no_zone = true;
        *text = s;
        return true;
    }
    return false;
}

static bool two_digits(gm_span s, size_t at, int *value) {
    if (s.len < at + 2 || !is_digit(s.data[at]) || !is_digit(s.data[at + 1])) return false;
    *value = (s.data[at] - '0') * 10 + (s.data[at + 1] - '0');
    return true;
}

/* klog: "I1123 15:04:22.619632       1 file.go:12] text" */
static bool take_klog(gm_span *text, int year, int64_t *ns) {
    int month, day;
    bool zone;
    char iso[32];
    gm_span s = *text, header;
    if (s.len < 21 || !strchr("IWEF", s.data[0]) || s.data[5] != ' ' || s.data[14] != '.') return false;
    if (!two_digits(s, 1, &month) || !two_digits(s, 3, &day)) return false;
    int len = snprintf(iso, sizeof iso, "%04d-%02d-%02dT%.15s", year, month, day, s.data + 6);
    gm_span written = {iso, (size_t)len};
    if (!gm_time_take_rfc3339(&written, ns, &zone) || written.len > 0) return false;
    s = gm_span_from(s, 21);
    gm_span behind = s;
    if (!gm_span_cut(&behind, ']', &header) || !behind.data || header.len > 200) return false;
    *text = behind;
    return true;
}

/* --- dates with a year --- */
static bool take_iso(gm_span *text, gm_stamp *stamp) {
    gm_span s = *text;
    int64_t ns;
    bool zone;
    if (!gm_time_take_rfc3339(&s, &ns, &zone) || !end_stamp(&s)) return false;
    stamp->t_ns = ns;
    stamp->dated = true;
    stamp->no_zone = !zone;
    *text = s;
    return true;
}

/* Go's log package: "2026/11/23 09:36:24.123456 text" */
static bool take_go(gm_span *text, gm_stamp *stamp) {
    char iso[26];
    gm_span s = *text;
    if (s.len < 19 || s.data[4] != '/' || s.data[7] != '/' || s.data[10] != ' ') return false;
    size_t len = 19;
    if (s.len > 20 && s.data[19] == '.') {
        len = 20;
        while (len < s.len && len < sizeof iso && is_digit(s.data[len])) len++;
    }
    memcpy(iso, s.data, len);
    iso[4] = iso[7] = '-';
    gm_span written = {iso, len}, rest = gm_span_from(s, len);
    if (!take_iso(&written, stamp) || written.len > 0) return false;
    end_stamp(&rest);
    *text = rest;
    return true;
}

/* --- times inside structured lines --- */
static bool time_value(gm_span s, gm_stamp *stamp) {
    bool zone, quoted = gm_span_take_byte(&s, '"');
    int64_t ns;
    if (gm_time_take_rfc3339(&s, &ns, &zone)) {
        stamp->no_zone = !zone;
    } else {
        size_t len = 0;
        while (len < s.len && (is_digit(s.data[len]) || s.data[len] == '.')) len++;
        gm_span number = gm_span_first(s, len);
        if (quoted || len < 10) return false;
        if (!gm_time_digits(number, &ns) && !gm_time_seconds(number, &ns)) return false;
    }
    stamp->t_ns = ns;
    stamp->dated = true;
    return true;
}

static bool find_time(gm_span text, gm_stamp *stamp) {
    static const char *const json[] = {"\"time\":", "\"ts\":", "\"timestamp\":", "\"@timestamp\":"};
    static const char *const logfmt[] = {"time=", "ts=", "t="};
    gm_span beginning = gm_span_first(text, 256);
    if (text.data[0] == '{') {
        for (size_t i = 0; i < sizeof(json) / sizeof(json[0]); i++) {
            ptrdiff_t at = gm_span_find(beginning, gm_span_of(json[i]));
            if (at < 0) continue;
            gm_span value = gm_span_from(text, (size_t)at + strlen(json[i]));
            gm_span_take_byte(&value, ' ');
            if (time_value(value, stamp)) return true;
        }
        return false;
    }
    for (size_t i = 0; i < sizeof(logfmt) / sizeof(logfmt[0]); i++) {
        gm_span value = text;
        if (gm_span_take(&value, gm_span_of(logfmt[i]))) return time_value(value, stamp);
    }
    return false;
}

/* --- headers behind the stamp --- */
/* Texts of the runtime and the kernel begin with words like a program's name. */
static bool is_reserved(gm_span word) {
    static const char *const words[] = {"panic",  "error",       "runtime", "SIGQUIT", "pacer",     "scan",
                                        "memory", "memory+swap", "swap",    "kmem",    "oom_reaper"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (gm_span_equal(word, gm_span_of(words[i]))) return true;
    }
    return gm_span_starts(word, GM_SPAN("scvg"));
}

/* "kernel:", "name[12]:", and with bare also "name:" */
static bool is_ident(gm_span word, bool bare, gm_span *name) {
    if (word.len < 2 || word.len > 128 || word.data[word.len - 1] != ':') return false;
    word.len--;
    if (is_reserved(word)) return false;
    ptrdiff_t open = gm_span_find_byte(word, '[');
    bool pid = open > 0 && word.data[word.len - 1] == ']';
    *name = pid ? gm_span_first(word, (size_t)open) : word;
    return pid || bare || gm_span_equal(word, GM_SPAN("kernel"));
}

/* "host ident[pid]: ", or without the host */
static void take_header(gm_span *text, bool bare, gm_stamp *stamp) {
    gm_span s = *text, word, name;
    for (int words = 0; words < 2; words++) {
        if (!gm_span_cut(&s, ' ', &word) || !s.data) return;
        if (!is_ident(word, bare, &name)) continue;
        *text = s;
        stamp->ident = name;
        stamp->kernel = gm_span_equal(name, GM_SPAN("kernel"));
        return;
    }
}

/* "name[12]: " without a date before it, as journalctl -o cat of several programs is kept. */
static void take_name(gm_span *text, gm_stamp *stamp) {
    size_t len = 0;
    while (len < text->len && len < 64 && text->data[len] != ' ') len++;
    gm_span word = gm_span_first(*text, len), name;
    ptrdiff_t open = gm_span_find_byte(word, '[');
    if (open < 2 || !gm_span_ends(word, GM_SPAN("]:")) || !is_digit(word.data[open + 1])) return;
    if (!is_ident(word, false, &name)) return;
    stamp->ident = name;
    *text = gm_span_from(*text, len + 1);
}

/* VMware: "In(05) vcpu-5 - Guest: " */
static void take_guest(gm_span *text) {
    gm_span s = gm_span_first(*text, 48);
    ptrdiff_t at = gm_span_find(s, GM_SPAN(" - Guest: "));
    if (at > 0) *text = gm_span_from(*text, (size_t)at + 10);
}

void gm_stamp_take(gm_span *text, int64_t latest_ns, gm_stamp *stamp) {
    gm_stamp_init(stamp);
    if (text->len < 4) return;
    char first = text->data[0];
    bool syslog = false;
    if (is_digit(first)) {
        stamp->stamped = take_iso(text, stamp) || take_go(text, stamp);
    } else if (first >= 'A' && first <= 'Z') {
        syslog = take_yearless(text, latest_ns, gm_time_take_syslog, stamp);
        stamp->stamped = syslog || take_yearless(text, latest_ns, take_klog, stamp);
    } else if (first == '{' || first == 't') {
        if (find_time(*text, stamp) || first == '{') return;
    }
    if (!stamp->stamped) {
        gm_stamp_take_kernel(text, stamp);
        if (!stamp->kernel && first >= 'A') take_name(text, stamp);
        return;
    }
    take_header(text, syslog, stamp);
    take_guest(text);
    gm_stamp_take_kernel(text, stamp);
}
