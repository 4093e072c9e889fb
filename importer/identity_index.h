/* Claims by container, and uids by pod. */
#ifndef GM_IMPORTER_IDENTITY_INDEX_H
#define GM_IMPORTER_IDENTITY_INDEX_H

#include "importer/identity_rules.h"
#include "importer/store/intern.h"

typedef struct gm_identity_index {
    uint32_t *begins; /* where the claims of a container begin; one more than there are containers */
    uint32_t *claims; /* indices into the settling's */
    gm_intern uids;   /* of pods */
    bool open_pod;    /* of some container's pod nobody told the uid */
    gm_span *ids;     /* the runtime id of each claim, or empty */
} gm_identity_index;

/* False when memory is out; to be released all the same. */
bool gm_identity_index_make(gm_identity_index *index, const gm_settling *settling);
void gm_identity_index_release(gm_identity_index *index);
bool gm_identity_index_knows_uid(const gm_identity_index *index, gm_span uid); /* of any pod */
/* Has any claim about the container's pod this uid? An empty one: any uid. */
bool gm_identity_index_has_uid(const gm_identity_index *index, const gm_settled *container, gm_span uid);

#endif
