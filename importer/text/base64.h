/* Base64, standard and URL alphabet, blanks and line ends passed over. */
#ifndef GM_IMPORTER_TEXT_BASE64_H
#define GM_IMPORTER_TEXT_BASE64_H

#include "gomortem/arena.h"
#include "gomortem/base.h"

/* False when another byte is in it, when nothing is, or when memory is out. */
bool gm_base64_decode(gm_arena *arena, gm_span text, gm_span *bytes);

#endif
