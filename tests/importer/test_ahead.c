/* A thread that unpacks ahead changes nothing: streams are walked with and without one, and all that is seen, stored
 * and complained about is compared. */
#include "bundle_test.h"

#include "importer/ahead.h"

#include <glib/gstdio.h>
#include <unistd.h>

enum { TEXT_BYTES = 2 << 20 };

typedef struct {
    int64_t member_bytes, total_bytes, ratio; /* 0: as by default */
    size_t taken;                             /* bytes after which the taker has enough; 0: all */
    int interrupt_after;                      /* blocks; 0: never */
} conditions;

static conditions now;
static volatile bool interrupted;

/* Like the helpers' take, but hashes, may stop early and may be interrupted. */
static gm_status take(void *context, const gm_bundle_member *member, gm_member_end *end) {
    gm_test_walk *test = context;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA1);
    size_t len = 0;
    gm_span block;
    gm_status status;
    int blocks = 0;
    (void)end;
    while ((status = gm_reader_next(member->reader, &block)) == GM_OK) {
        g_checksum_update(sum, (const guchar *)block.data, (gssize)block.len);
        len += block.len;
        if (now.interrupt_after > 0 && ++blocks == now.interrupt_after) interrupted = true;
        if (now.taken > 0 && len >= now.taken) break;
    }
    g_string_append_printf(test->seen, "%.*s %zu %s %d\n", (int)member->path.len, member->path.data, len,
                           g_checksum_get_string(sum), (int)status);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

static gm_reader *open_bytes(gm_job *job, gm_span bytes) {
    char path[] = "/tmp/gomortem-ahead-XXXXXX";
    int fd = g_mkstemp(path);
    assert_true(fd >= 0);
    g_unlink(path);
    for (size_t at = 0; at < bytes.len;) {
        ssize_t put = write(fd, bytes.data + at, bytes.len - at);
        assert_true(put > 0);
        at += (size_t)put;
    }
    return gm_reader_file(job, fd, true);
}

static char *walk(gm_span bytes, bool alone) {
    gm_test_walk test;
    gm_test_walk_init(&test);
    if (now.member_bytes) test.limits.member_bytes = now.member_bytes;
    if (now.total_bytes) test.limits.total_bytes = now.total_bytes;
    if (now.ratio) test.limits.ratio = now.ratio;
    interrupted = false;
    test.job.alone = alone;
    test.job.interrupted = &interrupted;
    test.walk.take = take;
    gm_status status =
        gm_walk_stream(&test.walk, open_bytes(&test.job, bytes), GM_SPAN("single"), GM_SPAN(""), GM_UNKNOWN);
    g_string_append_printf(test.seen, "%d %s %" G_GINT64_FORMAT " %d%d%d\n", (int)status,
                           test.job.error ? test.job.error->message : "-", test.job.total_bytes, test.job.stopped,
                           test.job.lost, test.job.cut);
    g_autofree char *members =
        gm_test_rows(test.store, "SELECT path, format, encoding, bytes, sha256, records FROM member");
    g_autofree char *complaints = gm_test_rows(test.store, "SELECT severity, byte_offset, text FROM diagnostic");
    g_string_append(test.seen, members);
    g_string_append(test.seen, complaints);
    char *seen = g_strdup(test.seen->str);
    gm_test_walk_release(&test);
    return seen;
}

static void compare(gm_span bytes, conditions under) {
    now = under;
    g_autofree char *wanted = walk(bytes, true), *found = walk(bytes, false);
    assert_string_equal(found, wanted);
}

/* Text that packs to about a half. */
static GByteArray *text(void) {
    GByteArray *bytes = g_byte_array_sized_new(TEXT_BYTES);
    uint64_t state = 1;
    for (guint i = 0; i < TEXT_BYTES; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        guint8 letter = (guint8)("0123456789abcde\n"[state >> 60]);
        g_byte_array_append(bytes, &letter, 1);
    }
    return bytes;
}

static void under_all_conditions(gm_span packed) {
    compare(packed, (conditions){0});
    compare(packed, (conditions){.member_bytes = 1600 << 10});
    compare(packed, (conditions){.member_bytes = 300 << 10});
    compare(packed, (conditions){.total_bytes = 1600 << 10});
    compare(packed, (conditions){.taken = 1600 << 10});
    compare(packed, (conditions){.taken = TEXT_BYTES - 1});
    compare((gm_span){packed.data, packed.len - 5}, (conditions){0});
    compare((gm_span){packed.data, packed.len / 2}, (conditions){0});
    compare((gm_span){packed.data, packed.len / 2}, (conditions){.taken = 1100 << 10});
}

static void every_compression_reads_the_same(void **state) {
    static const char *const filters[] = {"gzip", "zstd", "xz", "bzip2", "lz4"};
    GByteArray *plain = text();
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(filters); i++) {
        GByteArray *packed = gm_pack_raw(filters[i], gm_bytes(plain));
        if (i < 2) under_all_conditions(gm_bytes(packed));
        else compare(gm_bytes(packed), (conditions){0});
        packed->data[packed->len * 2 / 3] ^= 0x55; /* damaged where the thread works */
        compare(gm_bytes(packed), (conditions){0});
        g_byte_array_free(packed, TRUE);
    }
    g_byte_array_free(plain, TRUE);
}

static void archives_read_the_same(void **state) {
    GByteArray *plain = text(), *inner = gm_pack_raw("gzip", gm_bytes(plain));
    gm_packer packer = gm_packer_new("gnutar", "gzip", NULL);
    (void)state;
    gm_packer_add(&packer, "a.log", gm_bytes(plain));
    gm_packer_add(&packer, "b.log.gz", gm_bytes(inner));
    gm_packer_add(&packer, "c.log", GM_SPAN("the last"));
    GByteArray *packed = gm_packer_end(&packer);
    g_byte_array_append(packed, (const guint8 *)"behind the end", 14);
    under_all_conditions(gm_bytes(packed));
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(inner, TRUE);
    g_byte_array_free(plain, TRUE);
}

static void a_bomb_is_refused_at_the_same_byte(void **state) {
    GByteArray *zeros = g_byte_array_new();
    (void)state;
    g_byte_array_set_size(zeros, 32 << 20);
    memset(zeros->data, 0, zeros->len);
    GByteArray *packed = gm_pack_raw("gzip", gm_bytes(zeros));
    g_byte_array_append(packed, zeros->data, 3 << 20); /* which is drained behind it */
    compare(gm_bytes(packed), (conditions){0});
    compare(gm_bytes(packed), (conditions){.ratio = 20});
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(zeros, TRUE);
}

static void an_interruption_ends_it(void **state) {
    GByteArray *plain = text(), *packed = gm_pack_raw("gzip", gm_bytes(plain));
    (void)state;
    now = (conditions){.interrupt_after = 20};
    g_autofree char *seen = walk(gm_bytes(packed), false);
    assert_non_null(strstr(seen, "interrupted"));
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(plain, TRUE);
}

/* --- a pipe --- */
typedef struct {
    gm_span bytes;
    int fd;
} pouring;

static gpointer pour(gpointer data) {
    pouring *from = data;
    for (size_t at = 0; at < from->bytes.len;) {
        ssize_t put = write(from->fd, from->bytes.data + at, MIN(from->bytes.len - at, (size_t)5000));
        if (put <= 0) break;
        at += (size_t)put;
    }
    close(from->fd);
    return NULL;
}

static void a_pipe_reads_the_same(void **state) {
    GByteArray *plain = text(), *packed = gm_pack_raw("gzip", gm_bytes(plain));
    gm_test_walk test;
    int ends[2];
    (void)state;
    assert_int_equal(pipe(ends), 0);
    pouring from = {gm_bytes(packed), ends[1]};
    GThread *thread = g_thread_new("pour", pour, &from);
    now = (conditions){0};
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA1, plain->data, plain->len);
    gm_test_walk_init(&test);
    test.walk.take = take;
    assert_int_equal(gm_walk_stream(&test.walk, gm_reader_file(&test.job, ends[0], true), GM_SPAN("single"),
                                    GM_SPAN(""), GM_UNKNOWN),
                     GM_OK);
    assert_non_null(strstr(test.seen->str, sum));
    gm_test_walk_release(&test);
    g_thread_join(thread);
    g_byte_array_free(packed, TRUE);
    g_byte_array_free(plain, TRUE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_compression_reads_the_same),
        cmocka_unit_test(archives_read_the_same),
        cmocka_unit_test(a_bomb_is_refused_at_the_same_byte),
        cmocka_unit_test(an_interruption_ends_it),
        cmocka_unit_test(a_pipe_reads_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
