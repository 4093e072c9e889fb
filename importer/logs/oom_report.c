/* One kernel OOM report as it is gathered, and its rows.
 *
 * Comes between oom.c, which decides where a report begins and ends, and the store. Reports are used again for the
 * next one, so a log of any length needs the memory of its largest report. The cgroup's statistics and the task
 * table hang on the first victim; victims of one group kill share what the report says about the cgroup. */
#include "importer/logs/oom.h"

#include <math.h>

#include "importer/logs/owner.h"
#include "importer/text/span.h"

enum { FEW = 8, MOST = 65536, LONGEST_TEXT = 4096 };

static void usage_clear(gm_oom_usage *usage) {
    *usage = (gm_oom_usage){.usage = GM_UNKNOWN, .limit = GM_UNKNOWN, .failcnt = GM_UNKNOWN};
}

void gm_oom_report_clear(gm_oom_report *r) {
    r->first = r->last = (gm_log_line){.t_ns = GM_UNKNOWN, .boot_s = NAN};
    r->constraint.len = r->oom_cgroup.len = r->task_cgroup.len = r->invoked_by.len = 0;
    usage_clear(&r->memory);
    usage_clear(&r->memsw);
    usage_clear(&r->swap);
    usage_clear(&r->kmem);
    r->victim_count = r->row_count = r->value_count = r->group_count = 0;
    r->has_lines = r->has_header = r->has_choice = r->has_summary = r->is_group = r->nobody = false;
    r->in_stats = false;
    r->table.count = 0;
    r->next = NULL;
}

/* --- keeping --- */
bool gm_oom_text_set(gm_oom_text *text, gm_arena *arena, gm_span value) {
    value = gm_span_first(value, LONGEST_TEXT);
    if (value.len > text->size) {
        size_t size = text->size ? text->size : 64;
        while (size < value.len) size *= 2;
        char *data = gm_arena_alloc(arena, size);
        if (!data) return false;
        text->data = data;
        text->size = size;
    }
    if (value.len > 0) memcpy(text->data, value.data, value.len);
    text->len = value.len;
    return true;
}

/* The array that has room for one more item after count; NULL when memory or the bound is reached. */
static void *room(void *items, size_t count, size_t *size, size_t item, gm_arena *arena) {
    if (count < *size) return items;
    size_t bigger = *size ? *size * 2 : FEW;
    if (bigger > MOST) return NULL;
    void *made = gm_arena_calloc(arena, bigger, item);
    if (!made) return NULL;
    if (count > 0) memcpy(made, items, count * item);
    *size = bigger;
    return made;
}

bool gm_oom_add_victim(gm_oom_report *r, gm_arena *arena, const gm_oom_victim *victim) {
    /* the victim of a group kill is named again when its group goes */
    for (size_t i = 0; i < r->victim_count; i++) {
        if (r->victims[i].pid == victim->pid) return true;
    }
    gm_oom_victim *made = room(r->victims, r->victim_count, &r->victim_size, sizeof *made, arena);
    if (!made) return false;
    r->victims = made;
    r->victims[r->victim_count++] = *victim;
    return true;
}

bool gm_oom_add_row(gm_oom_report *r, gm_arena *arena, const gm_oom_row *row) {
    gm_oom_row *made = room(r->rows, r->row_count, &r->row_size, sizeof *made, arena);
    if (!made) return false;
    r->rows = made;
    r->rows[r->row_count++] = *row;
    return true;
}

static bool add_group(gm_oom_report *r, gm_arena *arena, gm_span cgroup) {
    gm_oom_text *made = room(r->groups, r->group_count, &r->group_size, sizeof *made, arena);
    if (!made) return false;
    r->groups = made;
    return gm_oom_text_set(&r->groups[r->group_count++], arena, cgroup);
}

static bool keep_value(gm_oom_report *r, gm_arena *arena, gm_span key, int64_t value) {
    gm_oom_value *made = room(r->values, r->value_count, &r->value_size, sizeof *made, arena);
    if (!made || r->group_count == 0) return false;
    r->values = made;
    gm_oom_value *kept = &r->values[r->value_count++];
    key = gm_span_first(key, GM_OOM_KEY);
    memcpy(kept->key, key.data, key.len);
    kept->key_len = (unsigned char)key.len;
    kept->group = (uint32_t)(r->group_count - 1);
    kept->value = value;
    return true;
}

/* "rss:613460KB", in bytes */
static bool read_pair(gm_span pair, gm_span *key, int64_t *bytes) {
    return gm_span_cut(&pair, ':', key) && key->len > 0 && gm_span_take_int(&pair, bytes) &&
           gm_span_equal(pair, GM_SPAN("KB")) && !__builtin_mul_overflow(*bytes, 1024, bytes);
}

bool gm_oom_add_stats(gm_oom_report *r, gm_arena *arena, gm_span text) {
    gm_span_take(&text, GM_SPAN("Memory cgroup stats for "));
    ptrdiff_t pairs = gm_span_find(text, GM_SPAN(": "));
    gm_span cgroup = gm_span_trim(gm_span_first(text, pairs < 0 ? text.len : (size_t)pairs));
    if (pairs < 0 && cgroup.len > 0 && cgroup.data[cgroup.len - 1] == ':') cgroup.len--;
    if (!add_group(r, arena, cgroup)) return false;
    r->in_stats = pairs < 0;
    gm_span rest = gm_span_from(text, pairs < 0 ? text.len : (size_t)pairs + 2), pair, key;
    int64_t bytes;
    while (gm_span_word(&rest, &pair)) {
        if (read_pair(pair, &key, &bytes) && !keep_value(r, arena, key, bytes)) return false;
    }
    return true;
}

static bool read_value(gm_span text, gm_span *key, int64_t *value) {
    gm_span number;
    if (!gm_span_word(&text, key) || !gm_span_word(&text, &number)) return false;
    for (size_t i = 0; i < key->len; i++) {
        char c = key->data[i];
        if (!(c >= 'a' && c <= 'z') && !(i > 0 && c >= '0' && c <= '9') && c != '_') return false;
    }
    return gm_span_int(number, value) && gm_span_trim(text).len == 0;
}

bool gm_oom_is_value(gm_span text) {
    gm_span key;
    int64_t value;
    return read_value(text, &key, &value);
}

bool gm_oom_add_value(gm_oom_report *r, gm_arena *arena, gm_span text) {
    gm_span key;
    int64_t value;
    return read_value(text, &key, &value) && keep_value(r, arena, key, value);
}

bool gm_oom_is_kill(const gm_oom_report *r) {
    if (r->victim_count > 0) return true;
    if (r->nobody) return false;
    return r->has_choice || r->has_summary || r->has_header || r->task_cgroup.len > 0 || r->value_count > 0 ||
           r->memory.usage != GM_UNKNOWN;
}

/* --- rows --- */
static gm_span span_of(const gm_oom_text *text) {
    return (gm_span){text->data, text->len};
}

static gm_status emit_values(const gm_oom_report *r, gm_store *store, int64_t id) {
    for (size_t i = 0; i < r->value_count; i++) {
        const gm_oom_value *v = &r->values[i];
        gm_span key = {v->key, v->key_len};
        gm_status status = gm_emit_oom_stat(store, id, span_of(&r->groups[v->group]), key, v->value);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

static gm_status emit_tasks(const gm_oom_report *r, gm_store *store, int64_t id) {
    for (size_t i = 0; i < r->row_count; i++) {
        const gm_oom_row *row = &r->rows[i];
        gm_oom_task task = {.pid = row->pid,
                            .total_vm_bytes = row->total_vm,
                            .rss_bytes = row->rss,
                            .rss_anon_bytes = row->anon,
                            .rss_file_bytes = row->file,
                            .rss_shmem_bytes = row->shmem,
                            .pgtables_bytes = row->pgtables,
                            .swap_bytes = row->swap,
                            .oom_score_adj = row->score_adj,
                            .name = gm_oom_name_span(&row->name)};
        gm_status status = gm_emit_oom_task(store, id, &task);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}

/* cgroup v2 prints swap by itself, v1 memory and swap together. */
static int64_t swap_of(const gm_oom_report *r) {
    if (r->swap.usage != GM_UNKNOWN) return r->swap.usage;
    if (r->memsw.usage == GM_UNKNOWN || r->memory.usage == GM_UNKNOWN) return GM_UNKNOWN;
    return r->memsw.usage < r->memory.usage ? GM_UNKNOWN : r->memsw.usage - r->memory.usage;
}

static int64_t wall_time(const gm_oom_victim *v, int64_t boot_zero_ns) {
    if (v->t_ns != GM_UNKNOWN || boot_zero_ns == GM_UNKNOWN || isnan(v->boot_s)) return v->t_ns;
    double since_boot_ns = v->boot_s * 1e9;
    int64_t sum;
    if (since_boot_ns > 1e18 || __builtin_add_overflow(boot_zero_ns, (int64_t)since_boot_ns, &sum)) return GM_UNKNOWN;
    return sum;
}

static gm_status emit_victim(const gm_oom_report *r, const gm_oom_victim *v, gm_log *log, int64_t boot_zero_ns,
                             int64_t *id) {
    gm_store *store = gm_log_member(log)->store;
    gm_span cgroup = span_of(r->task_cgroup.len ? &r->task_cgroup : &r->oom_cgroup);
    gm_cgroup_owner owner;
    gm_oom_kill kill = {.line = v->line,
                        .t_ns = wall_time(v, boot_zero_ns),
                        .boot_s = v->boot_s,
                        .constraint = span_of(&r->constraint),
                        .oom_cgroup = span_of(&r->oom_cgroup),
                        .task_cgroup = span_of(&r->task_cgroup),
                        .invoked_by = span_of(&r->invoked_by),
                        .victim = gm_oom_name_span(&v->name),
                        .pid = v->pid,
                        .total_vm_bytes = v->total_vm,
                        .anon_rss_bytes = v->anon_rss,
                        .file_rss_bytes = v->file_rss,
                        .shmem_rss_bytes = v->shmem_rss,
                        .pgtables_bytes = v->pgtables,
                        .oom_score_adj = v->score_adj,
                        .usage_bytes = r->memory.usage,
                        .limit_bytes = r->memory.limit,
                        .failcnt = r->memory.failcnt,
                        .kmem_bytes = r->kmem.usage,
                        .swap_bytes = swap_of(r)};
    gm_span process = kill.victim.len ? kill.victim : kill.invoked_by;
    gm_owner_of_cgroup(cgroup, process, &owner);
    bool nameless = owner.identity.level == GM_LEVEL_UNNAMED && process.len == 0;
    gm_status status = nameless ? gm_log_identity(log, &r->first, &kill.identity_id)
                                : gm_emit_identity(store, &owner.identity, &kill.identity_id);
    return status == GM_OK ? gm_emit_oom_kill(store, &kill, id) : status;
}

/* A report without a kill line still has the process that was chosen, or at least that somebody asked. */
static gm_oom_victim stand_in(const gm_oom_report *r) {
    gm_oom_victim nobody;
    gm_oom_victim_init(&nobody, &r->first);
    return r->has_choice || r->has_summary ? r->chosen : nobody;
}

gm_status gm_oom_emit(const gm_oom_report *r, gm_log *log, int64_t boot_zero_ns) {
    gm_store *store = gm_log_member(log)->store;
    gm_oom_victim other = stand_in(r);
    const gm_oom_victim *victims = r->victim_count > 0 ? r->victims : &other;
    size_t count = r->victim_count > 0 ? r->victim_count : 1;
    for (size_t i = 0; i < count; i++) {
        int64_t id;
        gm_status status = emit_victim(r, &victims[i], log, boot_zero_ns, &id);
        if (status == GM_OK && i == 0) status = emit_values(r, store, id);
        if (status == GM_OK && i == 0) status = emit_tasks(r, store, id);
        if (status != GM_OK) return status;
    }
    return GM_OK;
}
