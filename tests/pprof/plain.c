/* What the readers of plain messages take must be what the generated code makes of the same bytes. */
#include "pprof_test.h"

#include "importer/formats/pprof/plain.h"
#include "importer/proto/profile.pb-c.h"

#define ROUNDS 200000

static uint64_t state = 1;

static uint64_t draw(uint64_t below) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

/* A number of any length, sometimes longer than it had to be. */
static size_t put_number(char *to) {
    size_t n = 0, len = draw(4) ? 1 + draw(3) : 1 + draw(11);
    while (n + 1 < len) to[n++] = (char)(0x80 | draw(128));
    to[n++] = (char)draw(128);
    return n;
}

static size_t put_bytes(char *to, int tag, const char *bytes, size_t len) {
    to[0] = (char)tag;
    to[1] = (char)len;
    memcpy(to + 2, bytes, len);
    return len + 2;
}

/* One field of a sample: packed numbers, a label, a number that is not packed, now and then something else. */
static size_t put_field(char *to) {
    char inner[120];
    size_t len = 0;
    switch (draw(8)) {
    case 0:
    case 1:
    case 2:
        for (size_t n = draw(8); n > 0; n--) len += put_number(inner + len);
        return put_bytes(to, draw(2) ? 0x0a : 0x12, inner, len);
    case 3:
    case 4:
        for (int field = 1; field <= 4; field++) {
            if (draw(3) == 0) continue;
            inner[len++] = (char)(field << 3);
            len += put_number(inner + len);
        }
        return put_bytes(to, 0x1a, inner, len);
    case 5: to[0] = draw(2) ? 0x08 : 0x10; return 1 + put_number(to + 1);
    default: to[0] = (char)draw(256); return 1 + put_number(to + 1);
    }
}

static void check(const gm_pprof_plain *plain, const Pprof__Sample *wanted) {
    assert_non_null(wanted);
    assert_int_equal(plain->depth, wanted->n_location_id);
    assert_memory_equal(plain->location_ids, wanted->location_id, plain->depth * sizeof *wanted->location_id);
    assert_int_equal(plain->value_count, wanted->n_value);
    assert_memory_equal(plain->values, wanted->value, plain->value_count * sizeof *wanted->value);
    assert_int_equal(plain->label_count, wanted->n_label);
    for (size_t i = 0; i < plain->label_count; i++) assert_int_equal(plain->label_keys[i], wanted->label[i]->key);
}

/* Damages a message now and then; answers its length. */
static size_t damage(char *bytes, size_t len) {
    if (len > 0 && draw(4) == 0) len -= draw(len);
    if (len > 0 && draw(4) == 0) bytes[draw(len)] = (char)draw(256);
    return len;
}

/* In memory of its own, so that a read beyond the end is seen. */
static gm_span copy_of(const char *bytes, size_t len) {
    char *copy = malloc(len ? len : 1);
    memcpy(copy, bytes, len);
    return (gm_span){copy, len};
}

static void plain_samples_are_what_the_generated_code_reads(void **unused) {
    gm_pprof_plain *plain = calloc(1, sizeof *plain);
    int taken = 0;
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[1024];
        size_t len = 0;
        for (size_t fields = draw(5); fields > 0; fields--) len += put_field(bytes + len);
        gm_span message = copy_of(bytes, damage(bytes, len));
        if (gm_pprof_plain_read(message, plain)) {
            Pprof__Sample *wanted = pprof__sample__unpack(NULL, message.len, (const uint8_t *)message.data);
            check(plain, wanted);
            pprof__sample__free_unpacked(wanted, NULL);
            taken++;
        }
        free((char *)message.data);
    }
    assert_in_range(taken, ROUNDS / 10, ROUNDS - ROUNDS / 10);
    free(plain);
}

/* Numbers by field, some of them left out, some twice. */
static size_t put_numbers(char *to, int highest) {
    size_t len = 0;
    for (size_t n = draw(6); n > 0; n--) {
        to[len++] = (char)((1 + draw((uint64_t)highest)) << 3);
        len += put_number(to + len);
    }
    return len;
}

static size_t put_location_field(char *to) {
    char inner[80];
    switch (draw(3)) {
    case 0: return put_bytes(to, 0x22, inner, put_numbers(inner, 3));
    case 1: to[0] = 0x28; return 1 + put_number(to + 1);
    default: return put_numbers(to, 3);
    }
}

static void plain_locations_are_what_the_generated_code_reads(void **unused) {
    gm_pprof_plain_location plain;
    int taken = 0;
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[1024];
        size_t len = 0;
        for (size_t fields = draw(5); fields > 0; fields--) len += put_location_field(bytes + len);
        gm_span message = copy_of(bytes, damage(bytes, len));
        if (gm_pprof_plain_read_location(message, &plain)) {
            Pprof__Location *wanted = pprof__location__unpack(NULL, message.len, (const uint8_t *)message.data);
            assert_non_null(wanted);
            assert_true(plain.id == wanted->id && plain.mapping_id == wanted->mapping_id &&
                        plain.address == wanted->address);
            assert_int_equal(plain.line_count, wanted->n_line);
            for (size_t i = 0; i < plain.line_count; i++) {
                assert_true(plain.lines[i].function_id == wanted->line[i]->function_id);
                assert_true(plain.lines[i].line == wanted->line[i]->line && plain.lines[i].row == 0);
            }
            pprof__location__free_unpacked(wanted, NULL);
            taken++;
        }
        free((char *)message.data);
    }
    assert_in_range(taken, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

static void plain_functions_are_what_the_generated_code_reads(void **unused) {
    uint64_t plain[6];
    int taken = 0;
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        char bytes[1024];
        gm_span message = copy_of(bytes, damage(bytes, put_numbers(bytes, draw(8) ? 5 : 6)));
        if (gm_pprof_plain_numbers(message, plain, 5)) {
            Pprof__Function *wanted = pprof__function__unpack(NULL, message.len, (const uint8_t *)message.data);
            assert_non_null(wanted);
            assert_true(plain[1] == wanted->id && (int64_t)plain[2] == wanted->name &&
                        (int64_t)plain[3] == wanted->system_name);
            assert_true((int64_t)plain[4] == wanted->filename && (int64_t)plain[5] == wanted->start_line);
            pprof__function__free_unpacked(wanted, NULL);
            taken++;
        }
        free((char *)message.data);
    }
    assert_in_range(taken, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

static void lines_beyond_the_room_are_left_to_the_generated_code(void **unused) {
    gm_pprof_plain_location plain;
    char bytes[2 * (GM_PPROF_PLAIN_LINES + 1)];
    (void)unused;
    for (size_t i = 0; i < sizeof bytes; i += 2) memcpy(bytes + i, "\x22", 2);
    assert_true(gm_pprof_plain_read_location((gm_span){bytes, sizeof bytes - 2}, &plain));
    assert_int_equal(plain.line_count, GM_PPROF_PLAIN_LINES);
    assert_false(gm_pprof_plain_read_location((gm_span){bytes, sizeof bytes}, &plain));
}

static void more_than_there_is_room_for_is_left_to_the_generated_code(void **unused) {
    gm_pprof_plain *plain = calloc(1, sizeof *plain);
    char bytes[2 + GM_PPROF_VALUES_MAX + 1] = {0x12};
    (void)unused;
    bytes[1] = GM_PPROF_VALUES_MAX;
    assert_true(gm_pprof_plain_read((gm_span){bytes, 2 + GM_PPROF_VALUES_MAX}, plain));
    assert_int_equal(plain->value_count, GM_PPROF_VALUES_MAX);
    bytes[1]++;
    assert_false(gm_pprof_plain_read((gm_span){bytes, sizeof bytes}, plain));
    free(plain);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_samples_are_what_the_generated_code_reads),
        cmocka_unit_test(plain_locations_are_what_the_generated_code_reads),
        cmocka_unit_test(plain_functions_are_what_the_generated_code_reads),
        cmocka_unit_test(lines_beyond_the_room_are_left_to_the_generated_code),
        cmocka_unit_test(more_than_there_is_room_for_is_left_to_the_generated_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
