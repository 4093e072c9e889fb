/* What an import may cost, before anybody asks for more.
 *
 * Comes before everything: bundle.c holds archives to these numbers, the formats hold themselves. They are
 * meant to let every honest bundle through and to stop a hostile one within seconds and a few hundred MiB. */
#include "gomortem/member.h"

const gm_limits gm_limits_default = {
    .member_bytes = INT64_C(4) << 30,
    .total_bytes = INT64_C(16) << 30,
    /* deflate cannot go beyond 1032 and only for a single repeated byte; text histories stay below 100 */
    .ratio = 400,
    .members = 200000,
    .depth = 8,
    .line_bytes = (size_t)1 << 20,
    .string_bytes = (size_t)64 << 10,
    .arena_bytes = (size_t)256 << 20,
    .document_bytes = (size_t)64 << 20,
    .json_depth = 64,
    .series = 1000000,
    .stacks = 2000000,
};
