/* Reads a rule configuration and applies it to findings. Between the rules and what is stored of them.
 * The file is read by hand instead of by GKeyFile because every complaint must name its line. */
#include "gomortem/rule_config.h"

#include <math.h>
#include <stdlib.h>

#define MAX_FILE (1 << 20)

typedef struct {
    const gm_rule *rule;
    bool enabled;
    int severity; /* -1: the rule's own */
} gm_rule_setting;

typedef struct {
    const gm_rule *rule; /* NULL: all */
    char *container, *reason;
    int64_t until_ns; /* GM_UNKNOWN: forever */
    int line;
} gm_suppression;

struct gm_rule_config {
    gm_thresholds thresholds;
    GArray *settings;     /* gm_rule_setting */
    GArray *suppressions; /* gm_suppression */
};

typedef enum { IN_NOTHING, IN_THRESHOLDS, IN_RULE, IN_SUPPRESS } gm_section;

typedef struct {
    gm_rule_config *config;
    const char *name; /* of the file, for messages */
    int line;
    gm_section section;
    GError **error;
} gm_reading_config;

static bool refuse(gm_reading_config *r, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(gm_reading_config *r, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *what = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_set_error(r->error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s, line %d: %s", r->name, r->line, what);
    return false;
}

static const gm_rule *find_rule(const char *slug) {
    for (size_t i = 0; gm_rules[i]; i++)
        if (strcmp(gm_rules[i]->slug, slug) == 0) return gm_rules[i];
    return NULL;
}

/* --- values --- */

static bool set_threshold(gm_reading_config *r, const char *key, const char *value) {
    for (int i = 0; i < GM_TH_COUNT; i++) {
        if (strcmp(gm_threshold_table[i].key, key) != 0) continue;
        char *end;
        double number = g_ascii_strtod(value, &end);
        if (end == value || *end || !isfinite(number) || number < 0 || number > 1e15)
            return refuse(r, "%s takes a number of 0 or more (unit: %s), not \"%s\"", key, gm_threshold_table[i].unit,
                          value);
        r->config->thresholds.value[i] = number;
        return true;
    }
    return refuse(r, "there is no threshold \"%s\"", key);
}

static int severity_of(const char *name) {
    for (int i = GM_SEV_INFO; i <= GM_SEV_CRITICAL; i++)
        if (strcmp(gm_severity_name((gm_severity)i), name) == 0) return i;
    return -1;
}

static bool set_rule(gm_reading_config *r, const char *key, const char *value) {
    gm_rule_setting *setting = &g_array_index(r->config->settings, gm_rule_setting, r->config->settings->len - 1);
    if (strcmp(key, "enabled") == 0) {
        setting->enabled = strcmp(value, "true") == 0;
        return setting->enabled || strcmp(value, "false") == 0 ||
               refuse(r, "enabled takes true or false, not \"%s\"", value);
    }
    if (strcmp(key, "severity") != 0) return refuse(r, "a rule takes enabled and severity, not \"%s\"", key);
    setting->severity = severity_of(value);
    return setting->severity >= 0 || refuse(r, "severity takes info, low, medium, high or critical, not \"%s\"", value);
}

static bool set_expiry(gm_reading_config *r, gm_suppression *s, const char *value) {
    g_autofree char *midnight = g_strdup_printf("%sT00:00:00Z", value);
    g_autoptr(GDateTime) day =
        strlen(value) == strlen("2026-12-31") ? g_date_time_new_from_iso8601(midnight, NULL) : NULL;
    if (!day) return refuse(r, "expires takes a day like 2026-12-31, not \"%s\"", value);
    g_autoptr(GDateTime) next = g_date_time_add_days(day, 1);
    gint64 seconds = next ? g_date_time_to_unix(next) : 0;
    if (seconds <= 0 || seconds > INT64_MAX / GM_NS_PER_S) return refuse(r, "the day \"%s\" is out of range", value);
    s->until_ns = seconds * GM_NS_PER_S;
    return true;
}

static bool set_suppression(gm_reading_config *r, const char *key, const char *value) {
    gm_suppression *s = &g_array_index(r->config->suppressions, gm_suppression, r->config->suppressions->len - 1);
    if (strcmp(key, "expires") == 0) return set_expiry(r, s, value);
    if (strcmp(key, "rule") == 0) {
        s->rule = find_rule(value);
        s->line = 0; /* named */
        return s->rule || strcmp(value, "*") == 0 || refuse(r, "there is no rule \"%s\"", value);
    }
    char **text = strcmp(key, "container") == 0 ? &s->container : strcmp(key, "reason") == 0 ? &s->reason : NULL;
    if (!text) return refuse(r, "a suppression takes rule, container, reason and expires, not \"%s\"", key);
    g_free(*text);
    *text = g_strdup(value);
    return true;
}

/* --- lines --- */

/* A suppression without a rule or without a reason would hide what nobody meant to hide. */
static bool end_section(gm_reading_config *r) {
    if (r->section != IN_SUPPRESS) return true;
    const gm_suppression *s = &g_array_index(r->config->suppressions, gm_suppression, r->config->suppressions->len - 1);
    if (s->line == 0 && s->reason && *s->reason) return true;
    return refuse(r, "the suppression above needs a rule and a reason");
}

static bool begin_section(gm_reading_config *r, char *line) {
    size_t n = strlen(line);
    if (line[n - 1] != ']') return refuse(r, "a section ends with ]");
    line[n - 1] = '\0';
    char *name = g_strstrip(line + 1);
    if (!end_section(r)) return false;
    r->section = IN_THRESHOLDS;
    if (strcmp(name, "thresholds") == 0) return true;
    if (strcmp(name, "suppress") == 0) {
        gm_suppression s = {NULL, NULL, NULL, GM_UNKNOWN, r->line};
        g_array_append_val(r->config->suppressions, s);
        r->section = IN_SUPPRESS;
        return true;
    }
    if (!g_str_has_prefix(name, "rule "))
        return refuse(r, "there is no section [%s]; thresholds, rule SLUG and suppress are known", name);
    gm_rule_setting setting = {find_rule(g_strstrip(name + strlen("rule "))), true, -1};
    if (!setting.rule) return refuse(r, "there is no rule \"%s\"", name + strlen("rule "));
    g_array_append_val(r->config->settings, setting);
    r->section = IN_RULE;
    return true;
}

static bool read_line(gm_reading_config *r, char *line) {
    g_strstrip(line);
    if (*line == '\0' || *line == '#' || *line == ';') return true;
    if (*line == '[') return begin_section(r, line);
    char *equals = strchr(line, '=');
    if (!equals) return refuse(r, "neither a section nor key = value");
    *equals = '\0';
    const char *key = g_strstrip(line), *value = g_strstrip(equals + 1);
    switch (r->section) {
    case IN_THRESHOLDS: return set_threshold(r, key, value);
    case IN_RULE: return set_rule(r, key, value);
    case IN_SUPPRESS: return set_suppression(r, key, value);
    case IN_NOTHING: break;
    }
    return refuse(r, "\"%s\" stands before the first section", key);
}

gm_rule_config *gm_rule_config_parse(const char *text, const char *name, GError **error) {
    g_autoptr(gm_rule_config) config = g_new0(gm_rule_config, 1);
    gm_thresholds_init(&config->thresholds);
    config->settings = g_array_new(FALSE, FALSE, sizeof(gm_rule_setting));
    config->suppressions = g_array_new(FALSE, FALSE, sizeof(gm_suppression));
    gm_reading_config r = {config, name, 0, IN_NOTHING, error};
    if (!g_utf8_validate(text, -1, NULL)) {
        refuse(&r, "the file is not UTF-8 text");
        return NULL;
    }
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (size_t i = 0; lines[i]; i++) {
        r.line = (int)i + 1;
        if (!read_line(&r, lines[i])) return NULL;
    }
    return end_section(&r) ? g_steal_pointer(&config) : NULL;
}

gm_rule_config *gm_rule_config_read(const char *path, GError **error) {
    g_autofree char *text = NULL;
    gsize size;
    if (!g_file_get_contents(path, &text, &size, error)) return NULL;
    if (size > MAX_FILE || strlen(text) != size) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s is no rule configuration", path);
        return NULL;
    }
    return gm_rule_config_parse(text, path, error);
}

void gm_rule_config_free(gm_rule_config *config) {
    if (!config) return;
    for (guint i = 0; i < config->suppressions->len; i++) {
        g_free(g_array_index(config->suppressions, gm_suppression, i).container);
        g_free(g_array_index(config->suppressions, gm_suppression, i).reason);
    }
    g_array_unref(config->suppressions);
    g_array_unref(config->settings);
    g_free(config);
}

/* --- in force --- */

const gm_thresholds *gm_rule_config_thresholds(const gm_rule_config *config) {
    return &config->thresholds;
}

static const gm_rule_setting *setting_of(const gm_rule_config *config, const char *rule) {
    const gm_rule_setting *found = NULL;
    for (guint i = 0; config && i < config->settings->len; i++) {
        const gm_rule_setting *setting = &g_array_index(config->settings, gm_rule_setting, i);
        if (strcmp(setting->rule->slug, rule) == 0) found = setting;
    }
    return found;
}

bool gm_rule_config_enabled(const gm_rule_config *config, const char *rule) {
    const gm_rule_setting *setting = setting_of(config, rule);
    return !setting || setting->enabled;
}

static bool part_matches(const char *glob, const char *name) {
    return g_pattern_match_simple(glob, name ? name : "");
}

static bool container_matches(const char *globs, const gm_timeline *timeline) {
    if (!globs) return true;
    g_auto(GStrv) parts = g_strsplit(globs, "/", 3);
    const char *names[] = {timeline->namespace_name, timeline->pod, timeline->container};
    for (size_t i = 0; parts[i]; i++)
        if (!part_matches(parts[i], names[i])) return false;
    return true;
}

static const gm_suppression *suppression_of(const gm_rule_config *config, const gm_rule *rule,
                                            const gm_timeline *timeline) {
    for (guint i = 0; i < config->suppressions->len; i++) {
        const gm_suppression *s = &g_array_index(config->suppressions, gm_suppression, i);
        bool over = s->until_ns != GM_UNKNOWN && timeline->to_ns != GM_UNKNOWN && timeline->to_ns >= s->until_ns;
        if ((!s->rule || s->rule == rule) && !over && container_matches(s->container, timeline)) return s;
    }
    return NULL;
}

void gm_rule_config_apply(const gm_rule_config *config, const gm_rule *rule, const gm_facts *facts,
                          gm_finding *finding) {
    if (!config || finding->outcome != GM_FIRED) return;
    const gm_rule_setting *setting = setting_of(config, rule->slug);
    if (setting && setting->severity >= 0) finding->severity = (gm_severity)setting->severity;
    const gm_suppression *s = suppression_of(config, rule, facts->timeline);
    if (!s) return;
    finding->severity = GM_SEV_INFO;
    finding->summary = gm_facts_text(facts, "%s (suppressed: %s)", finding->summary, s->reason);
}
