/* Many bundles in one call, between cmd_batch.c and its parts: the list, the pool of processes, the work on one. */
#ifndef GM_BATCH_H
#define GM_BATCH_H

#include "analyzer/cli/cli.h"

#include <sys/types.h>

typedef struct {
    /* options */
    const char *folder;  /* -o; NULL: only lines are wanted */
    const char *formats; /* what to keep of each bundle, db among it */
    const char *fail_on, *manifest;
    bool strict, force, skip_existing, whole;
    int workers;
    int64_t shard, shards; /* 1 of 1: all */
    /* what is made of them */
    GPtrArray *bundles; /* char *, in the order of the lines */
    char settings[65];  /* hash of what results depend on beside the bundle */
    char *scratch;      /* where parts are made; the folder, or a temporary one */
    GHashTable *kept;   /* incident id -> path of result.json of an earlier run with the same settings */
} gm_batch;

typedef struct {
    pid_t pid;  /* 0: not running */
    char *part; /* its folder, removed when it ends */
    char *line; /* NULL until it is known */
    int code;
} gm_batch_job;

/* Lists the bundles: paths, entries of folders, lines of the manifest; those of the shard only. */
bool gm_batch_list(gm_batch *batch, char **paths, GError **error);
/* Finds the results of an earlier run in the folder. */
void gm_batch_find_kept(gm_batch *batch);

/* The whole work on one bundle, in a process of its own: writes the line into part and answers the exit code. */
int gm_batch_work(const gm_batch *batch, const char *bundle, const char *part);

/* Runs all jobs and prints their lines in order. False: interrupted, or standard output is gone. */
bool gm_batch_run(const gm_batch *batch, gm_batch_job *jobs);

bool gm_batch_wants(const gm_batch *batch, const char *format); /* is it to be kept? */
void gm_batch_remove(const char *folder);                       /* a folder of ours and what is in it */
int gm_batch_worse(int a, int b);                               /* of two exit codes: 130, 1, 2, 4, 3, 0 */

#endif
