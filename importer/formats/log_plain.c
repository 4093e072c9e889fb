/* Logs that nobody wrapped: a program's bare output, syslog, journalctl's short forms, kernel logs of every spelling.
 *
 * Comes after gm_format_choose when no wrapper knows the log better; logs/stamp.c takes the stamps off. A stamp
 * without zone is read as UTC. A stamp without year gets the last year that is not later than the time the member's
 * name or archive states, or journalctl's own heading. Programs of a syslog are kept apart by their names.
 * https://www.rfc-editor.org/rfc/rfc3164 , https://docs.kernel.org/admin-guide/dynamic-debug-howto.html (dmesg) */
#include "gomortem/format.h"

#include "importer/logs/stamp.h"
#include "importer/logs/wrap.h"
#include "importer/text/span.h"

typedef struct {
    int64_t latest_ns; /* no line is younger, or GM_UNKNOWN */
    char *unescaped;
    size_t unescaped_size;
    gm_member *member;
} plain_log;

/* --- bid --- */
static bool is_stamped(gm_span line) {
    gm_stamp stamp;
    gm_stamp_take(&line, GM_UNKNOWN, &stamp);
    return stamp.stamped || stamp.dated;
}

static bool is_kernel(gm_span line) {
    gm_stamp stamp;
    gm_stamp_take(&line, GM_UNKNOWN, &stamp);
    return stamp.kernel;
}

static bool is_log_name(gm_span name) {
    static const char *const words[] = {".log", "dmesg", "syslog", "messages", "journal", "kern.", "stderr", "stdout"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (gm_span_find(name, gm_span_of(words[i])) >= 0) return true;
    }
    return false;
}

static bool is_binary(gm_span head) {
    bool wide = gm_span_starts(head, GM_SPAN("\xff\xfe")) || gm_span_starts(head, GM_SPAN("\xfe\xff"));
    return !wide && gm_span_find_byte(head, '\0') >= 0;
}

static int log_plain_bid(const gm_head *head) {
    enum { SNIFFED = 1000 };
    int lines, stamped;
    if (is_binary(head->head)) return 0;
    if (gm_log_sniff(head->head, SNIFFED) > 0) return 70;
    gm_wrap_count(head->head, is_kernel, &lines, &stamped);
    if (stamped * 2 > lines) return 60;
    gm_wrap_count(head->head, is_stamped, &lines, &stamped);
    bool name = is_log_name(head->name);
    if (stamped > 0 && stamped * 2 >= lines) return name ? 50 : 30;
    return name ? 12 : 0;
}

/* --- parse --- */
/* "-- Journal begins at Mon 2026-11-23 08:00:00 UTC, ends at ... --": the last date in it. */
static void read_heading(plain_log *log, gm_span text) {
    int64_t ns;
    bool zone;
    if (!gm_span_starts(text, GM_SPAN("-- ")) || gm_span_find(text, GM_SPAN("begin")) < 0) return;
    for (size_t i = 0; i < text.len; i++) {
        gm_span rest = gm_span_from(text, i);
        if (gm_time_take_rfc3339(&rest, &ns, &zone)) log->latest_ns = ns;
    }
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* /dev/kmsg writes what is not printable as \x0a. */
static gm_span unescape(plain_log *log, gm_span text) {
    if (gm_span_find(text, GM_SPAN("\\x")) < 0) return text;
    if (text.len > log->unescaped_size) {
        log->unescaped = gm_arena_alloc(log->member->arena, text.len * 2);
        log->unescaped_size = log->unescaped ? text.len * 2 : 0;
    }
    if (!log->unescaped) return text;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char byte = text.data[i];
        bool escape = byte == '\\' && i + 3 < text.len && text.data[i + 1] == 'x' && hex_digit(text.data[i + 2]) >= 0 &&
                      hex_digit(text.data[i + 3]) >= 0;
        if (escape) {
            byte = (char)(hex_digit(text.data[i + 2]) * 16 + hex_digit(text.data[i + 3]));
            i += 3;
        }
        log->unescaped[len++] = byte;
    }
    return (gm_span){log->unescaped, len};
}

static gm_wrap_owner *owner_of(gm_wrap *wrap, const gm_stamp *stamp) {
    if (stamp->kernel || stamp->ident.len == 0) return gm_wrap_default(wrap);
    gm_identity identity = {.level = GM_LEVEL_UNNAMED, .hint = stamp->ident};
    return gm_wrap_owner_of(wrap, &identity);
}

static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    plain_log *log = context;
    gm_log_line out;
    gm_stamp stamp;
    gm_span text = gm_wrap_plain(wrap, line->text);
    read_heading(log, text);
    gm_stamp_take(&text, log->latest_ns, &stamp);
    gm_wrap_owner *owner = owner_of(wrap, &stamp);
    if (!owner) return GM_DAMAGED;
    if (stamp.kernel) text = unescape(log, text);
    gm_wrap_line_init(&out, text, line->number, stamp.t_ns);
    out.boot_s = stamp.boot_s;
    out.unfinished = line->unfinished;
    gm_status status = gm_log_boot_pair(gm_wrap_log(wrap), stamp.t_ns, stamp.boot_s, stamp.no_zone, false);
    if (status == GM_OK) status = gm_wrap_line(wrap, owner, &out);
    if (!gm_wrap_is_used(owner) || !stamp.dated) return status;
    if (stamp.t_ns == GM_UNKNOWN) {
        gm_log_note(gm_wrap_log(wrap), GM_NOTE_NO_YEAR, line->number);
    } else if (stamp.no_zone) {
        gm_log_note(gm_wrap_log(wrap), GM_NOTE_NO_ZONE, line->number);
    }
    return status;
}

static gm_status log_plain_parse(gm_member *member) {
    plain_log log = {.member = member};
    log.latest_ns = member->path_ns != GM_UNKNOWN ? member->path_ns : member->mtime_ns;
    return gm_wrap_read(member, read_line, &log);
}

const gm_format gm_format_log_plain = {
    .name = "log_plain",
    .title = "Plain log, syslog or kernel log",
    .takes = "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports.",
    .bid = log_plain_bid,
    .parse = log_plain_parse,
};
