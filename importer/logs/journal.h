/* One entry of the systemd journal, whatever wrote it down (-o json, -o export). */
#ifndef GM_IMPORTER_LOGS_JOURNAL_H
#define GM_IMPORTER_LOGS_JOURNAL_H

#include "importer/logs/wrap.h"

typedef enum {
    GM_JOURNAL_MESSAGE,
    GM_JOURNAL_SOURCE_REALTIME,
    GM_JOURNAL_REALTIME,
    GM_JOURNAL_SOURCE_MONOTONIC,
    GM_JOURNAL_MONOTONIC,
    GM_JOURNAL_TRANSPORT,
    GM_JOURNAL_PRIORITY,
    GM_JOURNAL_CONTAINER_NAME,
    GM_JOURNAL_CONTAINER_ID_FULL,
    GM_JOURNAL_CONTAINER_ID,
    GM_JOURNAL_PARTIAL,
    GM_JOURNAL_PARTIAL_LAST,
    GM_JOURNAL_IDENTIFIER,
    GM_JOURNAL_HOSTNAME,
    GM_JOURNAL_FIELDS
} gm_journal_field;

extern const char *const gm_journal_names[GM_JOURNAL_FIELDS];

/* fields: empty where the entry has none. */
gm_status gm_journal_entry(gm_wrap *wrap, const gm_span fields[GM_JOURNAL_FIELDS], int64_t line);

#endif
