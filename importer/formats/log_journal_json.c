/* journalctl -o json, json-pretty, json-sse: one object an entry.
 *
 * Comes after gm_format_choose, reads records with logs/pick.c; logs/journal.c makes lines of them. Values are
 * strings, or arrays of byte numbers where they are not UTF-8. https://systemd.io/JOURNAL_EXPORT_FORMATS/ */
#include "gomortem/format.h"

#include "importer/logs/journal.h"
#include "importer/logs/pick.h"

static int log_journal_json_bid(const gm_head *head) {
    if (!gm_pick_fits(head) || !gm_head_has_json(head, "__REALTIME_TIMESTAMP", NULL)) return 0;
    return gm_head_has_json(head, "MESSAGE", NULL) ? 94 : 60;
}

static gm_status record(gm_pick *pick, int64_t line) {
    gm_span fields[GM_JOURNAL_FIELDS];
    for (int i = 0; i < GM_JOURNAL_FIELDS; i++) fields[i] = gm_pick_get(pick, i);
    return gm_journal_entry(pick->wrap, fields, line);
}

static gm_status log_journal_json_parse(gm_member *member) {
    gm_pick pick = {.paths = gm_journal_names, .count = GM_JOURNAL_FIELDS, .record = record};
    return gm_pick_read(&pick, member);
}

const gm_format gm_format_log_journal_json = {
    .name = "log_journal_json",
    .title = "systemd journal as JSON",
    .takes =
        "GC cycles, scavenger levels, goroutine dumps, Go crashes and kernel OOM reports, by container or program.",
    .bid = log_journal_json_bid,
    .parse = log_journal_json_parse,
};
