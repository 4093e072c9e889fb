/* Mutator for the target tsdb: the bytes change inside of a directory's files, and the checksums follow.
 *
 * Without it nearly every change ends at a checksum that does not match. The input is a tar, or a single file; one
 * file is changed by the fuzzer's own means or moved, and all checksums that its layout still shows are written anew.
 * Some inputs keep the wrong ones. Layouts: https://github.com/prometheus/prometheus/tree/main/tsdb/docs/format */
#include "importer/tsdb/bytes.h"
#include "importer/tsdb/records.h"
#include "mutate.h"

enum { BLOCK = 512, NAME = 100, SIZE_AT = 124, SIZE_DIGITS = 11, SUM_AT = 148, TYPE_AT = 156, MAGIC_AT = 257 };
enum { PARTS = 12, PART_MAX = 1 << 16, CHECKSUM = 4, TOC = 52 };

typedef struct {
    char name[NAME + 1];
    uint8_t *data; /* room for PART_MAX bytes */
    size_t len;
} part;

/* --- tar --- */
static bool is_tar(const uint8_t *data, size_t size) {
    return size >= BLOCK && memcmp(data + MAGIC_AT, "ustar", 5) == 0;
}

static void add_part(part *to, const char *name, const uint8_t *data, size_t len) {
    *to = (part){.data = malloc(PART_MAX), .len = len < PART_MAX ? len : PART_MAX};
    if (!to->data) abort();
    memcpy(to->name, name, strnlen(name, NAME));
    if (to->len > 0) memcpy(to->data, data, to->len);
}

static size_t split(const uint8_t *data, size_t size, part parts[PARTS]) {
    size_t n = 0, at = 0;
    while (n < PARTS && at + BLOCK <= size && is_tar(data + at, size - at)) {
        char digits[SIZE_DIGITS + 1] = "";
        memcpy(digits, data + at + SIZE_AT, SIZE_DIGITS);
        size_t len = strtoul(digits, NULL, 8), left = size - at - BLOCK;
        if (len > left) len = left;
        add_part(&parts[n++], (const char *)data + at, data + at + BLOCK, len);
        at += BLOCK + (len + BLOCK - 1) / BLOCK * BLOCK;
    }
    return n;
}

static void put_octal(uint8_t *to, int digits, size_t value) {
    for (to[digits] = '\0'; digits > 0; value /= 8) to[--digits] = (uint8_t)('0' + value % 8);
}

static void put_header(uint8_t *to, const part *file) {
    size_t sum = 0;
    memset(to, 0, BLOCK);
    memcpy(to, file->name, strlen(file->name));
    put_octal(to + NAME, 7, 0644);
    put_octal(to + SIZE_AT, SIZE_DIGITS, file->len);
    memset(to + SUM_AT, ' ', 8);
    to[TYPE_AT] = '0';
    memcpy(to + MAGIC_AT, "ustar\00000", 8);
    for (int i = 0; i < BLOCK; i++) sum += to[i];
    put_octal(to + SUM_AT, 6, sum);
}

/* 0: it does not fit. */
static size_t join(const part *parts, size_t n, uint8_t *data, size_t max_size) {
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        size_t padded = (parts[i].len + BLOCK - 1) / BLOCK * BLOCK;
        if (at + 3 * BLOCK + padded > max_size) return 0;
        put_header(data + at, &parts[i]);
        memset(data + at + BLOCK, 0, padded);
        memcpy(data + at + BLOCK, parts[i].data, parts[i].len);
        at += BLOCK + padded;
    }
    memset(data + at, 0, 2 * BLOCK);
    return at + 2 * BLOCK;
}

/* --- checksums --- */
/* Of data[from, to), written at to; false when there is no room. */
static bool put_sum(part *file, size_t from, size_t to) {
    if (from > to || to + CHECKSUM > file->len) return false;
    uint32_t sum = gm_crc32c(0, file->data + from, to - from);
    for (int i = 0; i < CHECKSUM; i++) file->data[to + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
    return true;
}

static gm_bytes bytes_from(const part *file, size_t at) {
    at = at < file->len ? at : file->len;
    return gm_bytes_of((gm_span){(const char *)file->data + at, file->len - at});
}

/* Entries that are `skipped` bytes, a length, `more` bytes and as many as the length says, then their checksum. It is
 * over all of it, or over what follows the length. */
static void mend_entries(part *file, size_t at, size_t skipped, size_t more, size_t alignment) {
    for (;;) {
        at = (at + alignment - 1) / alignment * alignment;
        gm_bytes bytes = bytes_from(file, at);
        gm_bytes_take(&bytes, skipped);
        uint64_t len = gm_bytes_uvarint(&bytes);
        if (bytes.bad || len > file->len) return;
        size_t begin = file->len - gm_bytes_left(&bytes), end = begin + more + (size_t)len;
        if (!put_sum(file, skipped > 0 ? at : begin, end)) return;
        at = end + CHECKSUM;
    }
}

static void mend_index(part *file) {
    if (file->len < TOC + 5) return;
    put_sum(file, file->len - TOC, file->len - CHECKSUM);
    gm_bytes toc = bytes_from(file, file->len - TOC);
    uint64_t symbols = gm_bytes_fixed(&toc, 8), series = gm_bytes_fixed(&toc, 8);
    if (symbols < file->len) {
        gm_bytes table = bytes_from(file, (size_t)symbols);
        uint64_t len = gm_bytes_fixed(&table, 4);
        if (len <= file->len) put_sum(file, (size_t)symbols + 4, (size_t)(symbols + 4 + len));
    }
    if (series < file->len) mend_entries(file, (size_t)series, 0, 0, file->data[4] > 1 ? 16 : 1);
}

static void mend_log(part *file) {
    for (size_t at = 0; at + GM_RECORDS_FRAGMENT <= file->len;) {
        size_t room = GM_RECORDS_PAGE - at % GM_RECORDS_PAGE;
        size_t len = (size_t)file->data[at + 1] << 8 | file->data[at + 2], begin = at + GM_RECORDS_FRAGMENT;
        if (file->data[at] == 0 || len + GM_RECORDS_FRAGMENT > room) {
            at += room;
            continue;
        }
        if (begin + len > file->len) return;
        uint32_t sum = gm_crc32c(0, file->data + begin, len);
        for (int i = 0; i < CHECKSUM; i++) file->data[at + 3 + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
        at = begin + len;
    }
}

static void mend(part *file) {
    enum { HEAD_CHUNK = 25 };
    static const char magics[][5] = {"\xba\xaa\xd7", "\x85\xbd\x40\xdd", "\x01\x30\xbc\x91", "\x01\x30\xba\x30"};
    if (file->len < 8) return;
    if (memcmp(file->data, magics[0], 4) == 0) mend_index(file);
    else if (memcmp(file->data, magics[1], 4) == 0) mend_entries(file, 8, 0, 1, 1);
    else if (memcmp(file->data, magics[2], 4) == 0) mend_entries(file, 8, HEAD_CHUNK, 0, 1);
    else if (memcmp(file->data, magics[3], 4) == 0) put_sum(file, 5, file->len - CHECKSUM);
    else mend_log(file);
}

/* --- the change --- */
static void change(gm_dice *dice, part *parts, size_t n) {
    size_t at = gm_dice_roll(dice, n);
    if (gm_dice_roll(dice, 16) == 0) { /* files come in any order */
        part moved = parts[at];
        parts[at] = parts[0];
        parts[0] = moved;
        return;
    }
    parts[at].len = LLVMFuzzerMutate(parts[at].data, parts[at].len, PART_MAX);
    if (gm_dice_roll(dice, 16) > 0) mend(&parts[at]);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed) {
    part parts[PARTS];
    gm_dice dice = gm_dice_of(seed);
    bool tar = is_tar(data, size);
    size_t n = tar ? split(data, size, parts) : 1, out = 0;
    if (!tar) add_part(&parts[0], "", data, size);
    change(&dice, parts, n);
    if (tar) {
        out = join(parts, n, data, max_size);
    } else if (parts[0].len <= max_size) {
        out = parts[0].len;
        memcpy(data, parts[0].data, out);
    }
    for (size_t i = 0; i < n; i++) free(parts[i].data);
    return out > 0 ? out : LLVMFuzzerMutate(data, size, max_size);
}
