/* Call stacks in memory: all stacks of an incident with their functions and whose code they are. */
#ifndef GM_ANALYZER_FRAMES_H
#define GM_ANALYZER_FRAMES_H

#include "gomortem/arena.h"
#include "gomortem/store.h"

typedef enum { GM_CODE_RUNTIME, GM_CODE_STANDARD, GM_CODE_DEPENDENCY, GM_CODE_OWN } gm_code;

typedef struct {
    int64_t function_id;
    size_t index; /* 0.. over all functions: a place in the caller's own arrays */
    const char *name, *file;
    gm_code code;
} gm_function;

typedef struct {
    const gm_function **frames; /* leaf first; NULL for a dangling id */
    size_t n;
} gm_stack;

typedef struct gm_frames gm_frames;

/* Loads functions and locations; stacks are read on demand and kept. Lives in the arena. NULL on error. */
gm_frames *gm_frames_new(gm_store *store, gm_arena *arena, GError **error);
void gm_frames_free(gm_frames *frames);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_frames, gm_frames_free)

size_t gm_frames_functions(const gm_frames *frames); /* how many there are */
size_t gm_frames_stacks(const gm_frames *frames);    /* likewise */

/* The place of a stack among all of the incident, by ascending id; gm_frames_stacks when there is no such stack. */
size_t gm_frames_place(const gm_frames *frames, int64_t stack_id);

/* The stack of an id; n is 0 when there is none. Valid as long as the arena. */
const gm_stack *gm_frames_stack(gm_frames *frames, int64_t stack_id);

/* The first frame of the service's own code from the leaf; else of a dependency; else NULL. */
const gm_function *gm_stack_blame(const gm_stack *stack);

/* The first frame that is not the runtime's, leaf included: what kind of allocation or wait it is. NULL: none. */
const gm_function *gm_stack_leaf(const gm_stack *stack);

/* Whose code a function is, by its name and file alone; modules.c corrects it by where main lies. */
gm_code gm_code_of(const char *function, const char *file);

/* Sets apart the service's own code from modules that are built in: functions[].code of what passed as own. */
void gm_modules_settle(gm_function *functions, size_t n);

#endif
