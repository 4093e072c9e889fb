/* Reads a Prometheus rule file into rules: groups with an interval, alerting rules with expr, for, keep_firing_for and
 * labels.
 *
 * The file is anybody's YAML. libyaml's event parser reads all of it that Prometheus takes (block and flow style,
 * literal and folded scalars), where a reader of our own would read a part; it builds no tree, and what bounds it is
 * here: bytes, events, depth, no aliases. What a rule's expression says beyond the subset is a refusal of that rule,
 * what is no rule file is an error.
 * https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/#rule-file */
#include "analyzer/replay/replay_private.h"

#include <yaml.h>

#define MAX_BYTES       (1u << 20)
#define MAX_EVENTS      200000
#define MAX_DEPTH       12
#define MAX_RULES       2000
#define MAX_RULE_LABELS 64

typedef struct {
    yaml_parser_t yaml;
    yaml_event_t event;
    bool held; /* event is to be deleted */
    size_t events;
    int depth;
    gm_arena *arena;
    GArray *rules;       /* gm_replay_rule */
    int64_t interval_ms; /* of the group in hand */
    char error[240];
} reader;

typedef struct {
    const char *alert, *record, *expression, *wait, *keep, *summary;
    gm_prom_label labels[MAX_RULE_LABELS];
    size_t n_labels, line;
} raw_rule;

static bool complain(reader *r, size_t line, const char *what) {
    if (!r->error[0]) snprintf(r->error, sizeof(r->error), "line %zu: %s", line + 1, what);
    return false;
}

static bool next(reader *r) {
    if (r->held) yaml_event_delete(&r->event);
    r->held = false;
    if (r->error[0]) return false;
    if (!yaml_parser_parse(&r->yaml, &r->event))
        return complain(r, r->yaml.problem_mark.line, r->yaml.problem ? r->yaml.problem : "this is not YAML");
    r->held = true;
    size_t line = r->event.start_mark.line;
    if (++r->events > MAX_EVENTS) return complain(r, line, "the file is too large");
    if (r->event.type == YAML_ALIAS_EVENT) return complain(r, line, "aliases are not taken");
    bool opens = r->event.type == YAML_MAPPING_START_EVENT || r->event.type == YAML_SEQUENCE_START_EVENT;
    bool closes = r->event.type == YAML_MAPPING_END_EVENT || r->event.type == YAML_SEQUENCE_END_EVENT;
    r->depth += opens - closes;
    return r->depth <= MAX_DEPTH || complain(r, line, "nested too deep");
}

/* Behind the event in hand, with all that it opens. */
static bool skip(reader *r) {
    int depth = r->depth;
    bool opens = r->event.type == YAML_MAPPING_START_EVENT || r->event.type == YAML_SEQUENCE_START_EVENT;
    if (!opens) return true;
    while (next(r))
        if (r->depth < depth) return true;
    return false;
}

static const char *scalar(reader *r, const char *what) {
    if (r->event.type != YAML_SCALAR_EVENT) {
        complain(r, r->event.start_mark.line, what);
        return NULL;
    }
    const char *text = (const char *)r->event.data.scalar.value;
    if (strlen(text) != r->event.data.scalar.length) {
        complain(r, r->event.start_mark.line, "a text holds a zero byte");
        return NULL;
    }
    return gm_arena_strndup(r->arena, text, r->event.data.scalar.length);
}

/* The next key of a mapping, NULL at its end or on an error. The event in hand is then the value's first. */
static const char *next_key(reader *r) {
    if (!next(r) || r->event.type == YAML_MAPPING_END_EVENT) return NULL;
    const char *key = scalar(r, "a key is no text");
    return key && next(r) ? key : NULL;
}

static bool enter(reader *r, yaml_event_type_t type, const char *what) {
    return r->event.type == type || complain(r, r->event.start_mark.line, what);
}

static bool read_labels(reader *r, raw_rule *rule) {
    if (r->event.type == YAML_SCALAR_EVENT && r->event.data.scalar.length == 0) return true;
    if (!enter(r, YAML_MAPPING_START_EVENT, "labels are a mapping")) return false;
    for (const char *key; (key = next_key(r));) {
        const char *value = scalar(r, "a label's value is a text");
        if (!value) return false;
        if (rule->n_labels < MAX_RULE_LABELS) rule->labels[rule->n_labels++] = (gm_prom_label){key, value};
    }
    return !r->error[0];
}

static bool read_annotations(reader *r, raw_rule *rule) {
    if (r->event.type != YAML_MAPPING_START_EVENT) return skip(r);
    for (const char *key; (key = next_key(r));) {
        if (strcmp(key, "summary") == 0 && r->event.type == YAML_SCALAR_EVENT) rule->summary = scalar(r, "");
        else if (!skip(r)) return false;
    }
    return !r->error[0];
}

static bool read_field(reader *r, raw_rule *rule, const char *key) {
    const struct {
        const char *key;
        const char **place;
    } texts[] = {{"alert", &rule->alert},
                 {"record", &rule->record},
                 {"expr", &rule->expression},
                 {"for", &rule->wait},
                 {"keep_firing_for", &rule->keep}};
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        if (strcmp(key, texts[i].key) == 0) return (*texts[i].place = scalar(r, "this is a text")) != NULL;
    if (strcmp(key, "labels") == 0) return read_labels(r, rule);
    return strcmp(key, "annotations") == 0 ? read_annotations(r, rule) : skip(r);
}

static bool duration(reader *r, const raw_rule *rule, const char *text, int64_t *ms) {
    *ms = text ? gm_prom_duration(gm_span_of(text)) : 0;
    return *ms >= 0 || complain(r, rule->line, "this rule's for or keep_firing_for is no duration");
}

/* The same name twice becomes two rules that can be told apart. */
static const char *own_name(reader *r, const char *name) {
    size_t same = 0;
    for (guint i = 0; i < r->rules->len; i++) {
        const char *other = g_array_index(r->rules, gm_replay_rule, i).spec.title;
        same += strcmp(other, name) == 0;
    }
    return same ? gm_replay_text(r->arena, "%s #%zu", name, same + 1) : name;
}

static bool add_rule(reader *r, const raw_rule *raw) {
    if (!raw->alert)
        return raw->record ||
               complain(r, raw->line,
                        "a rule needs alert or record"); /* what is recorded is not there to be asked for */
    if (!raw->expression) return complain(r, raw->line, "this rule has no expr");
    if (r->rules->len == MAX_RULES) return complain(r, raw->line, "too many rules");
    gm_replay_rule rule = {.kind = "user"};
    rule.spec = (gm_rule_spec){.name = own_name(r, raw->alert),
                               .title = raw->alert,
                               .expression = raw->expression,
                               .step_ms = r->interval_ms,
                               .n_labels = raw->n_labels};
    gm_prom_label *labels = GM_ARENA_NEW(r->arena, gm_prom_label, raw->n_labels + 1);
    if (!labels || !rule.spec.name) return complain(r, raw->line, "no memory left for the rules");
    if (raw->n_labels) memcpy(labels, raw->labels, raw->n_labels * sizeof(*labels));
    rule.spec.labels = labels;
    if (!duration(r, raw, raw->wait, &rule.spec.for_ms) || !duration(r, raw, raw->keep, &rule.spec.keep_ms))
        return false;
    if (!gm_prom_parse(gm_span_of(raw->expression), r->arena, &rule.expr))
        rule.refusal = gm_replay_text(r->arena, "line %zu, expr, character %zu: %s", raw->line + 1,
                                      rule.expr.error_at + 1, rule.expr.error);
    g_array_append_val(r->rules, rule);
    return true;
}

static bool read_rule(reader *r) {
    if (!enter(r, YAML_MAPPING_START_EVENT, "a rule is a mapping")) return false;
    raw_rule *rule = g_new0(raw_rule, 1);
    rule->line = r->event.start_mark.line;
    for (const char *key; (key = next_key(r));)
        if (!read_field(r, rule, key)) break;
    bool ok = !r->error[0] && add_rule(r, rule);
    g_free(rule);
    return ok;
}

static bool read_rules(reader *r) {
    if (!enter(r, YAML_SEQUENCE_START_EVENT, "rules are a list")) return false;
    while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT)
        if (!read_rule(r)) return false;
    return !r->error[0];
}

static bool read_group(reader *r) {
    guint first = r->rules->len;
    r->interval_ms = 0;
    if (!enter(r, YAML_MAPPING_START_EVENT, "a group is a mapping")) return false;
    for (const char *key; (key = next_key(r));) {
        if (strcmp(key, "interval") == 0) {
            const char *text = scalar(r, "interval is a duration");
            r->interval_ms = text ? gm_prom_duration(gm_span_of(text)) : -1;
            if (r->interval_ms < 0) return complain(r, r->event.start_mark.line, "interval is no duration");
        } else if (strcmp(key, "rules") == 0 ? !read_rules(r) : !skip(r)) {
            return false;
        }
    }
    for (guint i = first; i < r->rules->len; i++)
        g_array_index(r->rules, gm_replay_rule, i).spec.step_ms = r->interval_ms; /* interval may stand behind rules */
    return !r->error[0];
}

static bool read_groups(reader *r) {
    if (!enter(r, YAML_SEQUENCE_START_EVENT, "groups are a list")) return false;
    while (next(r) && r->event.type != YAML_SEQUENCE_END_EVENT)
        if (!read_group(r)) return false;
    return !r->error[0];
}

static bool read_file(reader *r) {
    bool groups = false;
    if (!next(r) || !next(r)) return complain(r, 0, "the file is empty");
    if (r->event.type == YAML_STREAM_END_EVENT) return complain(r, 0, "the file is empty");
    if (!next(r) || !enter(r, YAML_MAPPING_START_EVENT, "a rule file is a mapping with groups")) return false;
    for (const char *key; (key = next_key(r));) {
        bool mine = strcmp(key, "groups") == 0;
        groups |= mine;
        if (mine ? !read_groups(r) : !skip(r)) return false;
    }
    if (r->error[0]) return false;
    if (!groups) return complain(r, 0, "there are no groups in it");
    return r->rules->len > 0 || complain(r, 0, "there is no alerting rule in it");
}

gm_replay_rule *gm_replay_rule_file(gm_span text, gm_arena *arena, size_t *n, GError **error) {
    reader r = {.arena = arena, .rules = g_array_new(FALSE, FALSE, sizeof(gm_replay_rule))};
    gm_replay_rule *rules = NULL;
    bool ok = text.len <= MAX_BYTES && yaml_parser_initialize(&r.yaml);
    if (ok) {
        yaml_parser_set_input_string(&r.yaml, (const unsigned char *)text.data, text.len);
        ok = read_file(&r);
        if (r.held) yaml_event_delete(&r.event);
        yaml_parser_delete(&r.yaml);
    } else {
        complain(&r, 0, "the file is too large");
    }
    if (ok) {
        rules = GM_ARENA_NEW(arena, gm_replay_rule, r.rules->len);
        memcpy(rules, r.rules->data, r.rules->len * sizeof(*rules));
        *n = r.rules->len;
    } else {
        for (guint i = 0; i < r.rules->len; i++) gm_prom_expr_release(&g_array_index(r.rules, gm_replay_rule, i).expr);
        g_set_error(error, GM_REPLAY_ERROR, GM_REPLAY_ERROR_RULES, "the rule file cannot be taken: %s", r.error);
    }
    g_array_unref(r.rules);
    return rules;
}
