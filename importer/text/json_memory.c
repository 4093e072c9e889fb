/* Memory for yajl: counted, limited, and never NULL.
 *
 * Lies below json.c. yajl 2.1 does not check what its allocation functions answer, so a failing one must not
 * return: it jumps back to json.c, which gives the document up. All blocks are kept in a list because after
 * such a jump the handle is in no state to be freed by yajl itself. https://lloyd.github.io/yajl/
 * (yajl_alloc_funcs) */
#include "importer/text/json_memory.h"

#include "gomortem/arena.h"

#include <stdlib.h>

struct gm_json_block {
    _Alignas(max_align_t) gm_json_block *next;
    gm_json_block **link; /* what points here */
    size_t size;
};

static void attach(gm_json_memory *memory, gm_json_block *block) {
    block->next = memory->blocks;
    block->link = &memory->blocks;
    if (block->next) block->next->link = &block->next;
    memory->blocks = block;
    memory->used += block->size;
}

static void detach(gm_json_memory *memory, gm_json_block *block) {
    *block->link = block->next;
    if (block->next) block->next->link = block->link;
    memory->used -= block->size;
}

static gm_json_block *block_of(void *data) {
    return (gm_json_block *)data - 1;
}

static void give_up(gm_json_memory *memory) {
    gm_arena_note_refusal();
    longjmp(memory->failed, 1);
}

static void *memory_realloc(void *context, void *data, size_t size) {
    gm_json_memory *memory = context;
    gm_json_block *block = data ? block_of(data) : NULL;
    size_t others = memory->used - (block ? block->size : 0);
    if (size > memory->limit || others > memory->limit - size || size > SIZE_MAX - sizeof(*block)) give_up(memory);
    if (block) detach(memory, block);
    gm_json_block *bigger = realloc(block, sizeof(*block) + size);
    if (!bigger) {
        if (block) attach(memory, block);
        give_up(memory);
    }
    bigger->size = size;
    attach(memory, bigger);
    return bigger + 1;
}

static void *memory_malloc(void *context, size_t size) {
    return memory_realloc(context, NULL, size);
}

static void memory_free(void *context, void *data) {
    if (!data) return;
    detach(context, block_of(data));
    free(block_of(data));
}

void gm_json_memory_init(gm_json_memory *memory, size_t limit) {
    memory->blocks = NULL;
    memory->used = 0;
    memory->limit = limit;
    memory->funcs = (yajl_alloc_funcs){memory_malloc, memory_realloc, memory_free, memory};
}

void gm_json_memory_release(gm_json_memory *memory) {
    while (memory->blocks) memory_free(memory, memory->blocks + 1);
}
