/* What people put into bundles and what holds no measurement: notes, error pages, configuration, programs.
 *
 * Comes after all other formats have declined; the import loop then knows that nothing was overlooked. Each
 * kind has a text that says what it is and, where it took a capture's place, what to save instead. Only what
 * is known by its first bytes or by its name is taken: anything else stays unrecognised. */
#include "gomortem/format.h"

#include "importer/text/span.h"

enum { SHORT_PAGE = 4096, BY_CONTENT = 29, BY_NAME = 5 };

typedef struct {
    const char *begins; /* the first bytes, after blanks */
    int bid;
    gm_diag_severity severity;
    const char *says;
} signature;

#define REPLACED(begins, says) \
    { begins, BY_CONTENT, GM_SEVERITY_WARNING, says }
#define BINARY(begins, says) \
    { begins, 95, GM_SEVERITY_INFO, says }

static const signature signatures[] = {
    {"<!DOCTYPE", BY_CONTENT, GM_SEVERITY_WARNING, "an HTML page instead of data: save what it links to"},
    {"<!doctype", BY_CONTENT, GM_SEVERITY_WARNING, "an HTML page instead of data: save what it links to"},
    {"<html", BY_CONTENT, GM_SEVERITY_WARNING, "an HTML page instead of data: save what it links to"},
    {"<HTML", BY_CONTENT, GM_SEVERITY_WARNING, "an HTML page instead of data: save what it links to"},
    REPLACED("404 page not found", "an error page instead of data: nothing is served under that address"),
    REPLACED("Could not enable", "an error page instead of a profile: another one was being taken"),
    REPLACED("Unknown profile", "an error page instead of a profile: the program has none of that name"),
    REPLACED("profile duration exceeds", "an error page instead of a profile: the server's write timeout is shorter"),
    REPLACED("Unauthorized", "an error page instead of data: the server wanted credentials"),
    REPLACED("Forbidden", "an error page instead of data: the server refused"),
    REPLACED("Internal Server Error", "an error page instead of data"),
    REPLACED("upstream ", "an error page of a proxy instead of data"),
    REPLACED("no healthy upstream", "an error page of a proxy instead of data"),
    REPLACED("Error from server", "an error message of kubectl instead of data"),
    REPLACED("error: ", "an error message instead of data"),
    REPLACED("Error: ", "an error message instead of data"),
    REPLACED("curl: (", "an error message of curl instead of data"),
    REPLACED("cat: ", "an error message of cat instead of data"),
    REPLACED("bash: ", "an error message of a shell instead of data"),
    REPLACED("sh: ", "an error message of a shell instead of data"),
    {"--- heapz", 62, GM_SEVERITY_WARNING, "a heap profile of a Java program, whose methods it cannot name"},
    {"sample_type {", 62, GM_SEVERITY_WARNING, "a profile printed as text by protoc: save the profile itself (.pb.gz)"},
    {"{\"__name__\":", 62, GM_SEVERITY_WARNING,
     "names of series without samples (promtool's seriesjson): dump them with their samples"},
    BINARY("\x7f"
           "ELF",
           "a program or a core file, not a capture that is read"),
    BINARY("JAVA PROFILE", "a heap dump of a Java program, not a capture that is read"),
    BINARY("FLR\0", "a recording of a Java program, not a capture that is read"),
    BINARY("PERFILE2", "samples of perf, not a capture that is read"),
    BINARY("SQLite format 3", "an SQLite database, not a capture that is read"),
    BINARY("\x89PNG", "a picture: numbers in it cannot be read"),
    BINARY("\xff\xd8\xff", "a picture: numbers in it cannot be read"),
    BINARY("GIF8", "a picture: numbers in it cannot be read"),
    BINARY("%PDF-", "a printed page: numbers in it cannot be read"),
};
enum { SIGNATURES = sizeof signatures / sizeof *signatures };

static const char go_trace[] = "an execution trace of Go: save a heap profile or a gctrace log for memory";
static const char otlp_proto[] =
    "OpenTelemetry messages in protobuf, which are not read: let the exporter write JSON (format: json)";
static const char kubernetes_status[] = "an answer of the Kubernetes API that tells of a failure instead of data";
static const char api_answer[] = "an answer of Prometheus' API without samples: labels, targets, rules or a status";
static const char note[] = "text in which no measurement is recognised, such as a note or a configuration";

/* "go 1.21 trace\0\0\0" */
static bool is_go_trace(gm_span head) {
    return gm_span_starts(head, GM_SPAN("go 1.")) && gm_span_find(gm_span_first(head, 16), GM_SPAN(" trace")) > 0;
}

/* A length in four bytes, the largest first, and a message whose only field is the first, a submessage. */
static bool is_otlp_proto(gm_span head) {
    const unsigned char *bytes = (const unsigned char *)head.data;
    if (head.len < 8) return false;
    uint32_t len = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
    if (len < 4 || len > (64 << 20) || bytes[4] != 0x0a) return false;
    uint32_t inner = 0;
    size_t at = 5;
    for (unsigned shift = 0; at < head.len && at < 9; shift += 7) {
        unsigned char byte = bytes[at++];
        inner |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) break;
    }
    /* the resource's field comes first, and several resources may follow */
    return inner > 0 && inner + (at - 4) <= len && at < head.len && bytes[at] == 0x0a;
}

static bool is_text(gm_span head) {
    for (size_t i = 0; i < head.len; i++) {
        unsigned char byte = (unsigned char)head.data[i];
        if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1b) return false;
    }
    return true;
}

static bool is_note_name(gm_span name) {
    static const char *const starts[] = {"README",  "readme",  "NOTES",   "notes",     "NOTE",       "note",
                                         "TODO",    "LICENSE", "CHANGE",  "MANIFEST",  "Dockerfile", "Makefile",
                                         "VERSION", "version", "summary", "timestamp", "postmortem", "timeline"};
    static const char *const ends[] = {".md",  ".rst",  ".adoc",       ".txt", ".yaml",   ".yml", ".toml",
                                       ".ini", ".conf", ".cfg",        ".env", ".sh",     ".go",  ".py",
                                       ".sql", ".html", ".css",        ".js",  ".stderr", ".err", ".sum",
                                       ".mod", ".xml",  ".properties", ".json"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (gm_span_starts(name, gm_span_of(starts[i]))) return true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (gm_span_ends(name, gm_span_of(ends[i]))) return true;
    return false;
}

static bool is_kubernetes_status(gm_span head) {
    return gm_span_starts(head, GM_SPAN("{")) && gm_span_find(head, GM_SPAN("\"Status\"")) > 0 &&
           gm_span_find(head, GM_SPAN("\"Failure\"")) > 0;
}

static bool is_api_answer(gm_span beginning) {
    return gm_span_starts(beginning, GM_SPAN("{")) && gm_span_find(beginning, GM_SPAN("\"status\"")) > 0 &&
           gm_span_find(beginning, GM_SPAN("\"success\"")) > 0;
}

/* What it is; says is NULL when it is nothing known. A note is told by the caller, who knows the name. */
static signature kind_of(gm_span head) {
    if (is_go_trace(head)) return (signature){NULL, 95, GM_SEVERITY_INFO, go_trace};
    for (size_t i = 0; i < SIGNATURES; i++) {
        gm_span begins = gm_span_of(signatures[i].begins);
        bool text = signatures[i].bid != 95;
        if (!gm_span_starts(text ? gm_span_trim_front(head) : head, begins)) continue;
        bool page = signatures[i].bid == BY_CONTENT && begins.data[0] != '<';
        if (page && head.len > SHORT_PAGE) continue;
        return signatures[i];
    }
    if (is_kubernetes_status(gm_span_trim_front(head)))
        return (signature){NULL, BY_CONTENT, GM_SEVERITY_WARNING, kubernetes_status};
    if (is_api_answer(gm_span_first(gm_span_trim_front(head), 100)))
        return (signature){NULL, 20, GM_SEVERITY_INFO, api_answer};
    if (!is_text(head) && is_otlp_proto(head)) return (signature){NULL, 21, GM_SEVERITY_WARNING, otlp_proto};
    return (signature){NULL, 0, GM_SEVERITY_INFO, NULL};
}

static int no_data_bid(const gm_head *head) {
    signature kind = kind_of(head->head);
    if (kind.says) return kind.bid;
    return is_note_name(head->name) && is_text(head->head) ? BY_NAME : 0;
}

static gm_status no_data_parse(gm_member *member) {
    signature kind = kind_of(member->head);
    gm_member_diag(member, kind.severity, GM_UNKNOWN, GM_UNKNOWN, "%s", kind.says ? kind.says : note);
    return GM_END;
}

const gm_format gm_format_no_data = {
    .name = "no_data",
    .title = "Notes, error pages, programs, pictures",
    .takes = "Nothing: a diagnostic says what it is, and what to save instead.",
    .bid = no_data_bid,
    .parse = no_data_parse,
};
