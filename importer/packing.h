/* How bytes are packed, told from their beginning. */
#ifndef GM_IMPORTER_PACKING_H
#define GM_IMPORTER_PACKING_H

#include "gomortem/base.h"

typedef enum {
    GM_PACKING_NONE, /* nothing to unpack: a member for the formats */
    GM_PACKING_GZIP, /* compressions: one stream inside */
    GM_PACKING_XZ,
    GM_PACKING_ZSTD,
    GM_PACKING_BZIP2,
    GM_PACKING_LZ4,
    GM_PACKING_UTF8, /* encodings of text, told by a byte order mark */
    GM_PACKING_UTF16_LITTLE,
    GM_PACKING_UTF16_BIG,
    GM_PACKING_TAR, /* archives: members inside */
    GM_PACKING_ZIP,
    GM_PACKING_7ZIP,
    GM_PACKING_CPIO,
} gm_packing;

#define GM_PACKING_BYTES 512 /* what it takes to tell */

gm_packing gm_packing_of(gm_span head);
const char *gm_packing_name(gm_packing packing); /* gzip, tar, ... */
bool gm_packing_is_archive(gm_packing packing);
bool gm_packing_is_text(gm_packing packing);

#endif
