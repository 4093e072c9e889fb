/* From the fields of a journal entry to a log line with owner and time.
 *
 * Comes between log_journal_json / log_journal_export and wrap.c. docker, podman and CRI-O name the container and
 * mark split lines; kernel entries carry seconds since boot; everything else goes by its syslog identifier. Fields:
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.journal-fields.html ,
 * https://docs.docker.com/engine/logging/drivers/journald/ */
#include "importer/logs/journal.h"

#include "importer/logs/owner.h"
#include "importer/text/span.h"

const char *const gm_journal_names[GM_JOURNAL_FIELDS] = {
    [GM_JOURNAL_MESSAGE] = "MESSAGE",
    [GM_JOURNAL_SOURCE_REALTIME] = "_SOURCE_REALTIME_TIMESTAMP",
    [GM_JOURNAL_REALTIME] = "__REALTIME_TIMESTAMP",
    [GM_JOURNAL_SOURCE_MONOTONIC] = "_SOURCE_MONOTONIC_TIMESTAMP",
    [GM_JOURNAL_MONOTONIC] = "__MONOTONIC_TIMESTAMP",
    [GM_JOURNAL_TRANSPORT] = "_TRANSPORT",
    [GM_JOURNAL_PRIORITY] = "PRIORITY",
    [GM_JOURNAL_CONTAINER_NAME] = "CONTAINER_NAME",
    [GM_JOURNAL_CONTAINER_ID_FULL] = "CONTAINER_ID_FULL",
    [GM_JOURNAL_CONTAINER_ID] = "CONTAINER_ID",
    [GM_JOURNAL_PARTIAL] = "CONTAINER_PARTIAL_MESSAGE",
    [GM_JOURNAL_PARTIAL_LAST] = "CONTAINER_PARTIAL_LAST",
    [GM_JOURNAL_IDENTIFIER] = "SYSLOG_IDENTIFIER",
    [GM_JOURNAL_HOSTNAME] = "_HOSTNAME",
};

static bool microseconds(gm_span text, int64_t *us) {
    return gm_span_int(text, us) && *us >= 0 && *us <= INT64_MAX / 1000;
}

static void set_times(gm_log_line *line, const gm_span *fields, bool kernel) {
    int64_t us;
    if (microseconds(fields[GM_JOURNAL_SOURCE_REALTIME], &us) || microseconds(fields[GM_JOURNAL_REALTIME], &us))
        line->t_ns = us * 1000;
    if (!kernel) return;
    if (microseconds(fields[GM_JOURNAL_SOURCE_MONOTONIC], &us) || microseconds(fields[GM_JOURNAL_MONOTONIC], &us))
        line->boot_s = (double)us / 1e6;
}

static void name_owner(const gm_span *fields, bool kernel, gm_identity *identity) {
    gm_span container = fields[GM_JOURNAL_CONTAINER_NAME];
    gm_span id = fields[GM_JOURNAL_CONTAINER_ID_FULL].len ? fields[GM_JOURNAL_CONTAINER_ID_FULL]
                                                          : fields[GM_JOURNAL_CONTAINER_ID];
    *identity = (gm_identity){.level = GM_LEVEL_UNNAMED};
    if (container.len > 0 || id.len > 0) {
        identity->level = GM_LEVEL_CONTAINER;
        identity->runtime_id = id;
        gm_owner_of_docker_name(container, identity);
    } else if (kernel) {
        identity->level = GM_LEVEL_NODE;
        identity->hint = fields[GM_JOURNAL_HOSTNAME];
    } else {
        identity->hint = fields[GM_JOURNAL_IDENTIFIER];
    }
}

gm_status gm_journal_entry(gm_wrap *wrap, const gm_span fields[GM_JOURNAL_FIELDS], int64_t number) {
    gm_log_line line;
    gm_identity identity;
    if (fields[GM_JOURNAL_MESSAGE].len == 0) return GM_OK;
    bool kernel = gm_span_equal(fields[GM_JOURNAL_TRANSPORT], GM_SPAN("kernel"));
    name_owner(fields, kernel, &identity);
    gm_wrap_line_init(&line, fields[GM_JOURNAL_MESSAGE], number, GM_UNKNOWN);
    set_times(&line, fields, kernel);
    if (line.t_ns == GM_UNKNOWN) gm_log_note(gm_wrap_log(wrap), GM_NOTE_NO_TIME, number);
    gm_status status = gm_log_boot_pair(gm_wrap_log(wrap), line.t_ns, line.boot_s, false, false);
    if (status != GM_OK) return status;
    gm_wrap_owner *owner = gm_wrap_owner_of(wrap, &identity);
    if (!owner) return GM_DAMAGED;
    if (identity.level != GM_LEVEL_CONTAINER) return gm_wrap_line(wrap, owner, &line);
    /* docker gives stderr the priority of errors */
    line.stream = gm_span_equal(fields[GM_JOURNAL_PRIORITY], GM_SPAN("3")) ? 'e' : 'o';
    bool partial = gm_span_equal(fields[GM_JOURNAL_PARTIAL], GM_SPAN("true"));
    bool last = gm_span_equal(fields[GM_JOURNAL_PARTIAL_LAST], GM_SPAN("true"));
    return gm_wrap_part(wrap, owner, &line, !partial || last);
}
