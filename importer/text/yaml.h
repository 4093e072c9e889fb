/* YAML in, as far as Kubernetes' tools write it: block mappings and sequences, scalars of every style,
 * documents. */
#ifndef GM_IMPORTER_TEXT_YAML_H
#define GM_IMPORTER_TEXT_YAML_H

#include "importer/text/json.h"

/* The member as a tree in its arena, like gm_json_read: at most limits->document_bytes, several documents
 * chained by next. Scalars are STRING whatever they look like, null is NULL. Flow style is read when it is
 * JSON, else kept as text; anchors, aliases and tags are text. NULL after a diagnostic. */
gm_json *gm_yaml_read(gm_member *member);
/* The same for bytes in memory, which are written to, without diagnostics. *skipped: lines that fit nowhere.
 */
gm_json *gm_yaml_tree(gm_arena *arena, char *text, size_t len, int max_depth, int64_t *skipped);

#endif
