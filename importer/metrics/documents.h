/* A member's JSON documents as trees, one after the other, only one of them in memory. */
#ifndef GM_IMPORTER_METRICS_DOCUMENTS_H
#define GM_IMPORTER_METRICS_DOCUMENTS_H

#include "importer/text/json.h"

#define GM_JSON_DEPTH_MAX 64 /* deeper documents are passed over */

/* The tree is valid during the call. GM_OK to go on, GM_END: enough. */
typedef gm_status (*gm_document_handler)(void *context, const gm_json *document);

/* A document beyond limits->document_bytes of memory is reported and passed over. Answers as gm_json_stream
 * does. */
gm_status gm_documents_each(gm_member *member, gm_document_handler handler, void *context);

#endif
