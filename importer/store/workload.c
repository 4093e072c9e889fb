/* The workload behind a pod's name (workload.h). In the bottom layer, because the comparison of incidents and the
 * reports must agree on it.
 *
 * Names that controllers make up: https://github.com/kubernetes/apimachinery, util/rand: letters without vowels, and
 * digits; a replica set's hash has up to ten of them, a pod's suffix five, a cron job's time eight digits or more. */
#include "gomortem/workload.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#define SUFFIX_LENGTH   5
#define HASH_SHORTEST   6
#define HASH_LONGEST    10
#define ORDINAL_LONGEST 4

typedef struct {
    size_t length;
    bool digit, letter, vowel, other;
} gm_word;

static gm_word look_at(const char *word) {
    gm_word seen = {.length = strlen(word)};
    for (const char *p = word; *p; p++) {
        seen.digit |= g_ascii_isdigit(*p);
        seen.letter |= g_ascii_islower(*p);
        seen.vowel |= strchr("aeiouy", *p) != NULL;
        seen.other |= !g_ascii_isdigit(*p) && !g_ascii_islower(*p);
    }
    return seen;
}

static bool is_suffix(const char *word) {
    gm_word seen = look_at(word);
    return seen.length == SUFFIX_LENGTH && !seen.other && (seen.digit || !seen.vowel);
}

static bool is_hash(const char *word) {
    gm_word seen = look_at(word);
    return seen.length >= HASH_SHORTEST && seen.length <= HASH_LONGEST && seen.digit && !seen.vowel && !seen.other;
}

static bool is_ordinal(const char *word) {
    gm_word seen = look_at(word);
    return seen.length >= 1 && seen.length <= ORDINAL_LONGEST && seen.digit && !seen.letter && !seen.other;
}

/* Takes off the last word if it is one of those; the first word always stays. */
static bool take_off(char *name, bool (*fits)(const char *word)) {
    char *dash = strrchr(name, '-');
    if (!dash || dash == name || !fits(dash + 1)) return false;
    *dash = '\0';
    return true;
}

char *gm_workload_name(const char *pod) {
    char *name = g_strdup(pod ? pod : "");
    if (take_off(name, is_suffix)) take_off(name, is_hash);
    else take_off(name, is_ordinal);
    return name;
}
