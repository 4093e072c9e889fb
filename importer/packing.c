/* Telling archives and compressions by their magic.
 *
 * Comes for every stream before the bids: what is packed is unpacked by archive.c and looked at again. Names
 * count for nothing, a profile called heap.pb.gz may well be plain. A tar has no magic in its oldest dialect,
 * so its checksum is what shows it: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
 * (ustar), RFC 1952 (gzip), https://tukaani.org/xz/xz-file-format.txt, RFC 8878 (zstd),
 * https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, APPNOTE.TXT 4.3 (zip). */
#include "importer/packing.h"

#include "importer/text/span.h"

enum { TAR_BLOCK = 512, TAR_CHECKSUM = 148, TAR_CHECKSUM_END = 156, CPIO_HEADER = 26 };

static const struct {
    gm_packing packing;
    gm_span magic;
} magics[] = {
    {GM_PACKING_GZIP, {"\x1f\x8b\x08", 3}},
    {GM_PACKING_XZ,
     {"\xfd"
      "7zXZ\0",
      6}},
    {GM_PACKING_ZSTD, {"\x28\xb5\x2f\xfd", 4}},
    {GM_PACKING_LZ4, {"\x04\x22\x4d\x18", 4}},
    {GM_PACKING_ZIP, {"PK\x03\x04", 4}},
    {GM_PACKING_ZIP, {"PK\x05\x06", 4}},
    {GM_PACKING_UTF8, {"\xef\xbb\xbf", 3}},
    {GM_PACKING_7ZIP, {"7z\xbc\xaf\x27\x1c", 6}},
};

static bool is_bzip2(gm_span head) {
    if (head.len < 10 || !gm_span_starts(head, GM_SPAN("BZh")) || head.data[3] < '1' || head.data[3] > '9') {
        return false;
    }
    gm_span block = gm_span_from(head, 4);
    return gm_span_starts(block, GM_SPAN("\x31\x41\x59\x26\x53\x59")) || /* the first block, */
           gm_span_starts(block, GM_SPAN("\x17\x72\x45\x38\x50\x90"));   /* or the end of an empty stream */
}

/* The stored checksum: octal digits, blanks and NULs around them. */
static bool take_octal(gm_span field, int64_t *value) {
    size_t at = 0;
    *value = 0;
    while (at < field.len && field.data[at] == ' ') at++;
    size_t digits = at;
    while (at < field.len && field.data[at] >= '0' && field.data[at] <= '7')
        *value = *value * 8 + (field.data[at++] - '0');
    if (at == digits) return false;
    while (at < field.len && (field.data[at] == ' ' || field.data[at] == '\0')) at++;
    return at == field.len;
}

static bool is_tar(gm_span head) {
    int64_t stored, plain = 0, as_signed = 0; /* some old writers summed signed bytes */
    if (head.len < TAR_BLOCK || head.data[0] == '\0') return false;
    gm_span field = {head.data + TAR_CHECKSUM, TAR_CHECKSUM_END - TAR_CHECKSUM};
    if (!take_octal(field, &stored)) return false;
    for (int i = 0; i < TAR_BLOCK; i++) {
        char byte = i >= TAR_CHECKSUM && i < TAR_CHECKSUM_END ? ' ' : head.data[i];
        plain += (unsigned char)byte;
        as_signed += (signed char)byte;
    }
    return stored == plain || stored == as_signed;
}

static bool is_cpio(gm_span head) {
    static const gm_span text[] = {{"070707", 6}, {"070701", 6}, {"070702", 6}};
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        if (!gm_span_starts(head, text[i])) continue;
        for (size_t at = 6; at < 70; at++) {
            if (at >= head.len || !strchr("0123456789abcdefABCDEF", head.data[at]) || !head.data[at]) return false;
        }
        return true;
    }
    /* The binary dialect has two bytes of magic only: the member's name must lie where its size says. */
    bool little = gm_span_starts(head, GM_SPAN("\xc7\x71")), big = gm_span_starts(head, GM_SPAN("\x71\xc7"));
    if ((!little && !big) || head.len <= CPIO_HEADER) return false;
    unsigned a = (unsigned char)head.data[20], b = (unsigned char)head.data[21];
    size_t size = little ? a | b << 8 : a << 8 | b;
    return size > 1 && CPIO_HEADER + size <= head.len &&
           gm_span_find_byte(gm_span_from(head, CPIO_HEADER), '\0') == (ptrdiff_t)size - 1;
}

/* The mark alone is two bytes; most units of what is read here are ASCII. */
static gm_packing utf16_of(gm_span head) {
    enum { UNITS = 32 };
    bool little = gm_span_starts(head, GM_SPAN("\xff\xfe")), big = gm_span_starts(head, GM_SPAN("\xfe\xff"));
    size_t ascii = 0, units = head.len / 2 - (head.len >= 2);
    if ((!little && !big) || units == 0) return GM_PACKING_NONE;
    if (units > UNITS) units = UNITS;
    for (size_t i = 1; i <= units; i++) {
        char low = head.data[2 * i + big], high = head.data[2 * i + little];
        ascii += high == '\0' && low > 0;
    }
    if (ascii * 2 < units) return GM_PACKING_NONE;
    return little ? GM_PACKING_UTF16_LITTLE : GM_PACKING_UTF16_BIG;
}

gm_packing gm_packing_of(gm_span head) {
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        if (gm_span_starts(head, magics[i].magic)) return magics[i].packing;
    }
    if (is_bzip2(head)) return GM_PACKING_BZIP2;
    gm_packing utf16 = utf16_of(head);
    if (utf16 != GM_PACKING_NONE) return utf16;
    if (is_cpio(head)) return GM_PACKING_CPIO;
    return is_tar(head) ? GM_PACKING_TAR : GM_PACKING_NONE;
}

const char *gm_packing_name(gm_packing packing) {
    static const char *const names[] = {
        [GM_PACKING_NONE] = "none",
        [GM_PACKING_GZIP] = "gzip",
        [GM_PACKING_XZ] = "xz",
        [GM_PACKING_ZSTD] = "zstd",
        [GM_PACKING_BZIP2] = "bzip2",
        [GM_PACKING_LZ4] = "lz4",
        [GM_PACKING_TAR] = "tar",
        [GM_PACKING_ZIP] = "zip",
        [GM_PACKING_7ZIP] = "7zip",
        [GM_PACKING_CPIO] = "cpio",
        [GM_PACKING_UTF8] = "utf-8-mark",
        [GM_PACKING_UTF16_LITTLE] = "utf-16le",
        [GM_PACKING_UTF16_BIG] = "utf-16be",
    };
    return names[packing];
}

bool gm_packing_is_archive(gm_packing packing) {
    return packing >= GM_PACKING_TAR;
}

bool gm_packing_is_text(gm_packing packing) {
    return packing >= GM_PACKING_UTF8 && packing < GM_PACKING_TAR;
}
