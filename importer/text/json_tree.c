/* JSON as a tree in an arena, for documents that fit in memory: pods, events, settings.
 *
 * Comes behind json.c, whose events it turns into nodes; the Kubernetes formats walk the result. Everything
 * lies in the given arena, so nothing is freed here and the arena's limit bounds a document. The functions
 * that look into a tree answer "nothing" for NULL, so that a path through missing parts needs no checks. */
#include "importer/text/json.h"

#include "importer/text/json_reader.h"
#include "importer/text/span.h"

typedef struct {
    gm_arena *arena;
    gm_json ***tails; /* per depth: the pointer that the next value there goes into */
    gm_json *first;
    gm_json **open; /* what points to the document that is being read */
    gm_span key;
    bool no_memory;
} gm_json_builder;

static bool builder_init(gm_json_builder *builder, gm_arena *arena, int max_depth) {
    *builder = (gm_json_builder){.arena = arena};
    builder->tails = GM_ARENA_NEW(arena, gm_json **, (size_t)(max_depth > 0 ? max_depth : 0) + 1);
    if (!builder->tails) return false;
    builder->tails[0] = &builder->first;
    return true;
}

static gm_status out_of_memory(gm_json_builder *builder) {
    builder->no_memory = true;
    return GM_DAMAGED;
}

/* The events' text is only valid during the call. */
static bool keep(gm_json_builder *builder, gm_span text, gm_span *kept) {
    *kept = text.len > 0 ? gm_arena_span(builder->arena, text) : GM_SPAN("");
    return kept->data != NULL;
}

static gm_status add_value(gm_json_builder *builder, const gm_json_event *event) {
    gm_json *value = GM_ARENA_NEW(builder->arena, gm_json, 1);
    if (!value || !keep(builder, event->text, &value->text)) return out_of_memory(builder);
    value->kind = event->kind;
    value->key = builder->key;
    builder->key = (gm_span){NULL, 0};
    gm_json **link = builder->tails[event->depth];
    *link = value;
    builder->tails[event->depth] = &value->next;
    if (event->kind == GM_JSON_MAP || event->kind == GM_JSON_ARRAY) {
        builder->tails[event->depth + 1] = &value->child;
        if (event->depth == 0) builder->open = link;
    }
    return GM_OK;
}

static gm_status build(void *context, const gm_json_event *event) {
    gm_json_builder *builder = context;
    switch (event->kind) {
    case GM_JSON_KEY: return keep(builder, event->text, &builder->key) ? GM_OK : out_of_memory(builder);
    case GM_JSON_MAP_END:
    case GM_JSON_ARRAY_END:
        if (event->depth == 0) builder->open = NULL;
        return GM_OK;
    default: return add_value(builder, event);
    }
}

/* What is complete: a document that broke off is taken out again, half a pod would look like a whole one. */
static gm_json *built(gm_json_builder *builder) {
    if (builder->open) *builder->open = NULL;
    return builder->first;
}

gm_json *gm_json_read(gm_member *member) {
    gm_json_builder builder;
    if (builder_init(&builder, member->arena, member->limits->json_depth))
        gm_json_stream_upto(member, (int64_t)member->limits->document_bytes, build, &builder);
    else builder.no_memory = true;
    if (builder.no_memory)
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN,
                       "the JSON document needs more memory than a parser may use");
    return built(&builder);
}

gm_json *gm_json_tree(gm_arena *arena, gm_span text, int max_depth) {
    gm_json_builder builder;
    if (!builder_init(&builder, arena, max_depth)) return NULL;
    gm_json_parse(text, max_depth, build, &builder);
    return built(&builder);
}

static const gm_json *get(const gm_json *map, gm_span key) {
    if (!map || map->kind != GM_JSON_MAP) return NULL;
    GM_JSON_EACH(value, map) {
        if (gm_span_equal(value->key, key)) return value;
    }
    return NULL;
}

const gm_json *gm_json_get(const gm_json *map, const char *key) {
    return get(map, gm_span_of(key));
}

const gm_json *gm_json_at(const gm_json *value, const char *path) {
    gm_span rest = gm_span_of(path), key;
    while (value && gm_span_cut(&rest, '.', &key)) value = get(value, key);
    return value;
}

gm_span gm_json_text(const gm_json *value) {
    if (!value || (value->kind != GM_JSON_STRING && value->kind != GM_JSON_NUMBER)) return GM_SPAN("");
    return value->text;
}

bool gm_json_int(const gm_json *value, int64_t *number) {
    return gm_span_int(gm_json_text(value), number);
}
