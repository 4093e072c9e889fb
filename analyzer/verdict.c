/* Weighs a life's findings into one cause, and the lives of a container into one verdict. After the rules.
 *
 * A cause that calls for action goes before one that is harmless, whatever their shares. Among those the product of
 * confidence and explained growth decides, and the order of rules.def between equals. What else fired contributes;
 * what was looked at and is clean is ruled out; what could not be checked is neither. */
#include "gomortem/verdict.h"

#include "analyzer/forecast.h"
#include "analyzer/verdict_text.h"

#include <math.h>
#include <stdlib.h>

#define ACTION_CONFIDENCE 0.4
#define UNKNOWN_SHARE     0.8 /* weight of a cause that explains no growth by its nature, e.g. a setting */

const char *gm_level_of(double confidence) {
    if (confidence >= 0.9) return "confirmed";
    if (confidence >= 0.7) return "likely";
    return confidence >= 0.4 ? "suspected" : "insufficient";
}

static bool is_fallback(const gm_rule *rule) {
    return strcmp(rule->family, "none") == 0;
}

static double score(const gm_finding *finding) {
    bool action = finding->severity >= GM_SEV_MEDIUM && finding->confidence >= ACTION_CONFIDENCE;
    double share = isnan(finding->share_pct) ? UNKNOWN_SHARE : fmin(fmax(finding->share_pct, 20), 100) / 100;
    return (action ? 10 : 0) + finding->confidence * share;
}

static int find_rule(const char *slug) {
    for (int i = 0; gm_rules[i]; i++)
        if (strcmp(gm_rules[i]->slug, slug) == 0) return i;
    return -1;
}

/* No cause by itself: a risk as long as nothing else speaks for an incident, and a weak doubt about the record. */
static bool is_aside(const gm_rule *rule, const gm_finding *finding, bool quiet) {
    bool risk = quiet && rule->is_risk && finding->severity < GM_SEV_MEDIUM;
    return risk || (finding->share_pct == 0 && finding->confidence < ACTION_CONFIDENCE);
}

static int choose(const gm_finding *findings) {
    int best = -1, none = find_rule("none");
    bool quiet = none >= 0 && findings[none].outcome == GM_FIRED;
    for (int i = 0; gm_rules[i]; i++) {
        if (findings[i].outcome != GM_FIRED || !gm_rules[i]->is_cause || is_fallback(gm_rules[i])) continue;
        if (is_aside(gm_rules[i], &findings[i], quiet)) continue;
        if (best < 0 || score(&findings[i]) > score(&findings[best]) + 1e-9) best = i;
    }
    if (best >= 0 && (!quiet || findings[best].confidence >= ACTION_CONFIDENCE)) return best;
    return quiet ? none : find_rule("insufficient_evidence");
}

/* The largest part of the growth first; what explains none by its nature comes last. */
static int by_share(const void *a, const void *b) {
    const gm_other_cause *x = a, *y = b;
    double left = isnan(x->share_pct) ? -1 : x->share_pct, right = isnan(y->share_pct) ? -1 : y->share_pct;
    if (left != right) return left > right ? -1 : 1;
    return strcmp(x->cause, y->cause);
}

/* A share of exactly 0 says that the finding explains no growth: it doubts the record and contributes nothing. */
static void collect_others(const gm_facts *facts, const gm_finding *findings, int chosen, gm_verdict *verdict) {
    size_t n = 0;
    while (gm_rules[n]) n++;
    verdict->contributing = GM_ARENA_NEW(facts->arena, gm_other_cause, n);
    verdict->ruled_out = GM_ARENA_NEW(facts->arena, gm_other_cause, n);
    for (size_t i = 0; i < n; i++) {
        if ((int)i == chosen || !gm_rules[i]->is_cause || is_fallback(gm_rules[i])) continue;
        gm_other_cause cause = {gm_rules[i]->slug, findings[i].share_pct, findings[i].summary};
        if (findings[i].outcome == GM_FIRED && findings[i].share_pct != 0)
            verdict->contributing[verdict->n_contributing++] = cause;
        if (findings[i].outcome == GM_CLEAN) verdict->ruled_out[verdict->n_ruled_out++] = cause;
    }
    qsort(verdict->contributing, verdict->n_contributing, sizeof *verdict->contributing, by_share);
}

void gm_verdict_weigh(const gm_facts *facts, const gm_finding *findings, gm_verdict *verdict) {
    int chosen = choose(findings);
    const gm_rule *rule = gm_rules[chosen];
    const gm_finding *finding = &findings[chosen];
    bool fallback = finding->outcome != GM_FIRED; /* nothing fired, not even "too little recorded" */
    *verdict = (gm_verdict){.life = facts->life->life,
                            .cause = rule->slug,
                            .family = rule->family,
                            .severity = finding->severity,
                            .site = finding->site,
                            .from_ns = facts->life->from_ns,
                            .to_ns = facts->life->to_ns,
                            .bytes_per_min = finding->bytes_per_min,
                            .eta_ns = GM_UNKNOWN,
                            .eta_from_ns = GM_UNKNOWN,
                            .eta_to_ns = GM_UNKNOWN};
    verdict->confidence = fallback ? fmin(0.35, facts->confidence_cap) : fmax(0, finding->confidence);
    if (fallback && facts->n_kills) verdict->severity = GM_SEV_MEDIUM;
    verdict->level = gm_level_of(verdict->confidence);
    gm_forecast_verdict(facts, finding, verdict);
    collect_others(facts, findings, chosen, verdict);
    verdict->summary = gm_verdict_summary(facts, rule, finding, verdict);
    verdict->would_change_my_mind = gm_verdict_doubt(facts, rule, finding);
}

/* --- lives into one --- */

/* A long life says more than a short one, an alarm more than a quiet one. */
static double weight(const gm_verdict *verdict) {
    double minutes = (double)(verdict->to_ns - verdict->from_ns) / 6e10;
    return verdict->confidence * (1 + verdict->severity) * fmin(1, fmax(minutes, 0.1) / 5);
}

static const gm_verdict *best_of_cause(const gm_verdict *lives, size_t n, const char *cause, size_t *count,
                                       double *sum) {
    const gm_verdict *best = NULL;
    *count = 0;
    *sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (strcmp(lives[i].cause, cause) != 0) continue;
        ++*count;
        *sum += weight(&lives[i]);
        if (!best || weight(&lives[i]) > weight(best)) best = &lives[i];
    }
    return best;
}

/* No life could be placed, or none shows why it was killed: at most the deaths are known. */
static void merge_nothing(const gm_timeline *timeline, size_t lives, gm_arena *arena, gm_verdict *verdict) {
    size_t kills = 0;
    for (size_t i = 0; i < timeline->n_kills; i++) kills += gm_kill_is_oom(&timeline->kills[i]);
    *verdict = (gm_verdict){.cause = "insufficient_evidence",
                            .family = "none",
                            .confidence = 0.1,
                            .bytes_per_min = NAN,
                            .from_ns = GM_UNKNOWN,
                            .to_ns = GM_UNKNOWN,
                            .eta_ns = GM_UNKNOWN,
                            .eta_from_ns = GM_UNKNOWN,
                            .eta_to_ns = GM_UNKNOWN,
                            .severity = timeline->n_kills ? GM_SEV_MEDIUM : GM_SEV_INFO,
                            .summary = "Nothing about this container's memory was recorded over time."};
    if (kills) {
        g_autofree char *text = g_strdup_printf(
            "The kernel killed it for its memory (%zu %s known); %s.", kills, kills == 1 ? "kill is" : "kills are",
            lives ? "what was recorded of its memory shows nothing that calls for it"
                  : "nothing about its memory was recorded over time");
        verdict->summary = gm_arena_strndup(arena, text, strlen(text));
    }
    verdict->level = gm_level_of(verdict->confidence);
    verdict->would_change_my_mind = "Any history of its memory: metrics, a gctrace log, or several profiles.";
}

void gm_verdict_merge(const gm_timeline *timeline, const gm_verdict *lives, size_t n, gm_arena *arena,
                      gm_verdict *verdict) {
    const gm_verdict *chosen = NULL;
    size_t chosen_count = 0;
    double chosen_sum = -1;
    bool killed = false; /* a container that was killed is not without incident because its last run is quiet */
    for (size_t i = 0; i < timeline->n_kills; i++)
        killed = killed || strcmp(timeline->kills[i].class_name, "child") != 0;
    for (size_t i = 0; i < n; i++) {
        size_t count;
        double sum;
        if (killed && strcmp(lives[i].cause, "none") == 0) continue;
        const gm_verdict *best = best_of_cause(lives, n, lives[i].cause, &count, &sum);
        if (sum > chosen_sum + 1e-9) chosen = best, chosen_count = count, chosen_sum = sum;
    }
    if (!chosen) {
        merge_nothing(timeline, n, arena, verdict);
        return;
    }
    *verdict = *chosen;
    verdict->life = 0;
    if (chosen_count > 1 && verdict->confidence >= 0.4)
        verdict->confidence = fmin(0.98, verdict->confidence + 0.02 * (double)(chosen_count - 1));
    verdict->level = gm_level_of(verdict->confidence);
    verdict->summary = gm_verdict_merged_summary(timeline, chosen, chosen_count, n, arena);
    if (n > 0 && lives[n - 1].eta_ns != GM_UNKNOWN && strcmp(lives[n - 1].cause, verdict->cause) == 0) {
        verdict->eta_ns = lives[n - 1].eta_ns;
        verdict->eta_from_ns = lives[n - 1].eta_from_ns;
        verdict->eta_to_ns = lives[n - 1].eta_to_ns;
    }
}
