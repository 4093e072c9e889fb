/* A member's JSON documents as trees, one after the other.
 *
 * Comes between json.c, whose events are put together here, and the formats whose documents are small but may
 * be many: OTLP and docker write one a line, for days. The trees are those of json.h and live in an arena
 * that is emptied after each document. */
#include "importer/metrics/documents.h"

typedef struct {
    gm_member *member;
    gm_arena *arena;
    gm_document_handler handler;
    void *context;
    gm_json **tails[GM_JSON_DEPTH_MAX + 1]; /* per depth: where the next value goes */
    gm_json *document;
    gm_span key;
    bool too_large;
} documents;

static gm_json *new_value(documents *docs, const gm_json_event *event) {
    gm_json *value = GM_ARENA_NEW(docs->arena, gm_json, 1);
    if (!value) return NULL;
    value->kind = event->kind;
    value->key = docs->key;
    docs->key = (gm_span){NULL, 0};
    if (event->text.len > 0) value->text = gm_arena_span(docs->arena, event->text);
    return event->text.len > 0 && !value->text.data ? NULL : value;
}

static bool add(documents *docs, const gm_json_event *event) {
    if (event->depth >= GM_JSON_DEPTH_MAX) return false;
    if (event->kind == GM_JSON_MAP_END || event->kind == GM_JSON_ARRAY_END) return true;
    if (event->kind == GM_JSON_KEY) {
        docs->key = gm_arena_span(docs->arena, event->text);
        return docs->key.data != NULL;
    }
    gm_json *value = new_value(docs, event);
    if (!value) return false;
    if (event->depth == 0) docs->tails[0] = &docs->document;
    *docs->tails[event->depth] = value;
    docs->tails[event->depth] = &value->next;
    docs->tails[event->depth + 1] = &value->child;
    return true;
}

static gm_status end_document(documents *docs) {
    gm_status status = GM_OK;
    if (docs->too_large) {
        gm_member_diag(docs->member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "a document is too large or too deep and was passed over");
    } else if (docs->document) {
        status = docs->handler(docs->context, docs->document);
    }
    docs->too_large = false;
    docs->document = NULL;
    docs->key = (gm_span){NULL, 0};
    gm_arena_reset(docs->arena);
    return status;
}

static gm_status take(void *context, const gm_json_event *event) {
    documents *docs = context;
    bool opens = event->kind == GM_JSON_MAP || event->kind == GM_JSON_ARRAY;
    if (!docs->too_large && !add(docs, event)) docs->too_large = true;
    return event->depth == 0 && !opens ? end_document(docs) : GM_OK;
}

gm_status gm_documents_each(gm_member *member, gm_document_handler handler, void *context) {
    documents docs = {.member = member, .handler = handler, .context = context};
    docs.arena = gm_arena_new(member->limits->document_bytes);
    if (!docs.arena) {
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory left to read it");
        return GM_DAMAGED;
    }
    gm_status status = gm_json_stream(member, take, &docs);
    gm_arena_free(docs.arena);
    return status == GM_END ? GM_OK : status;
}
