/* SHA-256 of bytes that come in pieces. */
#ifndef GM_IMPORTER_SHA256_H
#define GM_IMPORTER_SHA256_H

#include "gomortem/base.h"

typedef struct gm_sha256 gm_sha256;

gm_sha256 *gm_sha256_new(void);
void gm_sha256_free(gm_sha256 *hash); /* NULL is allowed */
void gm_sha256_add(gm_sha256 *hash, gm_span bytes);
/* 64 hex digits and a NUL; nothing may be added after that. */
void gm_sha256_hex(gm_sha256 *hash, char hex[65]);

#endif
