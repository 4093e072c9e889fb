/* What contents and wrappers share behind logline.h: the list of contents, numbers for processes, notes. */
#ifndef GM_IMPORTER_LOGS_CONTENTS_H
#define GM_IMPORTER_LOGS_CONTENTS_H

#include "importer/logs/logline.h"

#define GM_LOG_CONTENT(name) extern const gm_log_content gm_log_content_##name;
#include "importer/logs/contents.def"
#undef GM_LOG_CONTENT

typedef enum {
#define GM_LOG_NOTE(symbol, severity, account, text) GM_NOTE_##symbol,
#include "importer/logs/notes.def"
#undef GM_LOG_NOTE
    GM_NOTES
} gm_log_note_kind;

/* Counts; gm_log_end tells. */
void gm_log_note(gm_log *log, gm_log_note_kind note, int64_t line);
/* A line gives its moment on the wall and since boot; local: the wall time has no zone. GM_UNKNOWN and NAN are let
 * pass. */
gm_status gm_log_boot_pair(gm_log *log, int64_t t_ns, double boot_s, bool local, bool audit);
/* A number for a process that appears in the log, 1.. within the member. */
int64_t gm_log_next_process(gm_log *log);

#endif
