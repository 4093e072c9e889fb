/* The rule configuration (--rule-config FILE): thresholds, rules switched off or given a severity, suppressions.
 *
 * An INI file; a line that starts with # or ; is a comment. Anything unknown is refused with its line.
 *
 *   [thresholds]               any key of thresholds.def; gomortem rules --thresholds lists them
 *   trend.z = 4
 *   [rule alloc_burst]         one section a rule
 *   enabled = false            the rule answers "not applicable"
 *   severity = low             of its findings when it fires
 *   [suppress]                 may come more than once
 *   rule = page_cache          or * for all
 *   container = shop/app-*     namespace/pod/container with * and ?; what is left out at the end matches all (default:
 * all) reason = known and accepted expires = 2026-12-31       last day (UTC) on which it holds
 *
 * There is no clock: expires is compared with the end of the incident's record. A suppressed finding stays in the
 * result with its reason and the severity info, and so does a verdict that rests on it. */
#ifndef GOMORTEM_RULE_CONFIG_H
#define GOMORTEM_RULE_CONFIG_H

#include "gomortem/rule.h"

typedef struct gm_rule_config gm_rule_config;

/* NULL on error: an unreadable file, or a line that says nothing valid. */
gm_rule_config *gm_rule_config_read(const char *path, GError **error);
gm_rule_config *gm_rule_config_parse(const char *text, const char *name, GError **error);
void gm_rule_config_free(gm_rule_config *config); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(gm_rule_config, gm_rule_config_free)

const gm_thresholds *gm_rule_config_thresholds(const gm_rule_config *config);
bool gm_rule_config_enabled(const gm_rule_config *config, const char *rule); /* config NULL: true */
/* Changes severity and summary of a finding that fired, as the configuration asks. config NULL: nothing. */
void gm_rule_config_apply(const gm_rule_config *config, const gm_rule *rule, const gm_facts *facts,
                          gm_finding *finding);

#endif
