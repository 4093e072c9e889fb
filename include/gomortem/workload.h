/* The workload behind a pod's name, so that two runs of one service can be told to be the same. Used by fingerprints,
 * comparisons of incidents and the signatures of a batch. */
#ifndef GOMORTEM_WORKLOAD_H
#define GOMORTEM_WORKLOAD_H

/* The pod's name without what its controller made up: hashes of replica sets and jobs, ordinals. Never NULL; to be
 * freed. */
char *gm_workload_name(const char *pod);

#endif
