/* When a capture that tells no time of its own was taken. */
#ifndef GM_IMPORTER_METRICS_SNAPSHOT_H
#define GM_IMPORTER_METRICS_SNAPSHOT_H

#include "gomortem/member.h"

typedef struct {
    int64_t t_ns; /* GM_UNKNOWN: not known */
    const char *source;
    bool settled; /* nothing better will come */
} gm_snapshot;

/* From the member's name or directory; unknown when they have none. */
gm_snapshot gm_snapshot_of_path(const gm_member *member);
/* From a mark between the captures of one member. */
gm_snapshot gm_snapshot_of_mark(int64_t t_ns);
/* The time to use: when there is none yet, the member's modification time, else GM_UNKNOWN after one
 * diagnostic. Sets member->time_source. */
int64_t gm_snapshot_now(gm_snapshot *snapshot, gm_member *member);

/* A line that is nothing but a time, with or without a frame of '=', '-', '#' or '*': what a shell loop prints between
 * the captures that it appends to one file. */
bool gm_snapshot_mark(gm_span line, int64_t *t_ns);

#endif
