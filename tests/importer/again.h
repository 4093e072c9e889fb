/* One store in memory for many imports: what an import wrote is rolled back. To make the tables anew costs more than
 * most of the imports that the golden cases are good for. */
#ifndef GM_TESTS_IMPORTER_AGAIN_H
#define GM_TESTS_IMPORTER_AGAIN_H

#include "importer/store/store_private.h"

/* A store without rows: the one given, if nothing ever failed in it, or a new one. NULL is allowed. */
static inline gm_store *gm_again(gm_store *store) {
    GError *error = NULL;
    if (store && !store->failure) {
        gm_import_state_free(g_steal_pointer(&store->import));
        if (gm_store_exec(store, "ROLLBACK; BEGIN", NULL)) {
            store->import = gm_import_state_new(store);
            return store;
        }
    }
    gm_store_free(store);
    store = gm_store_create(":memory:", false, &error);
    if (!store || !gm_store_exec(store, "COMMIT; BEGIN", &error)) g_error("%s", error->message);
    return store;
}

#endif
