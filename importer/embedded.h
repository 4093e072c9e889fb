/* Profiles that a text carries as base64: in annotations of alerts and of Kubernetes objects. */
#ifndef GM_IMPORTER_EMBEDDED_H
#define GM_IMPORTER_EMBEDDED_H

#include "gomortem/member.h"

/* A profile in the text becomes a member below this one; other texts are passed over. whose: names that are
 * known, they become part of the member's path; key: what the text is called. GM_FATAL when memory is out. */
gm_status gm_embedded_profile(gm_member *member, const gm_identity *whose, gm_span key, gm_span text);

#endif
