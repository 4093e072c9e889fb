/* PromQL text becomes a tree whose types fit: a descent by precedence over the words of lex.c, with bounded depth and
 * size. What comes behind, eval.c, can rely on the number and the types of arguments. What is not in the subset is
 * refused by name: subqueries, @, other functions and aggregations.
 * https://prometheus.io/docs/prometheus/latest/querying/operators/ */
#include "analyzer/replay/lex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <glib.h>
#include <pcre2.h>
#include <stdarg.h>

#define MAX_LABELS 64

typedef struct {
    gm_span text;
    size_t at;
    gm_token token; /* the next one */
    int depth;
    gm_arena *arena;
    gm_prom_expr *expr;
    gm_prom_matcher matchers[MAX_LABELS + 1]; /* of the selector in hand */
    const char *labels[MAX_LABELS];           /* of the list in hand */
} parser;

static gm_prom_node *parse_expression(parser *p, int precedence);

/* The first complaint is kept. */
static void *refuse(parser *p, size_t position, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void *refuse(parser *p, size_t position, const char *format, ...) {
    if (p->expr->error[0]) return NULL;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(p->expr->error, sizeof(p->expr->error), format, arguments);
    va_end(arguments);
    p->expr->error_at = position;
    return NULL;
}

static void advance(parser *p) {
    p->token = gm_prom_token(p->text, &p->at);
    if (p->token.kind == GM_TOKEN_BAD) refuse(p, p->token.position, "%.*s", (int)p->token.text.len, p->token.text.data);
}

static bool is_mark(const parser *p, const char *mark) {
    return p->token.kind == GM_TOKEN_MARK && gm_span_equal(p->token.text, gm_span_of(mark));
}

static bool take_mark(parser *p, const char *mark) {
    if (!is_mark(p, mark)) return false;
    advance(p);
    return true;
}

static bool need_mark(parser *p, const char *mark) {
    if (take_mark(p, mark)) return true;
    refuse(p, p->token.position, "\"%s\" is missing here", mark);
    return false;
}

/* Words of the language are read in any case, names of metrics are not. */
static bool is_word(const parser *p, const char *word) {
    return p->token.kind == GM_TOKEN_NAME && p->token.text.len == strlen(word) &&
           g_ascii_strncasecmp(p->token.text.data, word, p->token.text.len) == 0;
}

static bool take_word(parser *p, const char *word) {
    if (!is_word(p, word)) return false;
    advance(p);
    return true;
}

static gm_prom_node *new_node(parser *p, gm_prom_kind kind, gm_prom_type type, size_t position) {
    if (p->expr->n_nodes >= GM_PROM_MAX_NODES)
        return refuse(p, position, "the expression has more than %d parts", GM_PROM_MAX_NODES);
    gm_prom_node *node = GM_ARENA_NEW(p->arena, gm_prom_node, 1);
    if (!node) return refuse(p, position, "no memory left for the expression");
    node->kind = kind;
    node->type = type;
    node->position = position;
    node->id = p->expr->n_nodes++;
    return node;
}

static const char *type_name(gm_prom_type type) {
    static const char *const names[] = {"a scalar", "an instant vector", "a range vector", "a string"};
    return names[type];
}

/* --- selectors --- */

static bool compile(parser *p, gm_prom_matcher *matcher, size_t position) {
    g_autofree char *anchored = g_strdup_printf("^(?:%s)$", matcher->value);
    int code;
    PCRE2_SIZE offset;
    if (p->expr->n_patterns == p->expr->patterns_size) {
        size_t size = p->expr->patterns_size ? 2 * p->expr->patterns_size : 8;
        struct pcre2_real_code_8 **more = GM_ARENA_NEW(p->arena, struct pcre2_real_code_8 *, size);
        if (!more) return refuse(p, position, "no memory left for the expression") != NULL;
        if (p->expr->n_patterns) memcpy(more, p->expr->patterns, p->expr->n_patterns * sizeof(*more));
        p->expr->patterns = more;
        p->expr->patterns_size = size;
    }
    matcher->pattern =
        pcre2_compile((PCRE2_SPTR)anchored, PCRE2_ZERO_TERMINATED,
                      PCRE2_UTF | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C, &code, &offset, NULL);
    if (!matcher->pattern) {
        PCRE2_UCHAR why[120];
        pcre2_get_error_message(code, why, sizeof(why));
        return refuse(p, position, "this pattern cannot be read: %s", (const char *)why) != NULL;
    }
    p->expr->patterns[p->expr->n_patterns++] = matcher->pattern;
    return true;
}

bool gm_prom_matches(const gm_prom_matcher *matcher, const char *value) {
    bool like;
    if (matcher->compare == GM_PROM_EQUAL || matcher->compare == GM_PROM_UNEQUAL)
        return (strcmp(matcher->value, value) == 0) == (matcher->compare == GM_PROM_EQUAL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_set_match_limit(context, 100000); /* a pattern that backtracks without end matches nothing */
    pcre2_set_depth_limit(context, 10000);
    like = data && context && pcre2_match(matcher->pattern, (PCRE2_SPTR)value, strlen(value), 0, 0, data, context) >= 0;
    pcre2_match_context_free(context);
    pcre2_match_data_free(data);
    return like == (matcher->compare == GM_PROM_LIKE);
}

static char *take_string(parser *p) {
    size_t len;
    char *text = gm_prom_unquote(p->token.text, p->arena, &len);
    if (!text || strlen(text) != len || !g_utf8_validate(text, (gssize)len, NULL))
        return refuse(p, p->token.position, "this string has an escape or a byte that is not taken");
    advance(p);
    return text;
}

static bool parse_matcher(parser *p, gm_prom_matcher *matcher) {
    static const char *const marks[] = {"=", "!=", "=~", "!~"};
    size_t position = p->token.position;
    if (p->token.kind != GM_TOKEN_NAME) return refuse(p, position, "the name of a label is missing here") != NULL;
    matcher->label = gm_arena_strndup(p->arena, p->token.text.data, p->token.text.len);
    advance(p);
    int compare = 0;
    while (compare < 4 && !is_mark(p, marks[compare])) compare++;
    if (compare == 4 || !matcher->label)
        return refuse(p, p->token.position, "one of = != =~ !~ is missing here") != NULL;
    matcher->compare = (gm_prom_compare)compare;
    advance(p);
    if (p->token.kind != GM_TOKEN_STRING)
        return refuse(p, p->token.position, "a label is compared with a string") != NULL;
    position = p->token.position;
    matcher->value = take_string(p);
    if (!matcher->value) return false;
    return compare < GM_PROM_LIKE || compile(p, matcher, position);
}

static bool parse_matchers(parser *p, size_t *n) {
    advance(p);
    while (!is_mark(p, "}")) {
        if (*n == MAX_LABELS) return refuse(p, p->token.position, "a selector may have %d labels", MAX_LABELS) != NULL;
        p->matchers[*n] = (gm_prom_matcher){0};
        if (!parse_matcher(p, &p->matchers[*n])) return false;
        ++*n;
        if (!take_mark(p, ",")) break;
    }
    return need_mark(p, "}");
}

static bool finds_something(const gm_prom_node *node) {
    for (size_t i = 0; i < node->n_matchers; i++)
        if (!gm_prom_matches(&node->matchers[i], "")) return true;
    return false;
}

static gm_prom_node *parse_selector(parser *p, const gm_token *name) {
    size_t position = name ? name->position : p->token.position;
    gm_prom_node *node = new_node(p, GM_PROM_SELECTOR, GM_PROM_VECTOR, position);
    if (!node) return NULL;
    size_t n = 0;
    if (name) {
        p->matchers[n] = (gm_prom_matcher){"__name__", gm_arena_strndup(p->arena, name->text.data, name->text.len),
                                           GM_PROM_EQUAL, NULL};
        if (!p->matchers[n++].value) return refuse(p, position, "no memory left for the expression");
    }
    if (is_mark(p, "{") && !parse_matchers(p, &n)) return NULL;
    node->matchers = GM_ARENA_NEW(p->arena, gm_prom_matcher, n);
    if (n && !node->matchers) return refuse(p, position, "no memory left for the expression");
    if (n) memcpy(node->matchers, p->matchers, n * sizeof(*node->matchers));
    node->n_matchers = n;
    return finds_something(node) ? node : refuse(p, position, "a selector needs a name or a label that is not empty");
}

static bool parse_range(parser *p, gm_prom_node *node) {
    advance(p);
    if (p->token.kind != GM_TOKEN_DURATION || p->token.ms <= 0)
        return refuse(p, p->token.position, "a range is a duration above zero, as in [5m]") != NULL;
    node->range_ms = p->token.ms;
    advance(p);
    if (p->token.text.len && p->token.text.data[0] == ':')
        return refuse(p, p->token.position, "subqueries are outside the subset") != NULL;
    node->type = GM_PROM_MATRIX;
    return need_mark(p, "]");
}

static bool parse_offset(parser *p, gm_prom_node *node) {
    bool negative = take_mark(p, "-");
    if (p->token.kind != GM_TOKEN_DURATION) return refuse(p, p->token.position, "offset needs a duration") != NULL;
    node->offset_ms = negative ? -p->token.ms : p->token.ms;
    advance(p);
    return true;
}

static gm_prom_node *parse_postfix(parser *p, gm_prom_node *node) {
    bool selector = node && node->kind == GM_PROM_SELECTOR, offset = false;
    for (; node;) {
        size_t position = p->token.position;
        if (is_mark(p, "[")) {
            if (!selector || node->range_ms || offset)
                return refuse(p, position, "only a selector takes a range; subqueries are outside the subset");
            if (!parse_range(p, node)) return NULL;
        } else if (is_mark(p, "@")) {
            return refuse(p, position, "the modifier @ is outside the subset");
        } else if (is_word(p, "offset")) {
            advance(p);
            if (!selector || offset) return refuse(p, position, "offset stands behind a selector, once");
            if (!parse_offset(p, node)) return NULL;
            offset = true;
        } else {
            break;
        }
    }
    return node;
}

/* --- calls and aggregations --- */

static bool parse_labels(parser *p, const char ***labels, size_t *n) {
    if (!need_mark(p, "(")) return false;
    while (!is_mark(p, ")")) {
        if (p->token.kind != GM_TOKEN_NAME || *n == MAX_LABELS)
            return refuse(p, p->token.position, "the name of a label is missing here") != NULL;
        p->labels[*n] = gm_arena_strndup(p->arena, p->token.text.data, p->token.text.len);
        if (!p->labels[(*n)++]) return refuse(p, p->token.position, "no memory left for the expression") != NULL;
        advance(p);
        if (!take_mark(p, ",")) break;
    }
    *labels = GM_ARENA_NEW(p->arena, const char *, *n + 1);
    if (!*labels) return refuse(p, p->token.position, "no memory left for the expression") != NULL;
    if (*n) memcpy(*labels, p->labels, *n * sizeof(**labels));
    return need_mark(p, ")");
}

static int find_function(gm_span name) {
    for (int i = 0; gm_prom_functions[i].name; i++)
        if (gm_span_equal(name, gm_span_of(gm_prom_functions[i].name))) return i;
    return -1;
}

static bool check_arguments(parser *p, const gm_prom_function *function, gm_prom_node *node) {
    int expected = 0, least = -1;
    for (const char *a = function->arguments; *a; a++) {
        if (*a == '?') {
            least = expected;
            continue;
        }
        gm_prom_type type = *a == 'm' ? GM_PROM_MATRIX : *a == 'v' ? GM_PROM_VECTOR : GM_PROM_SCALAR;
        if (expected < node->n_args && node->arg[expected]->type != type)
            return refuse(p, node->arg[expected]->position, "%s takes %s here, not %s", function->name, type_name(type),
                          type_name(node->arg[expected]->type)) != NULL;
        expected++;
    }
    if (least < 0) least = expected;
    if (node->n_args >= least && node->n_args <= expected) return true;
    return refuse(p, node->position, "%s takes %d argument%s, not %d", function->name, expected,
                  expected == 1 ? "" : "s", node->n_args) != NULL;
}

static gm_prom_node *parse_call(parser *p, const gm_token *name) {
    int index = find_function(name->text);
    if (index < 0)
        return refuse(p, name->position, "%.*s is outside the subset", (int)MIN(name->text.len, 60), name->text.data);
    const gm_prom_function *function = &gm_prom_functions[index];
    gm_prom_node *node = new_node(p, GM_PROM_CALL, function->result, name->position);
    if (!node || !need_mark(p, "(")) return NULL;
    node->function = index;
    while (!is_mark(p, ")")) {
        if (node->n_args == 3)
            return refuse(p, p->token.position, "%s does not take so many arguments", function->name);
        gm_prom_node *arg = parse_expression(p, 0);
        if (!arg) return NULL;
        node->arg[node->n_args++] = arg;
        if (!take_mark(p, ",")) break;
    }
    return need_mark(p, ")") && check_arguments(p, function, node) ? node : NULL;
}

static int find_aggregation(gm_span name) {
    static const char *const names[] = {"sum", "min", "max", "avg", "count", "group", "stddev", "stdvar"};
    for (int i = 0; i < (int)G_N_ELEMENTS(names); i++)
        if (name.len == strlen(names[i]) && g_ascii_strncasecmp(name.data, names[i], name.len) == 0) return i;
    return -1;
}

static bool parse_grouping(parser *p, gm_prom_node *node) {
    bool by = is_word(p, "by");
    if (!by && !is_word(p, "without")) return true;
    advance(p);
    node->matching.on = by;
    return parse_labels(p, &node->matching.labels, &node->matching.n_labels);
}

static gm_prom_node *parse_aggregation(parser *p, const gm_token *name, int aggregation) {
    gm_prom_node *node = new_node(p, GM_PROM_AGGREGATE, GM_PROM_VECTOR, name->position);
    if (!node) return NULL;
    node->aggregation = (gm_prom_aggregation)aggregation;
    node->matching.on = true; /* without grouping: by () */
    bool before = is_word(p, "by") || is_word(p, "without");
    if (!parse_grouping(p, node) || !need_mark(p, "(")) return NULL;
    node->arg[0] = parse_expression(p, 0);
    if (!node->arg[0] || !need_mark(p, ")")) return NULL;
    if (!before && !parse_grouping(p, node)) return NULL;
    if (node->arg[0]->type == GM_PROM_VECTOR) return node;
    return refuse(p, node->arg[0]->position, "only an instant vector is aggregated, not %s",
                  type_name(node->arg[0]->type));
}

/* --- expressions --- */

static bool grouped(const parser *p) {
    return is_mark(p, "(") || is_word(p, "by") || is_word(p, "without");
}

static gm_prom_node *parse_name(parser *p) {
    static const char *const reserved[] = {"and",      "or",         "unless",      "by",   "without", "on",
                                           "ignoring", "group_left", "group_right", "bool", "offset",  "atan2"};
    static const char *const beyond[] = {"topk", "bottomk", "quantile", "count_values", "limitk", "limit_ratio"};
    gm_token name = p->token;
    for (size_t i = 0; i < G_N_ELEMENTS(reserved); i++)
        if (is_word(p, reserved[i])) return refuse(p, name.position, "\"%s\" is not expected here", reserved[i]);
    for (size_t i = 0; i < G_N_ELEMENTS(beyond); i++)
        if (is_word(p, beyond[i]))
            return refuse(p, name.position, "the aggregation %s is outside the subset", beyond[i]);
    advance(p);
    int aggregation = find_aggregation(name.text);
    if (aggregation >= 0 && grouped(p)) return parse_aggregation(p, &name, aggregation);
    return is_mark(p, "(") ? parse_call(p, &name) : parse_selector(p, &name);
}

static gm_prom_node *parse_parentheses(parser *p) {
    gm_prom_node *node = new_node(p, GM_PROM_PAREN, GM_PROM_SCALAR, p->token.position);
    advance(p);
    gm_prom_node *inner = node ? parse_expression(p, 0) : NULL;
    if (!inner || !need_mark(p, ")")) return NULL;
    node->type = inner->type;
    node->arg[0] = inner;
    return node;
}

static gm_prom_node *parse_primary(parser *p) {
    size_t position = p->token.position;
    gm_prom_node *node;
    switch (p->token.kind) {
    case GM_TOKEN_NUMBER:
        if ((node = new_node(p, GM_PROM_NUMBER, GM_PROM_SCALAR, position))) node->number = p->token.number;
        advance(p);
        return node;
    case GM_TOKEN_STRING: return refuse(p, position, "strings stand only behind labels in this subset");
    case GM_TOKEN_DURATION:
        return refuse(p, position, "a duration stands in brackets or behind offset; elsewhere write seconds");
    case GM_TOKEN_NAME: return parse_name(p);
    case GM_TOKEN_END: return refuse(p, position, "the expression ends too early");
    case GM_TOKEN_BAD: return NULL;
    default: break;
    }
    if (is_mark(p, "(")) return parse_parentheses(p);
    if (is_mark(p, "{")) return parse_selector(p, NULL);
    return refuse(p, position, "\"%.*s\" is not expected here", (int)p->token.text.len, p->token.text.data);
}

enum { LEVEL_OR = 1, LEVEL_AND, LEVEL_COMPARE, LEVEL_ADD, LEVEL_MUL, LEVEL_POW };

static gm_prom_node *parse_unary(parser *p) {
    if (!is_mark(p, "+") && !is_mark(p, "-")) return parse_postfix(p, parse_primary(p));
    bool minus = is_mark(p, "-");
    size_t position = p->token.position;
    advance(p);
    gm_prom_node *inner = parse_expression(p, LEVEL_POW); /* -1 ^ 2 is -(1 ^ 2) */
    if (!inner) return NULL;
    if (inner->type != GM_PROM_SCALAR && inner->type != GM_PROM_VECTOR)
        return refuse(p, position, "a sign does not stand before %s", type_name(inner->type));
    if (!minus) return inner;
    gm_prom_node *node = new_node(p, GM_PROM_NEGATE, inner->type, position);
    if (node) node->arg[0] = inner;
    return node;
}

static int level_of(gm_prom_op op) {
    static const int levels[GM_PROM_OPS] = {LEVEL_OR,      LEVEL_AND,     LEVEL_AND,     LEVEL_COMPARE, LEVEL_COMPARE,
                                            LEVEL_COMPARE, LEVEL_COMPARE, LEVEL_COMPARE, LEVEL_COMPARE, LEVEL_ADD,
                                            LEVEL_ADD,     LEVEL_MUL,     LEVEL_MUL,     LEVEL_MUL,     LEVEL_POW};
    return levels[op];
}

static int find_operator(const parser *p) {
    static const char *const names[GM_PROM_OPS] = {
        "or", "and", "unless", "==", "!=", "<=", "<", ">=", ">", "+", "-", "*", "/", "%", "^"};
    for (int i = 0; i < GM_PROM_OPS; i++)
        if (i <= GM_PROM_UNLESS ? is_word(p, names[i]) : is_mark(p, names[i])) return i;
    return -1;
}

static bool is_set(gm_prom_op op) {
    return op <= GM_PROM_UNLESS;
}

static bool is_comparison(gm_prom_op op) {
    return op >= GM_PROM_EQ && op <= GM_PROM_GT;
}

static bool parse_modifiers(parser *p, gm_prom_node *node, bool *matched) {
    gm_prom_matching *m = &node->matching;
    size_t position = p->token.position;
    if (take_word(p, "bool")) {
        if (!is_comparison(node->op)) return refuse(p, position, "bool stands behind comparisons only") != NULL;
        node->return_bool = true;
    }
    if (is_word(p, "on") || is_word(p, "ignoring")) {
        *matched = true;
        m->on = is_word(p, "on");
        advance(p);
        if (!parse_labels(p, &m->labels, &m->n_labels)) return false;
    }
    position = p->token.position;
    bool left = is_word(p, "group_left"), right = is_word(p, "group_right");
    if (!left && !right) return true;
    if (!*matched || is_set(node->op))
        return refuse(
                   p, position,
                   "group_left and group_right stand behind on or ignoring of an arithmetic operator or a comparison") !=
               NULL;
    m->cardinality = left ? GM_PROM_MANY_TO_ONE : GM_PROM_ONE_TO_MANY;
    advance(p);
    return !is_mark(p, "(") || parse_labels(p, &m->include, &m->n_include);
}

static bool check_operands(parser *p, const gm_prom_node *node, bool matched) {
    gm_prom_type left = node->arg[0]->type, right = node->arg[1]->type;
    const gm_prom_type types[] = {left, right};
    for (int i = 0; i < 2; i++)
        if (types[i] != GM_PROM_SCALAR && types[i] != GM_PROM_VECTOR)
            return refuse(p, node->arg[i]->position, "%s is no operand", type_name(types[i])) != NULL;
    bool vectors = left == GM_PROM_VECTOR && right == GM_PROM_VECTOR;
    if (is_set(node->op) && !vectors)
        return refuse(p, node->position, "and, or, unless stand between instant vectors") != NULL;
    if (matched && !vectors) return refuse(p, node->position, "on and ignoring stand between instant vectors") != NULL;
    if (is_comparison(node->op) && !node->return_bool && left == GM_PROM_SCALAR && right == GM_PROM_SCALAR)
        return refuse(p, node->position, "scalars are compared with bool") != NULL;
    for (size_t i = 0; node->matching.on && i < node->matching.n_labels; i++)
        for (size_t k = 0; k < node->matching.n_include; k++)
            if (strcmp(node->matching.labels[i], node->matching.include[k]) == 0)
                return refuse(p, node->position, "the label %s stands both in on and in the group",
                              node->matching.labels[i]) != NULL;
    return true;
}

static gm_prom_node *parse_operator(parser *p, gm_prom_node *left, gm_prom_op op) {
    gm_prom_node *node = new_node(p, GM_PROM_BINARY, GM_PROM_VECTOR, p->token.position);
    bool matched = false;
    if (!node) return NULL;
    advance(p);
    node->op = op;
    if (!parse_modifiers(p, node, &matched)) return NULL;
    gm_prom_node *right = parse_expression(p, op == GM_PROM_POW ? LEVEL_POW : level_of(op) + 1);
    if (!right) return NULL;
    node->arg[0] = left;
    node->arg[1] = right;
    if (left->type == GM_PROM_SCALAR && right->type == GM_PROM_SCALAR) node->type = GM_PROM_SCALAR;
    return check_operands(p, node, matched) ? node : NULL;
}

/* Operators from the given level on. */
static gm_prom_node *parse_expression(parser *p, int precedence) {
    if (++p->depth > GM_PROM_MAX_DEPTH)
        return refuse(p, p->token.position, "the expression is nested more than %d deep", GM_PROM_MAX_DEPTH);
    gm_prom_node *left = parse_unary(p);
    while (left && !p->expr->error[0]) {
        int op = find_operator(p);
        if (is_word(p, "atan2")) return refuse(p, p->token.position, "the operator atan2 is outside the subset");
        if (op < 0 || level_of((gm_prom_op)op) < precedence) break;
        left = parse_operator(p, left, (gm_prom_op)op);
    }
    p->depth--;
    return p->expr->error[0] ? NULL : left;
}

bool gm_prom_parse(gm_span text, gm_arena *arena, gm_prom_expr *expr) {
    *expr = (gm_prom_expr){0};
    parser p = {.text = text, .arena = arena, .expr = expr};
    if (text.len > GM_PROM_MAX_TEXT)
        return refuse(&p, 0, "the expression is longer than %d bytes", GM_PROM_MAX_TEXT) != NULL;
    advance(&p);
    gm_prom_node *root = parse_expression(&p, 0);
    if (root && p.token.kind != GM_TOKEN_END)
        refuse(&p, p.token.position, "\"%.*s\" is not expected here", (int)MIN(p.token.text.len, 60),
               p.token.text.data);
    if (root && root->type == GM_PROM_MATRIX) refuse(&p, root->position, "a range vector alone is no result");
    if (!root) refuse(&p, p.token.position, "no memory left for the expression");
    expr->root = expr->error[0] ? NULL : root;
    return expr->root != NULL;
}

void gm_prom_expr_release(gm_prom_expr *expr) {
    for (size_t i = 0; i < expr->n_patterns; i++) pcre2_code_free(expr->patterns[i]);
    *expr = (gm_prom_expr){0};
}
