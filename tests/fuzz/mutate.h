/* What custom mutators share: numbers from their seed, and the fuzzer's own mutation of bytes.
 *
 * A mutator of the target <name> is mutate_<name>.c. libFuzzer calls it instead of its own; replay.c calls it a few
 * times for every input of the corpus, with seeds that are always the same. */
#ifndef GM_TESTS_FUZZ_MUTATE_H
#define GM_TESTS_FUZZ_MUTATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Of libFuzzer, or of replay.c: changes data in place, answers its new size, at most max_size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
/* data has room for max_size bytes. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

typedef struct {
    uint64_t state;
} gm_dice;

static inline gm_dice gm_dice_of(unsigned seed) {
    return (gm_dice){seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
}

static inline uint64_t gm_dice_bits(gm_dice *dice) {
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return dice->state * UINT64_C(0x2545f4914f6cdd1d);
}

/* 0 .. sides - 1; 0 without sides. */
static inline size_t gm_dice_roll(gm_dice *dice, size_t sides) {
    return sides > 0 ? (size_t)(gm_dice_bits(dice) >> 16) % sides : 0;
}

#endif
