/* SHA-256 on libcrypto.
 *
 * Comes beneath the readers (hash of a member) and import.c (the incident's id). The digest is FIPS 180-4.
 * The functions of openssl/sha.h are used and not those of openssl/evp.h, whose declarations use names that
 * gomortem/banned.h forbids; both run the same code. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "importer/sha256.h"

#include <glib.h>

struct gm_sha256 {
    SHA256_CTX context;
};

gm_sha256 *gm_sha256_new(void) {
    gm_sha256 *hash = g_new0(gm_sha256, 1);
    SHA256_Init(&hash->context);
    return hash;
}

void gm_sha256_free(gm_sha256 *hash) {
    g_free(hash);
}

void gm_sha256_add(gm_sha256 *hash, gm_span bytes) {
    if (bytes.len > 0) SHA256_Update(&hash->context, bytes.data, bytes.len);
}

void gm_sha256_hex(gm_sha256 *hash, char hex[65]) {
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[SHA256_DIGEST_LENGTH];
    SHA256_Final(sum, &hash->context);
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
}
