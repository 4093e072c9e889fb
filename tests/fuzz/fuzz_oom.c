/* libFuzzer target for importer/logs/oom_*.c and the stamps in front of kernel lines.
 *
 * Every line loses its stamp, is classified and read by the reader of its kind; statistics and rows gather in one
 * report of bounded memory, as oom.c would do without emitting. Checked besides memory errors: that what is read lies
 * inside of the line, and the bounds of names and tables. */
#include <stdlib.h>

#include <math.h>

#include "importer/logs/oom.h"
#include "importer/logs/owner.h"
#include "importer/logs/stamp.h"
#include "importer/text/span.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) abort();
}

static void inside(gm_span part, gm_span whole) {
    if (part.len > 0) require(part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static void read_names(gm_span text) {
    gm_oom_summary summary;
    gm_span task, oom;
    gm_cgroup_owner owner;
    if (gm_oom_read_summary(text, &summary)) {
        inside(summary.constraint, text);
        inside(summary.task, text);
        inside(summary.task_cgroup, text);
        gm_owner_of_cgroup(summary.task_cgroup, summary.task, &owner);
        require(owner.identity.pod_uid.len < sizeof owner.uid);
    }
    if (gm_oom_read_who(text, &task, &oom)) {
        inside(task, text);
        inside(oom, text);
    }
}

static void read_sizes(gm_oom_report *report, gm_arena *arena, const gm_log_line *line) {
    gm_oom_victim victim;
    gm_oom_usage usage;
    bool told, memcg;
    if (gm_oom_read_victim(line, &victim, &told, &memcg)) {
        require(victim.name.len <= GM_OOM_NAME && victim.pid >= 0);
        gm_oom_add_victim(report, arena, &victim);
    }
    if (gm_oom_read_usage(line->text, &usage)) require(usage.usage >= 0);
}

static void read_lists(gm_oom_report *report, gm_arena *arena, gm_oom_kind kind, gm_span text) {
    gm_oom_row row;
    if (kind == GM_OOM_HEAD) gm_oom_read_head(text, &report->table);
    require(report->table.count >= 0 && report->table.count <= GM_OOM_COLUMNS);
    if (kind == GM_OOM_STATS) gm_oom_add_stats(report, arena, text);
    if (gm_oom_is_value(text)) gm_oom_add_value(report, arena, text);
    if (report->table.count > 0 && gm_oom_looks_like_row(text) && gm_oom_read_row(text, &report->table, &row)) {
        require(row.name.len <= GM_OOM_NAME);
        gm_oom_add_row(report, arena, &row);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    gm_span rest = {(const char *)data, size}, line;
    gm_arena *arena = gm_arena_new((size_t)1 << 20);
    gm_oom_report report = {.next = NULL};
    gm_oom_report_clear(&report);
    while (arena && size > 0 && gm_span_cut(&rest, '\n', &line)) {
        gm_stamp stamp;
        gm_span text = line;
        gm_stamp_take(&text, INT64_C(1795426584) * GM_NS_PER_S, &stamp);
        inside(text, line);
        inside(stamp.ident, line);
        gm_log_line out = {.text = text, .t_ns = stamp.t_ns, .boot_s = stamp.boot_s};
        gm_oom_kind kind = gm_oom_classify(text);
        gm_oom_is_cut(kind, text);
        read_names(text);
        read_sizes(&report, arena, &out);
        read_lists(&report, arena, kind, text);
    }
    gm_arena_free(arena);
    return 0;
}
