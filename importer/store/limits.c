/* The table of limits as data, and what follows from one of them for others (limits.h).
 *
 * Comes before everything: the command line sets them, bundle.c holds archives to them, the store its tables, the
 * formats hold themselves. */
#include "gomortem/limits.h"

const gm_limits gm_limits_default = {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) .field = (usual),
#include "gomortem/limits.def"
#undef GM_LIMIT
};

/* An int has fewer bits than the others. */
#define MOST_OF(type) (sizeof(type) < sizeof(int64_t) ? (int64_t)INT32_MAX : INT64_MAX)

const gm_limit_row gm_limit_rows[GM_LIMIT_COUNT] = {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) \
    {#field, flag, GM_LIMIT_UNIT_##unit, (int64_t)(usual), least, MOST_OF(type), help},
#include "gomortem/limits.def"
#undef GM_LIMIT
};

int64_t gm_limits_get(const gm_limits *limits, gm_limit limit) {
    switch (limit) {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) \
    case GM_LIMIT_##field: \
        return (int64_t)limits->field;
#include "gomortem/limits.def"
#undef GM_LIMIT
    default: return 0;
    }
}

void gm_limits_set(gm_limits *limits, gm_limit limit, int64_t value) {
    switch (limit) {
#define GM_LIMIT(type, field, flag, unit, usual, least, help) \
    case GM_LIMIT_##field: \
        limits->field = (type)value; \
        break;
#include "gomortem/limits.def"
#undef GM_LIMIT
    default: break;
    }
}

/* No parser has more than two arenas, and while one works the tables only grow. */
gm_limits gm_limits_within_memory(const gm_limits *limits) {
    static const struct {
        gm_limit limit;
        int64_t share;
    } shares[] = {{GM_LIMIT_arena_bytes, 4}, {GM_LIMIT_document_bytes, 16}, {GM_LIMIT_table_bytes, 4}};
    gm_limits within = *limits;
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        int64_t most = limits->memory / shares[i].share;
        if (gm_limits_get(limits, shares[i].limit) > most) gm_limits_set(&within, shares[i].limit, most);
    }
    return within;
}
