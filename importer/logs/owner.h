/* Whom names belong to: container log paths, docker's container names, cgroup paths. Nothing is copied except a pod
 * uid that has to be rewritten. */
#ifndef GM_IMPORTER_LOGS_OWNER_H
#define GM_IMPORTER_LOGS_OWNER_H

#include "gomortem/emit.h"

/* /var/log/pods/<ns>_<pod>_<uid>/<container>/N.log, /var/log/containers/<pod>_<ns>_<container>-<hex>.log,
 * containers/<hex>/<hex>-json.log, <hex>/local-logs/, pods/logs/<ns>/<pod>/<container>.log (troubleshoot),
 * namespaces/<ns>/pods/<pod>/<c>/<c>/logs/ (must-gather); false: the path names nobody. */
bool gm_owner_of_path(gm_span path, gm_identity *identity);

/* The name docker gave: k8s_<container>_<pod>_<ns>_<uid>_<attempt> of dockershim, or just a container's. */
void gm_owner_of_docker_name(gm_span name, gm_identity *identity);

typedef struct {
    char uid[40];         /* with dashes */
    gm_identity identity; /* pod_uid points to uid */
} gm_cgroup_owner;

/* A cgroup path of cgroupfs or systemd, with any prefix. hint: name of a process in it. */
void gm_owner_of_cgroup(gm_span cgroup, gm_span hint, gm_cgroup_owner *owner);

#endif
