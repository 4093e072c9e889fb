/* The Kubernetes objects that are read, as trees; from JSON or YAML. */
#ifndef GM_IMPORTER_FORMATS_K8S_OBJECTS_H
#define GM_IMPORTER_FORMATS_K8S_OBJECTS_H

#include "gomortem/member.h"
#include "importer/text/json.h"

gm_status gm_k8s_pod_read(gm_member *member, const gm_json *object);
gm_status gm_k8s_event_read(gm_member *member, const gm_json *object);

int64_t gm_k8s_time(const gm_json *value); /* RFC 3339, or GM_UNKNOWN */

#endif
