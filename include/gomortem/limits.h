/* What an import may cost (limits.def). The same table makes the struct, the options of the command line and the
 * incident's import options.
 *
 * A limit that is reached is told in a diagnostic, with its value and the option that raises it, and what was read
 * before is kept. Memory is bound three times: by shares that are counted and thus strike at the same place each
 * time, by the most that SQLite may take, and last by what the system gives to the process. */
#ifndef GOMORTEM_LIMITS_H
#define GOMORTEM_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) type field;
#include "gomortem/limits.def"
#undef GM_LIMIT
} gm_limits;

typedef enum {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) GM_LIMIT_##field,
#include "gomortem/limits.def"
#undef GM_LIMIT
    GM_LIMIT_COUNT
} gm_limit;

typedef enum { GM_LIMIT_UNIT_COUNT, GM_LIMIT_UNIT_SIZE } gm_limit_unit;

typedef struct {
    const char *name; /* of the field */
    const char *flag; /* behind --max-, or NULL */
    gm_limit_unit unit;
    int64_t usual, least, most;
    const char *help;
} gm_limit_row;

extern const gm_limits gm_limits_default;
extern const gm_limit_row gm_limit_rows[GM_LIMIT_COUNT];

int64_t gm_limits_get(const gm_limits *limits, gm_limit limit);
void gm_limits_set(gm_limits *limits, gm_limit limit, int64_t value);
/* The limits with the shares that their memory allows. */
gm_limits gm_limits_within_memory(const gm_limits *limits);

/* The end of a sentence about a refusal. The limit must have a flag. */
#define GM_RAISES           "; --max-%s raises it"
#define GM_RAISED_BY(field) gm_limit_rows[GM_LIMIT_##field].flag

#endif
