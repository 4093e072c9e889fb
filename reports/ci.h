/* What the CI formats tell: one item for each thing that calls for action. Without a baseline that is every rule that
 * fired with more than "info" and the verdict; with one, what is new or worse. */
#ifndef GM_CI_H
#define GM_CI_H

#include "gomortem/model.h"

typedef struct {
    const gm_model_container *container;
    const gm_model_finding *finding; /* NULL: a change that is no finding */
    const char *rule, *severity, *text;
    const char *state;    /* new, worse; NULL without a baseline */
    const char *site;     /* NULL: none */
    const char *member;   /* path of the member that tells most about it; NULL: none */
    char fingerprint[65]; /* the same for the same thing in another run */
} gm_ci_item;

/* In the order of the model. To be unreferenced. */
GArray *gm_ci_items(const gm_model *model);
/* The item of a finding among items, or NULL. */
const gm_ci_item *gm_ci_item_of(const GArray *items, const gm_model_container *container, const char *rule);

/* "namespace/pod/container" of what is known, or "container without a name". To be freed. */
char *gm_ci_container_name(const gm_model_container *container);

#endif
