/* The task table of a kernel OOM report.
 *
 * Comes behind oom.c. Columns came and went with the kernels, so the head line says what a row holds; sizes are
 * pages of 4 KiB except pgtables_bytes. Source: mm/oom_kill.c, dump_tasks and dump_task. */
#include "importer/logs/oom.h"

#include "importer/text/span.h"

enum { PAGE = 4096 };

typedef enum { SKIP, TOTAL_VM, RSS, ANON, FILE_RSS, SHMEM, PTES, PGTABLES, SWAP, SCORE_ADJ, NAME } column;

static column column_of(gm_span word) {
    static const struct {
        const char *word;
        column what;
    } known[] = {
        {"total_vm", TOTAL_VM},
        {"rss", RSS},
        {"rss_anon", ANON},
        {"rss_file", FILE_RSS},
        {"rss_shmem", SHMEM},
        {"nr_ptes", PTES},
        {"nr_pmds", PTES},
        {"nr_puds", PTES},
        {"pgtables_bytes", PGTABLES},
        {"swapents", SWAP},
        {"oom_score_adj", SCORE_ADJ},
        {"name", NAME},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (gm_span_equal(word, gm_span_of(known[i].word))) return known[i].what;
    }
    return SKIP; /* uid, tgid, cpu and oom_adj of old kernels */
}

bool gm_oom_read_head(gm_span text, gm_oom_table *table) {
    gm_span word;
    table->count = 0;
    ptrdiff_t end = gm_span_find_byte(text, ']');
    if (end < 0) return false;
    text = gm_span_from(text, (size_t)end + 1);
    while (table->count < GM_OOM_COLUMNS && gm_span_word(&text, &word))
        table->columns[table->count++] = (unsigned char)column_of(word);
    bool whole = table->count > 0 && table->columns[table->count - 1] == NAME;
    if (!whole) table->count = 0;
    return whole;
}

static bool take_pid(gm_span *text, int64_t *pid) {
    gm_span s = *text;
    if (!gm_span_take_byte(&s, '[')) return false;
    while (gm_span_take_byte(&s, ' ')) {
    }
    if (!gm_span_take_int(&s, pid) || !gm_span_take_byte(&s, ']')) return false;
    *text = s;
    return true;
}

bool gm_oom_looks_like_row(gm_span text) {
    int64_t pid;
    return take_pid(&text, &pid) && gm_span_starts(text, GM_SPAN(" "));
}

static int64_t pages(int64_t count) {
    return count < 0 || count > INT64_MAX / PAGE ? GM_UNKNOWN : count * PAGE;
}

static void set(gm_oom_row *row, column what, int64_t number) {
    switch (what) {
    case TOTAL_VM: row->total_vm = pages(number); break;
    case RSS: row->rss = pages(number); break;
    case ANON: row->anon = pages(number); break;
    case FILE_RSS: row->file = pages(number); break;
    case SHMEM: row->shmem = pages(number); break;
    case SWAP: row->swap = pages(number); break;
    case PGTABLES: row->pgtables = number; break;
    case SCORE_ADJ: row->score_adj = number; break;
    case PTES: /* page tables of several levels */
        if (pages(number) == GM_UNKNOWN) break;
        if (row->pgtables == GM_UNKNOWN) row->pgtables = 0;
        if (__builtin_add_overflow(row->pgtables, pages(number), &row->pgtables)) row->pgtables = GM_UNKNOWN;
        break;
    default: break;
    }
}

bool gm_oom_read_row(gm_span text, const gm_oom_table *table, gm_oom_row *row) {
    *row = (gm_oom_row){.total_vm = GM_UNKNOWN,
                        .rss = GM_UNKNOWN,
                        .anon = GM_UNKNOWN,
                        .file = GM_UNKNOWN,
                        .shmem = GM_UNKNOWN,
                        .pgtables = GM_UNKNOWN,
                        .swap = GM_UNKNOWN,
                        .score_adj = GM_UNKNOWN};
    if (!take_pid(&text, &row->pid)) return false;
    for (int i = 0; i < table->count - 1; i++) {
        gm_span word;
        int64_t number;
        if (!gm_span_word(&text, &word) || !gm_span_int(word, &number)) return false;
        set(row, (column)table->columns[i], number);
    }
    text = gm_span_trim(text);
    gm_oom_name_set(&row->name, text);
    return text.len > 0;
}
