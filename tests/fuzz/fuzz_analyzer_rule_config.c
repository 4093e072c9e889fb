/* libFuzzer target for rule configurations: they are refused with a line, or hold and can be asked. */
#include "gomortem/rule_config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) abort();
}

static void check(const gm_rule_config *config) {
    const gm_thresholds *thresholds = gm_rule_config_thresholds(config);
    for (int i = 0; i < GM_TH_COUNT; i++) require(thresholds->value[i] >= 0 && thresholds->value[i] <= 1e15);
    gm_timeline timeline = {.namespace_name = "shop", .pod = NULL, .container = "a*[b", .to_ns = INT64_MAX};
    gm_facts facts = {.timeline = &timeline, .arena = gm_arena_new(1 << 20)};
    for (size_t i = 0; gm_rules[i]; i++) {
        gm_finding finding = {.outcome = GM_FIRED, .severity = GM_SEV_CRITICAL, .summary = "it fired"};
        gm_rule_config_enabled(config, gm_rules[i]->slug);
        gm_rule_config_apply(config, gm_rules[i], &facts, &finding);
        require(finding.outcome == GM_FIRED && finding.severity >= GM_SEV_INFO && finding.severity <= GM_SEV_CRITICAL);
        require(finding.summary != NULL && g_str_has_prefix(finding.summary, "it fired"));
    }
    gm_arena_free(facts.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    g_autofree char *text = g_strndup((const char *)data, size);
    g_autoptr(GError) error = NULL;
    g_autoptr(gm_rule_config) config = gm_rule_config_parse(text, "rules", &error);
    require((config == NULL) == (error != NULL));
    if (config) check(config);
    else require(g_str_has_prefix(error->message, "rules, line ") && g_utf8_validate(error->message, -1, NULL));
    return 0;
}
