/* What captures of files under /sys/fs/cgroup and /proc share: whose they are, when, and their samples. */
#ifndef GM_IMPORTER_FORMATS_CAPTURE_H
#define GM_IMPORTER_FORMATS_CAPTURE_H

#include "importer/metrics/snapshot.h"
#include "importer/text/lines.h"

enum { GM_CAPTURE_LINE = 512, GM_CAPTURE_PATH = 8192 };

typedef struct {
    gm_member *member;
    const char *source;                   /* the series table's word: "cgroup" or "proc" */
    int64_t identity_id, own_identity_id; /* of the directory in hand, of the member */
    gm_snapshot now;
    int64_t t_ns; /* of the current snapshot, or GM_UNKNOWN */
    gm_lines lines;
    char last[GM_CAPTURE_LINE]; /* a last line without line end */
    bool torn;                  /* the member breaks off: what was counted is not all */
} gm_capture;

/* One identity for all time-stamped directories of a container: its hint is the member's path without the
 * innermost stamped directory and without the file's name. prefix: what stands before the known part of the
 * name, such as a pod's name; may be empty. */
gm_status gm_capture_open(gm_capture *capture, gm_member *member, const char *source, gm_span prefix);

/* What follows is of the cgroup whose directory is given, as in a heading of a sampler's log; the mount point itself,
 * or no directory, is the capture's own owner. */
gm_status gm_capture_of_directory(gm_capture *capture, gm_span directory);

/* False at the end. A last line without a line end counts only when the member is whole. */
bool gm_capture_next(gm_capture *capture, gm_span *line);

/* The series is called "file:key", or "file" when key is empty. What says "no limit" is left out, less than
 * nothing becomes 0, and what has no time is rejected. */
gm_status gm_capture_sample(gm_capture *capture, gm_quantity quantity, const char *file, gm_span key, double value);

/* An integer of any size. */
bool gm_capture_number(gm_span text, double *value);

#endif
