/* The table of formats and the choice between them.
 *
 * Comes between bundle.c, which has a member and its head, and the parser of the winning format. Nothing here
 * knows a format by name: formats.def is the list. */
#include "gomortem/format.h"

#define GM_FORMAT(name) extern const gm_format gm_format_##name;
#include "importer/formats.def"
#undef GM_FORMAT

const gm_format *const gm_formats[] = {
#define GM_FORMAT(name) &gm_format_##name,
#include "importer/formats.def"
#undef GM_FORMAT
    NULL,
};

const gm_format *gm_format_choose(const gm_head *head, int *bid, bool *tie) {
    const gm_format *winner = NULL;
    int highest = 0;
    bool tied = false;
    for (const gm_format *const *format = gm_formats; *format; format++) {
        int offer = (*format)->bid(head);
        if (offer < highest || offer <= 0) continue;
        tied = offer == highest;
        if (tied) continue;
        highest = offer;
        winner = *format;
    }
    if (bid) *bid = highest;
    if (tie) *tie = tied;
    return winner;
}
