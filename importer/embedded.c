/* Finds profiles in texts and hands them to the import loop as members of their own.
 *
 * Comes between formats that read JSON (alertmanager, k8s_object) and gm_member_nested. Only what begins as
 * gzip does is taken: every Go profile is written that way, and no ordinary text in base64 begins so. */
#include "importer/embedded.h"

#include <glib.h>

#include "importer/text/base64.h"
#include "importer/text/span.h"

/* "data:application/octet-stream;base64,H4sI..." */
static gm_span without_prefix(gm_span text) {
    text = gm_span_trim(text);
    ptrdiff_t at = gm_span_starts(text, GM_SPAN("data:")) ? gm_span_find(text, GM_SPAN(";base64,")) : -1;
    return at < 0 ? text : gm_span_trim_front(gm_span_from(text, (size_t)at + sizeof(";base64,") - 1));
}

/* The layout that importer/logs/owner.c reads names from. */
static char *path_of(const gm_identity *whose, gm_span key) {
    gm_span ns = whose->ns, pod = whose->pod, container = whose->container;
    if (ns.len == 0 || pod.len == 0 || container.len == 0) return g_strndup(key.data, key.len);
    return g_strdup_printf("namespaces/%.*s/pods/%.*s/%.*s/%.*s", (int)ns.len, ns.data, (int)pod.len, pod.data,
                           (int)container.len, container.data, (int)key.len, key.data);
}

gm_status gm_embedded_profile(gm_member *member, const gm_identity *whose, gm_span key, gm_span text) {
    gm_span bytes;
    text = without_prefix(text);
    if (!gm_span_starts(text, GM_SPAN("H4sI")) || !gm_base64_decode(member->arena, text, &bytes)) return GM_OK;
    g_autofree char *path = path_of(whose, key.len > 0 ? gm_span_first(key, 200) : GM_SPAN("profile"));
    return gm_member_nested(member, gm_span_of(path), bytes);
}
