/* Output of kubectl logs --timestamps and --prefix, of docker logs -t, and of stern.
 *
 * Comes after gm_format_choose, hands its lines to logs/wrap.c. kubectl writes "[pod/NAME/CONTAINER] " in front of the
 * stamp, stern "[NAMESPACE ]POD CONTAINER "; without either the path or the member itself says who it is.
 * https://kubernetes.io/docs/reference/kubectl/generated/kubectl_logs/ , https://github.com/stern/stern */
#include "gomortem/format.h"

#include "importer/logs/wrap.h"
#include "importer/text/span.h"

typedef struct {
    gm_span ns, pod, container, text;
    int64_t t_ns;
    bool prefixed, stamped;
    bool precise; /* the stamp has nanoseconds */
} kubectl_line;

static bool is_name(gm_span s) {
    bool dash = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!fits) return false;
        dash = dash || c == '-';
    }
    return s.len > 0 && (dash || s.data[0] > '9');
}

/* "[pod/NAME/CONTAINER] " */
static bool take_prefix(gm_span *text, kubectl_line *line) {
    gm_span s = *text;
    if (!gm_span_take(&s, GM_SPAN("[pod/")) || !gm_span_cut(&s, '/', &line->pod) || !s.data) return false;
    if (!gm_span_cut(&s, ']', &line->container) || !s.data || !gm_span_take_byte(&s, ' ')) return false;
    *text = s;
    return line->prefixed = is_name(line->pod) && is_name(line->container);
}

/* kubectl always writes nine digits, docker drops zeros at the end. */
static bool take_stamp(gm_span *text, kubectl_line *line) {
    gm_span s = *text;
    bool zone;
    if (!gm_time_take_rfc3339(&s, &line->t_ns, &zone)) return false;
    gm_span stamp = gm_span_first(*text, text->len - s.len);
    if (!zone || stamp.data[10] != 'T' || (s.len > 0 && !gm_span_take_byte(&s, ' '))) return false;
    size_t digits = 0;
    while (20 + digits < stamp.len && stamp.data[20 + digits] >= '0' && stamp.data[20 + digits] <= '9') digits++;
    line->precise = stamp.len > 20 && stamp.data[19] == '.' && digits >= 7;
    *text = s;
    return line->stamped = true;
}

static void split(gm_span text, kubectl_line *line) {
    *line = (kubectl_line){.t_ns = GM_UNKNOWN};
    take_prefix(&text, line);
    if (!take_stamp(&text, line)) line->t_ns = GM_UNKNOWN;
    line->text = text;
}

/* How stern's lines begin; with --all-namespaces it names the namespace too. */
typedef enum { STERN_NONE, STERN_POD, STERN_NAMESPACE } stern_form;

/* "[NAMESPACE ]POD CONTAINER [STAMP ]text" */
static bool split_stern(gm_span text, stern_form form, kubectl_line *line) {
    *line = (kubectl_line){.t_ns = GM_UNKNOWN};
    if (form == STERN_NAMESPACE && (!gm_span_cut(&text, ' ', &line->ns) || !text.data || !is_name(line->ns)))
        return false;
    if (!gm_span_cut(&text, ' ', &line->pod) || !text.data || !is_name(line->pod)) return false;
    if (!gm_span_cut(&text, ' ', &line->container) || !text.data || !is_name(line->container)) return false;
    if (gm_span_find_byte(line->pod, '-') < 0) return false;
    if (!take_stamp(&text, line)) line->t_ns = GM_UNKNOWN;
    line->prefixed = true;
    line->text = text;
    return true;
}

enum { STERN_BYTES = 512 }; /* of a line that a bid looks at */

/* --- bid --- */
static bool fits_kubectl(gm_span text) {
    kubectl_line line;
    gm_cri_line cri;
    split(text, &line);
    /* programs that stamp their own lines are content with less */
    return (line.prefixed || line.precise) && !gm_wrap_cri(text, &cri);
}

static bool fits_prefix(gm_span text) {
    kubectl_line line;
    split(text, &line);
    return line.prefixed;
}

static bool is_announcement(gm_span text) { /* "+ pod › container" */
    return gm_span_starts(text, GM_SPAN("+ ")) || gm_span_starts(text, GM_SPAN("- "));
}

static bool fits_stern(gm_span text) {
    kubectl_line line;
    char buffer[STERN_BYTES];
    text = gm_wrap_uncoloured(text, buffer, sizeof buffer);
    return is_announcement(text) || split_stern(text, STERN_POD, &line) || split_stern(text, STERN_NAMESPACE, &line);
}

/* Words in front prove nothing; a stamp or a known text behind them does. */
static bool proves(gm_span text, stern_form form) {
    kubectl_line line;
    char buffer[STERN_BYTES];
    text = gm_wrap_uncoloured(text, buffer, sizeof buffer);
    return split_stern(text, form, &line) && (line.stamped || gm_log_known(line.text));
}

static bool proves_pod(gm_span text) {
    return proves(text, STERN_POD);
}

static bool proves_namespace(gm_span text) {
    return proves(text, STERN_NAMESPACE);
}

static stern_form form_of(gm_span head) {
    int lines, pods, namespaces;
    if (!gm_wrap_most_fit(head, fits_stern)) return STERN_NONE;
    gm_wrap_count(head, proves_pod, &lines, &pods);
    gm_wrap_count(head, proves_namespace, &lines, &namespaces);
    if (pods + namespaces == 0) return STERN_NONE;
    return namespaces > pods ? STERN_NAMESPACE : STERN_POD;
}

static int log_kubectl_bid(const gm_head *head) {
    if (gm_wrap_most_fit(head->head, fits_prefix)) return 91;
    if (gm_wrap_most_fit(head->head, fits_kubectl)) return 80;
    return form_of(head->head) == STERN_NONE ? 0 : 78;
}

/* --- parse --- */
static gm_status read_line(gm_wrap *wrap, const gm_line *line, void *context) {
    stern_form form = *(const stern_form *)context;
    gm_span text = gm_wrap_plain(wrap, line->text);
    kubectl_line parts;
    gm_log_line out;
    if (form != STERN_NONE && is_announcement(text)) return GM_OK;
    if (form == STERN_NONE || !split_stern(text, form, &parts)) split(text, &parts);
    gm_identity identity = {
        .level = GM_LEVEL_CONTAINER, .ns = parts.ns, .pod = parts.pod, .container = parts.container};
    gm_wrap_owner *owner = parts.prefixed ? gm_wrap_owner_of(wrap, &identity) : gm_wrap_default(wrap);
    if (!owner) return GM_DAMAGED;
    gm_wrap_line_init(&out, parts.text, line->number, parts.t_ns);
    out.unfinished = line->unfinished;
    return gm_wrap_line(wrap, owner, &out);
}

static gm_status log_kubectl_parse(gm_member *member) {
    stern_form form = gm_wrap_most_fit(member->head, fits_kubectl) ? STERN_NONE : form_of(member->head);
    return gm_wrap_read(member, read_line, &form);
}

const gm_format gm_format_log_kubectl = {
    .name = "log_kubectl",
    .title = "kubectl logs, docker logs -t, stern",
    .takes =
        "GC cycles, scavenger levels, goroutine dumps and Go crashes, by pod and container where the lines name them.",
    .bid = log_kubectl_bid,
    .parse = log_kubectl_parse,
};
