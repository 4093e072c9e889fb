/* JSON in: a stream of events for large documents, a tree for small ones. Both on yajl, both bounded. */
#ifndef GM_IMPORTER_TEXT_JSON_H
#define GM_IMPORTER_TEXT_JSON_H

#include "gomortem/format.h"
#include "gomortem/member.h"

/* --- events --- */
typedef enum {
    GM_JSON_NULL,
    GM_JSON_FALSE,
    GM_JSON_TRUE,
    GM_JSON_NUMBER,
    GM_JSON_STRING,
    GM_JSON_KEY,
    GM_JSON_MAP,
    GM_JSON_MAP_END,
    GM_JSON_ARRAY,
    GM_JSON_ARRAY_END
} gm_json_kind;

typedef struct {
    gm_json_kind kind;
    gm_span text; /* STRING and KEY unescaped, NUMBER as written; valid during the call */
    int depth;    /* of the value: 0 = top level; a map's keys have the map's depth + 1 */
} gm_json_event;

/* Answers GM_OK to go on; anything else stops and is handed through (GM_END: enough, not an error). */
typedef gm_status (*gm_json_handler)(void *context, const gm_json_event *event);

/* Reads the whole member: one document or several after each other (JSON lines too), each a map or an array.
 * Text before, between and behind them (curl's progress, prompts) is passed over with one diagnostic. Damage,
 * no document at all, nesting deeper than limits->json_depth or a string that does not fit into
 * limits->arena_bytes gives a diagnostic and GM_DAMAGED; what was handed over stays. Strings come whole,
 * however long; they may hold invalid UTF-8 and NUL. */
gm_status gm_json_stream(gm_member *member, gm_json_handler handler, void *context);
/* The same for bytes in memory, e.g. one line of a JSON-lines log. No diagnostics; text around the documents
 * is damage, and top-level scalars are handed over too. */
gm_status gm_json_parse(gm_span text, int max_depth, gm_json_handler handler, void *context);

/* --- tree --- */
typedef struct gm_json gm_json;
struct gm_json {
    gm_json_kind kind; /* never KEY, MAP_END, ARRAY_END */
    gm_span key;       /* when the parent is a map */
    gm_span text;      /* STRING, NUMBER */
    gm_json *child;    /* first, of MAP and ARRAY */
    gm_json *next;     /* sibling, in order of appearance; of the root: the next document */
};

/* Reads the member (at most limits->document_bytes) as a tree in its arena; NULL after a diagnostic. Several
 * documents are chained by next. One that breaks off is left out, with a diagnostic. */
gm_json *gm_json_read(gm_member *member);
/* The same for bytes in memory, without diagnostics. All text is copied. */
gm_json *gm_json_tree(gm_arena *arena, gm_span text, int max_depth);

const gm_json *gm_json_get(const gm_json *map, const char *key);   /* NULL-safe, NULL when missing */
const gm_json *gm_json_at(const gm_json *value, const char *path); /* "status.containerStatuses": maps only */
gm_span gm_json_text(const gm_json *value);                        /* empty unless STRING or NUMBER */
bool gm_json_int(const gm_json *value, int64_t *number);           /* NUMBER or STRING of digits */
#define GM_JSON_EACH(item, parent) \
    for (const gm_json *item = (parent) ? (parent)->child : NULL; item; item = item->next)

/* --- bids --- */
/* The head begins with '{' or '[' after blanks. */
bool gm_head_is_json(const gm_head *head);
/* The head holds "key" : "value" with any blanks, at any depth. value NULL: any value. */
bool gm_head_has_json(const gm_head *head, const char *key, const char *value);

#endif
