/* The files of a memory, cpu or pids cgroup: which there are and how each is read. */
#ifndef GM_IMPORTER_FORMATS_CGROUP_H
#define GM_IMPORTER_FORMATS_CGROUP_H

#include "importer/formats/cgroup_file/capture.h"

typedef enum {
    GM_CGROUP_NUMBER,   /* one number, or "max" */
    GM_CGROUP_STAT,     /* memory.stat: "key number" in the words of GM_DICT_CGROUP_STAT */
    GM_CGROUP_KEYED,    /* "key number" in the words of keys.c */
    GM_CGROUP_PRESSURE, /* memory.pressure */
    GM_CGROUP_CPU_MAX,  /* "quota period" */
    GM_CGROUP_LIST,     /* one id a line: they are counted */
    GM_CGROUP_PROC,     /* "Key: number kB" of /proc/PID, in the words of keys.c */
    GM_CGROUP_OTHER,    /* nothing that is measured here */
} gm_cgroup_kind;

typedef struct {
    const char *name;
    gm_cgroup_kind kind;
    gm_quantity quantity; /* of NUMBER and LIST */
    double divisor;
} gm_cgroup_file;

typedef struct { /* a key of a KEYED file */
    const char *file, *key;
    gm_quantity quantity;
    double divisor;
} gm_cgroup_key;

const gm_cgroup_file *gm_cgroup_file_named(gm_span name); /* NULL: no such file */
/* A file of /proc/PID that the same loops sample: status, smaps_rollup. */
const gm_cgroup_file *gm_cgroup_proc_file_named(gm_span name);
/* The same as gm_cgroup_file_named when the name holds more, such as "app-0_memory.stat.20261123T091450Z.txt"; *prefix
 * stands before.
 */
const gm_cgroup_file *gm_cgroup_file_within(gm_span name, gm_span *prefix);
const gm_cgroup_key *gm_cgroup_key_find(const char *file, gm_span key);

/* Could head be the beginning of this file? */
bool gm_cgroup_fits(const gm_cgroup_file *file, gm_span head, bool complete);

enum { GM_CGROUP_STATS = 128 };

typedef struct { /* one file of one snapshot */
    gm_capture *capture;
    const gm_cgroup_file *file; /* NULL: unknown, all lines are left out */
    int64_t lines;
    bool has_total; /* memory.stat of v1, with the hierarchical keys */
    size_t n_stats;
    struct {
        char key[48];
        double value;
    } stats[GM_CGROUP_STATS]; /* of memory.stat: which of them count is known at the end only */
} gm_cgroup_reader;

void gm_cgroup_begin(gm_cgroup_reader *reader, const gm_cgroup_file *file);
gm_status gm_cgroup_line(gm_cgroup_reader *reader, gm_span line);
gm_status gm_cgroup_end(gm_cgroup_reader *reader);

#endif
