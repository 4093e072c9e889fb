/* Text that begins with a byte order mark, as UTF-8 without it. */
#ifndef GM_IMPORTER_DECODED_H
#define GM_IMPORTER_DECODED_H

#include "importer/packing.h"
#include "importer/reader.h"

/* A stream over source; packing is one of the text encodings. */
gm_reader *gm_decoded_new(gm_reader *source, gm_packing packing);

#endif
