/* A model of an incident with all its tables filled, whose texts are a fuzzer's or "x". */
#ifndef GM_TESTS_FUZZ_RENDER_MODEL_H
#define GM_TESTS_FUZZ_RENDER_MODEL_H

#include <math.h>

#include "gomortem/model.h"

typedef struct {
    bool charts, several, compared, colour;
    bool slugs; /* the words that we write ourselves are a stranger's as well, as in a database that was made up */
    bool page;  /* HTML and XML instead of the other formats: the page takes most of the time */
    bool plain; /* "x" instead of the texts */
    const char *at, *end; /* the texts, cut at NUL */
    const char *begin;
    gm_model *model;
} gm_render_case;

static inline gm_render_case gm_render_case_of(const uint8_t *data, size_t size) {
    const char *begin = (const char *)data + 1;
    return (gm_render_case){.charts = data[0] & 1,
                            .several = data[0] & 2,
                            .compared = data[0] & 4,
                            .colour = data[0] & 8,
                            .slugs = data[0] & 16,
                            .page = data[0] & 32,
                            .at = begin,
                            .begin = begin,
                            .end = begin + size - 1};
}

#define GM_FILL_T0   INT64_C(1795424400000000000)
#define GM_FILL_STEP (INT64_C(60) * GM_NS_PER_S)

/* The next text; they come again from the first one when there are no more. */
static inline const char *gm_fill_text(gm_render_case *c) {
    if (c->at >= c->end) c->at = c->begin;
    size_t len = c->at < c->end ? strnlen(c->at, (size_t)(c->end - c->at)) : 0;
    const char *text = gm_arena_strndup(c->model->arena, c->at, len);
    c->at += len + 1;
    return !c->plain ? text : *text ? "x" : "";
}

/* A word of our own, unless the case says otherwise. */
static inline const char *gm_fill_word(gm_render_case *c, const char *word) {
    const char *text = gm_fill_text(c);
    return c->slugs && *text ? text : word;
}

#define GM_FILL(c, to, count) ((to) = GM_ARENA_NEW((c)->model->arena, __typeof__(*(to)), (count)), (count))

static inline void gm_fill_verdict(gm_render_case *c, gm_model_verdict *v) {
    *v = (gm_model_verdict){.cause = gm_fill_word(c, "go_live_leak"),
                            .family = "go",
                            .level = gm_fill_word(c, "likely"),
                            .severity = gm_fill_word(c, "critical"),
                            .summary = gm_fill_text(c),
                            .site = gm_fill_text(c),
                            .would_change_my_mind = gm_fill_text(c),
                            .confidence = 0.8,
                            .bytes_per_min = 5e6,
                            .from_ns = GM_FILL_T0,
                            .to_ns = GM_FILL_T0 + 60 * GM_FILL_STEP,
                            .eta_ns = GM_FILL_T0,
                            .eta_from_ns = GM_FILL_T0,
                            .eta_to_ns = GM_FILL_T0};
    v->n_contributing = GM_FILL(c, v->contributing, 1);
    v->contributing[0] = (gm_model_cause){gm_fill_word(c, "gogc_high"), gm_fill_text(c), 20};
    v->n_ruled_out = GM_FILL(c, v->ruled_out, 2);
    v->ruled_out[0] = (gm_model_cause){gm_fill_word(c, "page_cache"), gm_fill_text(c), NAN};
    v->ruled_out[1] = (gm_model_cause){gm_fill_word(c, "slab"), gm_fill_text(c), NAN};
}

static inline void gm_fill_findings(gm_render_case *c, gm_model_container *to) {
    static const struct {
        const char *rule, *outcome, *severity;
    } kinds[] = {{"go_live_leak", "fired", "critical"},
                 {"gogc_high", "fired", "low"},
                 {"page_cache", "clean", "info"},
                 {"slab", "not_applicable", "info"},
                 {"swap", "failed", "info"}};
    to->n_findings = GM_FILL(c, to->findings, G_N_ELEMENTS(kinds));
    for (size_t i = 0; i < to->n_findings; i++) {
        gm_model_finding *f = &to->findings[i];
        *f = (gm_model_finding){.rule = gm_fill_word(c, kinds[i].rule),
                                .outcome = kinds[i].outcome,
                                .severity = gm_fill_word(c, kinds[i].severity),
                                .summary = gm_fill_text(c),
                                .remedy = gm_fill_text(c),
                                .life = 1,
                                .confidence = 0.7,
                                .share_pct = 60};
        f->n_evidence = GM_FILL(c, f->evidence, 2);
        for (size_t k = 0; k < 2; k++)
            f->evidence[k] = (gm_model_evidence){k == 1, gm_fill_text(c), gm_fill_text(c), gm_fill_text(c), 5};
    }
}

static inline void gm_fill_kills(gm_render_case *c, gm_model_container *to) {
    to->n_kills = GM_FILL(c, to->kills, 1);
    gm_model_kill *kill = &to->kills[0];
    *kill = (gm_model_kill){GM_FILL_T0,
                            gm_fill_text(c),
                            gm_fill_text(c),
                            gm_fill_text(c),
                            gm_fill_text(c),
                            gm_fill_text(c),
                            1 << 20,
                            1 << 20,
                            1 << 20,
                            1 << 21,
                            1 << 21,
                            3,
                            7,
                            GM_NS_PER_S,
                            1,
                            NULL,
                            0,
                            NULL,
                            0};
    kill->n_stats = GM_FILL(c, kill->stats, 2);
    for (size_t i = 0; i < 2; i++) kill->stats[i] = (gm_model_oom_stat){gm_fill_text(c), 4096};
    kill->n_tasks = GM_FILL(c, kill->tasks, 2);
    for (size_t i = 0; i < 2; i++) kill->tasks[i] = (gm_model_oom_task){gm_fill_text(c), 7, 1 << 20, 1 << 20, 0};
}

/* What charts and tables of growth are made of. */
static inline void gm_fill_history(gm_render_case *c, gm_model_container *to) {
    to->n_points = GM_FILL(c, to->points, 12);
    for (size_t i = 0; i < 12; i++) {
        to->points[i] = (gm_model_point){.t_ns = GM_FILL_T0 + (int64_t)i * GM_FILL_STEP, .life = 1};
        for (int k = 0; k < GM_COL_COUNT; k++)
            to->points[i].value[k] = k % 3 == 2 ? GM_UNKNOWN : (int64_t)(i + 1) << 20;
    }
    to->n_cycles = GM_FILL(c, to->cycles, 4);
    for (size_t i = 0; i < 4; i++)
        to->cycles[i] = (gm_model_gc){
            1, GM_FILL_T0 + (int64_t)i * GM_FILL_STEP, (int64_t)i + 1, 10, 12, 8, 16, 2, {0.1, 5, 0.1}, 3, false};
    to->n_sites = GM_FILL(c, to->sites, 3);
    for (size_t i = 0; i < 3; i++)
        to->sites[i] = (gm_model_site){1, gm_fill_text(c), 1 << 20, (int64_t)(9 - i) << 20, 1e5, 30, true};
    to->n_groups = GM_FILL(c, to->groups, 2);
    for (size_t i = 0; i < 2; i++)
        to->groups[i] = (gm_model_goroutines){1, gm_fill_text(c), gm_fill_text(c), gm_fill_text(c), 5, 500, 90};
    to->n_trends = GM_FILL(c, to->trends, 1);
    to->trends[0] = (gm_model_trend){
        1, gm_fill_text(c), gm_fill_text(c), GM_FILL_T0, GM_FILL_T0 + GM_FILL_STEP, 1e6, 2e6, 1e5, 9, true};
    to->n_growths = GM_FILL(c, to->growths, 2);
    for (size_t i = 0; i < 2; i++)
        to->growths[i] = (gm_model_growth){1, gm_fill_word(c, i ? "go_live" : "anon"), 1 << 20, 5 << 20, 4 << 20, 80};
    to->n_collectors = GM_FILL(c, to->collectors, 1);
    to->collectors[0] = (gm_model_gc_summary){
        1,  gm_fill_text(c), gm_fill_text(c), gm_fill_text(c), 4, 0, 100, 1 << 30, 1 << 20, 2 << 20, 100, 3, 1e6, 5,
        0.2};
    to->n_events = GM_FILL(c, to->events, 3);
    for (size_t i = 0; i < 3; i++)
        to->events[i] = (gm_model_event){GM_FILL_T0 + (int64_t)(i + 1) * GM_FILL_STEP, i ? gm_fill_text(c) : "profile",
                                         gm_fill_text(c)};
    to->flame = (gm_model_flame){.life = 1, .from_ns = GM_FILL_T0, .to_ns = GM_FILL_T0 + GM_FILL_STEP, .n_stacks = 3};
    to->flame.n_frames = GM_FILL(c, to->flame.frames, 4);
    for (int i = 0; i < 4; i++)
        to->flame.frames[i] = (gm_model_frame){gm_fill_text(c), i == 3 ? 1 : i - 1, i == 3 ? 2 : i,
                                               1 << 20,         (8 - i) << 20,      (7 - i) << 20};
}

static inline void gm_fill_side(gm_render_case *c, gm_model_pair_side *side) {
    *side = (gm_model_pair_side){.container_id = 1,
                                 .namespace_name = gm_fill_text(c),
                                 .pod = gm_fill_text(c),
                                 .container = gm_fill_text(c),
                                 .n_containers = 2,
                                 .seconds = 600};
    side->n_points = GM_FILL(c, side->points, 20);
    for (size_t i = 0; i < side->n_points; i++) {
        side->points[i] = (gm_model_diff_point){.since_ns = (int64_t)i * GM_FILL_STEP, .life = i < 10 ? 1 : 2};
        for (int k = 0; k < GM_DIFF_VALUES; k++)
            side->points[i].value[k] = c->charts ? (int64_t)(i + 1) << 24 : GM_UNKNOWN;
    }
}

/* What was compared with a baseline: a number, words and a finding. */
static inline gm_model_pair *gm_fill_pair(gm_render_case *c) {
    gm_model_pair *pair = GM_ARENA_NEW(c->model->arena, gm_model_pair, 1);
    gm_fill_side(c, &pair->a);
    gm_fill_side(c, &pair->b);
    pair->matched_by = gm_fill_word(c, "names"), pair->status = gm_fill_word(c, "worse"),
    pair->windows = gm_fill_word(c, "alike"), pair->summary = gm_fill_text(c);
    pair->n_differences = GM_FILL(c, pair->differences, 4);
    pair->differences[0] = (gm_model_difference){.area = "finding",
                                                 .measure = "severity",
                                                 .judgement = gm_fill_word(c, "new"),
                                                 .severity = gm_fill_word(c, "high"),
                                                 .a_value = NAN,
                                                 .b_value = 3};
    pair->differences[1] = (gm_model_difference){
        .area = "setting", .measure = "", .judgement = gm_fill_word(c, "changed"), .a_value = NAN, .b_value = NAN};
    pair->differences[2] = (gm_model_difference){.area = "site",
                                                 .measure = gm_fill_word(c, "growth"),
                                                 .unit = gm_fill_word(c, "bytes/min"),
                                                 .judgement = gm_fill_word(c, "worse"),
                                                 .a_value = 1e6,
                                                 .b_value = 5e6};
    pair->differences[3] = (gm_model_difference){.area = gm_fill_word(c, "bucket"),
                                                 .measure = "peak",
                                                 .unit = "bytes",
                                                 .judgement = gm_fill_word(c, "unknown"),
                                                 .a_value = NAN,
                                                 .b_value = 5e6};
    for (size_t i = 0; i < pair->n_differences; i++) {
        gm_model_difference *d = &pair->differences[i];
        d->item = gm_fill_text(c), d->text = gm_fill_text(c), d->a_text = gm_fill_text(c), d->b_text = gm_fill_text(c),
        d->a_sql = gm_fill_text(c), d->b_sql = gm_fill_text(c);
        d->rule = i == 0 ? gm_fill_word(c, "go_live_leak") : NULL;
        d->change = d->b_value - d->a_value;
        d->material = i < 3;
    }
    return pair;
}

static inline void gm_fill_container(gm_render_case *c, gm_model_container *to, int64_t id) {
    *to = (gm_model_container){.container_id = id,
                               .namespace_name = gm_fill_text(c),
                               .pod = gm_fill_text(c),
                               .container = gm_fill_text(c),
                               .limit_bytes = 64 << 20};
    to->measures = (gm_model_measures){5e6, 6e7, 3};
    gm_fill_verdict(c, &to->verdict);
    gm_fill_findings(c, to);
    gm_fill_kills(c, to);
    for (int i = 0; i < GM_SOURCES; i++) to->member_of[i] = gm_fill_text(c);
    to->n_lives = GM_FILL(c, to->lives, 1);
    to->lives[0] = (gm_model_life){1, GM_FILL_T0, GM_FILL_T0 + 12 * GM_FILL_STEP, 64 << 20, gm_fill_text(c)};
    if (c->charts) gm_fill_history(c, to);
    if (!c->compared) return;
    to->comparison.status = "worse";
    to->comparison.n_changes = GM_FILL(c, to->comparison.changes, 2);
    to->comparison.changes[0] = (gm_model_change){"new", gm_fill_word(c, "go_live_leak"), "critical", gm_fill_text(c)};
    to->comparison.changes[1] = (gm_model_change){"worse", gm_fill_word(c, "baseline_peak"), "high", gm_fill_text(c)};
    to->comparison.pair = gm_fill_pair(c);
}

static inline void gm_fill_quality(gm_render_case *c, gm_model *model) {
    model->n_members = GM_FILL(c, model->members, 2);
    for (size_t i = 0; i < 2; i++)
        model->members[i] = (gm_model_member){
            gm_fill_text(c), i ? gm_fill_text(c) : NULL, "00", 10, 1, 1, 1, 2, GM_FILL_T0, GM_FILL_T0};
    model->n_diagnostics = (int64_t)(model->n_listed_diagnostics = GM_FILL(c, model->diagnostics, 2));
    for (size_t i = 0; i < 2; i++)
        model->diagnostics[i] = (gm_model_diagnostic){gm_fill_text(c), i ? "error" : "info", gm_fill_text(c), 3};
    model->n_settings = GM_FILL(c, model->settings, 1);
    model->settings[0] = (gm_model_setting){gm_fill_text(c), gm_fill_text(c), gm_fill_text(c)};
    model->n_clocks = GM_FILL(c, model->clocks, 1);
    model->clocks[0] =
        (gm_model_clock){gm_fill_text(c), gm_fill_text(c), gm_fill_text(c), 1, GM_FILL_T0, GM_NS_PER_S, 3};
}

static inline gm_model *gm_render_model_new(gm_render_case *c) {
    gm_model *model = c->model = g_new0(gm_model, 1);
    c->at = c->begin;
    model->arena = gm_arena_new(0);
    model->incident_id = "id";
    model->name = gm_fill_text(c);
    model->tool_version = gm_fill_text(c);
    model->from_ns = GM_FILL_T0;
    model->to_ns = GM_FILL_T0 + 60 * GM_FILL_STEP;
    model->n_containers = GM_FILL(c, model->containers, c->several ? (size_t)2 : (size_t)1);
    for (size_t i = 0; i < model->n_containers; i++) gm_fill_container(c, &model->containers[i], (int64_t)i + 1);
    gm_fill_quality(c, model);
    if (c->compared) {
        model->baseline = (gm_model_baseline){.incident_id = "id", .name = gm_fill_text(c)};
        model->baseline.n_missing = GM_FILL(c, model->baseline.missing, 1);
        model->baseline.missing[0] = gm_fill_text(c);
    }
    return model;
}

#endif
