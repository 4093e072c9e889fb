/* Docker's container statistics: the API's JSON documents, and what "docker stats" prints.
 *
 * The API tells its own times ("read") and the whole memory.stat. The command prints a table, or JSON lines,
 * of rounded values and no time: that comes from a line before it or from the member. What it calls MEM USAGE
 * is the usage without inactive file pages, a working set (old commands subtracted the whole page cache).
 * https://docs.docker.com/reference/api/engine/ (ContainerStats) and
 * https://github.com/docker/cli/blob/master/cli/command/container/stats_helpers.go */
#include "gomortem/format.h"
#include "importer/logs/owner.h"
#include "importer/metrics/documents.h"
#include "importer/metrics/fields.h"
#include "importer/metrics/snapshot.h"
#include "importer/text/lines.h"
#include "importer/text/span.h"

typedef struct {
    gm_fields fields;
    gm_snapshot now;
} gm_docker;

static gm_status find_owner(gm_docker *docker, gm_span name, gm_span id) {
    gm_identity who = {.level = GM_LEVEL_CONTAINER};
    gm_owner_of_docker_name(name, &who);
    who.runtime_id = id;
    return gm_fields_owner(&docker->fields, &who);
}

/* --- the API --- */
/* memory.stat: of cgroup v1 only the hierarchical keys total_* count, as cAdvisor has it; of v2 all keys do.
 */
static gm_status read_memory_stat(gm_fields *fields, const gm_json *stat, int64_t t_ns) {
    char path[128] = "memory_stats.stats.";
    const size_t start = sizeof("memory_stats.stats.") - 1;
    const bool v1 = gm_json_get(stat, "total_rss") || gm_json_get(stat, "total_cache");
    gm_status status = GM_OK;
    double value;
    size_t n;
    GM_JSON_EACH(field, stat) {
        gm_span key = field->key;
        if (status != GM_OK || key.len >= sizeof(path) - start || !gm_span_double(gm_json_text(field), &value))
            continue;
        bool counts = !v1 || gm_span_take(&key, GM_SPAN("total_")) || gm_span_starts(key, GM_SPAN("hierarchical_"));
        const gm_alias *alias = counts ? gm_alias_find(GM_DICT_CGROUP_STAT, key, &n) : NULL;
        memcpy(path + start, field->key.data, field->key.len);
        gm_span name = {path, start + field->key.len};
        if (alias) {
            status = gm_fields_quantity(fields, alias->quantity, name, t_ns, value / alias->divisor);
        } else {
            gm_fields_leave_out(fields, counts ? GM_LEFT_OUTSIDE : GM_LEFT_SUPERSEDED);
        }
    }
    return status;
}

static gm_status read_api(gm_docker *docker, const gm_json *document, int64_t t_ns) {
    static const char *const parts[] = {"cpu_stats", "memory_stats", "pids_stats"};
    gm_fields *fields = &docker->fields;
    gm_status status = GM_OK;
    for (size_t i = 0; i < 3 && status == GM_OK; i++) {
        GM_JSON_EACH(field, gm_json_get(document, parts[i])) {
            char name[128];
            double value;
            if (status != GM_OK || field->key.len > 64) continue;
            int n = snprintf(name, sizeof(name), "%s.%.*s", parts[i], (int)field->key.len, field->key.data);
            gm_span whole = {name, (size_t)n};
            bool is_stat = field->kind == GM_JSON_MAP && gm_span_equal(field->key, GM_SPAN("stats"));
            if (is_stat) {
                status = read_memory_stat(fields, field, t_ns);
            } else if (field->kind == GM_JSON_MAP) {
                status = gm_fields_object(fields, field, whole, t_ns);
            } else if (gm_span_double(gm_json_text(field), &value)) {
                status = gm_fields_number(fields, whole, t_ns, value);
            }
        }
    }
    return status;
}

/* --- the command --- */
typedef struct {
    gm_span name, id, usage, limit, pids;
} docker_row;

static gm_status write_row(gm_docker *docker, const docker_row *row) {
    gm_fields *fields = &docker->fields;
    double usage, value;
    if (!gm_span_bytes(row->usage, &usage)) { /* "--": it does not run */
        gm_fields_leave_out(fields, GM_LEFT_NO_VALUE);
        return GM_OK;
    }
    gm_status status = find_owner(docker, row->name, row->id);
    if (status != GM_OK) return status == GM_FATAL ? GM_FATAL : GM_OK;
    int64_t t_ns = gm_snapshot_now(&docker->now, fields->member);
    status = gm_fields_quantity(fields, GM_Q_MEM_WORKING_SET, GM_SPAN("MemUsage"), t_ns, usage);
    if (status == GM_OK && gm_span_bytes(row->limit, &value))
        status = gm_fields_quantity(fields, GM_Q_MEM_LIMIT, GM_SPAN("MemLimit"), t_ns, value);
    if (status == GM_OK && gm_span_double(row->pids, &value))
        status = gm_fields_quantity(fields, GM_Q_CONTAINER_THREADS, GM_SPAN("PIDs"), t_ns, value);
    return status;
}

/* {"Name":"web","ID":"ed37317fbf42","MemUsage":"2.352MiB / 982.5MiB","PIDs":"2"} */
static gm_status read_printed(gm_docker *docker, const gm_json *document) {
    gm_span limit = gm_json_text(gm_json_get(document, "MemUsage")), usage;
    if (!gm_span_cut(&limit, '/', &usage)) return GM_OK;
    docker_row row = {gm_json_text(gm_json_get(document, "Name")), gm_json_text(gm_json_get(document, "ID")),
                      gm_span_trim(usage), gm_span_trim(limit), gm_json_text(gm_json_get(document, "PIDs"))};
    return write_row(docker, &row);
}

static gm_status read_document(void *context, const gm_json *document) {
    gm_docker *docker = context;
    const gm_json *id = gm_json_get(document, "id"), *name = gm_json_get(document, "name");
    int64_t t_ns;
    gm_status status;
    if (gm_json_get(document, "MemUsage")) return read_printed(docker, document);
    if (gm_json_get(document, "read")) {
        /* a container that does not run has the zero time and no numbers */
        if (!gm_time_rfc3339(gm_json_text(gm_json_get(document, "read")), &t_ns) || t_ns <= 0) return GM_OK;
        docker->fields.member->time_source = "content";
    } else {
        t_ns = gm_snapshot_now(&docker->now, docker->fields.member);
    }
    status = id || name ? find_owner(docker, gm_json_text(name), gm_json_text(id))
                        : gm_member_identity(docker->fields.member, &docker->fields.identity_id);
    if (status == GM_OK) status = read_api(docker, document, t_ns);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

/* A piece copied out of an answer: "memory_stats": {...} without the braces around it. */
static bool is_piece(gm_span head) {
    return gm_span_starts(gm_span_trim_front(head), GM_SPAN("\"memory_stats\""));
}

static gm_status read_piece(gm_docker *docker) {
    gm_member *member = docker->fields.member;
    gm_span bytes;
    gm_status status = gm_member_read_all(member, member->limits->document_bytes, &bytes);
    if (status != GM_OK) return status;
    bytes = gm_span_trim(bytes);
    if (gm_span_ends(bytes, GM_SPAN(","))) bytes.len--;
    char *text = gm_arena_alloc(member->arena, bytes.len + 2);
    if (text) {
        text[0] = '{';
        memcpy(text + 1, bytes.data, bytes.len);
        text[bytes.len + 1] = '}';
    }
    gm_span whole = {text, text ? bytes.len + 2 : 0};
    const gm_json *document = gm_json_tree(member->arena, whole, member->limits->json_depth);
    if (document) return read_document(docker, document);
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "the piece of an answer is not whole");
    return GM_DAMAGED;
}

/* Terminal codes that a streaming "docker stats" puts before a line. */
static gm_span without_codes(gm_span line) {
    while (line.len > 2 && line.data[0] == '\x1b' && line.data[1] == '[') {
        size_t i = 2;
        while (i < line.len && (line.data[i] < '@' || line.data[i] > '~')) i++;
        line = gm_span_from(line, i + 1);
    }
    return gm_span_trim(line);
}

static bool is_header(gm_span line) {
    return gm_span_starts(line, GM_SPAN("CONTAINER")) && gm_span_find(line, GM_SPAN("MEM USAGE / LIMIT")) > 0;
}

/* ID NAME CPU% USAGE / LIMIT MEM% ... PIDS; before Docker 17 there was no NAME. */
static gm_status read_row(gm_docker *docker, gm_span line) {
    gm_span words[16];
    size_t n = 0, slash = 0;
    while (n < 16 && gm_span_word(&line, &words[n])) {
        if (!slash && gm_span_equal(words[n], GM_SPAN("/"))) slash = n;
        n++;
    }
    if (slash < 3 || slash + 2 >= n) {
        gm_emit_rejected(docker->fields.member->store, 1);
        return GM_OK;
    }
    bool named = slash > 3;
    docker_row row = {words[named], named ? words[0] : (gm_span){NULL, 0}, words[slash - 1], words[slash + 1],
                      words[n - 1]};
    return write_row(docker, &row);
}

static gm_status read_line(gm_docker *docker, gm_span line) {
    int64_t t_ns;
    gm_json *document;
    if (line.len == 0 || is_header(line)) return GM_OK;
    if (gm_snapshot_mark(line, &t_ns)) {
        docker->now = gm_snapshot_of_mark(t_ns);
        return GM_OK;
    }
    if (line.data[0] != '{') return read_row(docker, line);
    document = gm_json_tree(docker->fields.member->arena, line, docker->fields.member->limits->json_depth);
    if (document) return read_document(docker, document);
    gm_emit_rejected(docker->fields.member->store, 1);
    return GM_OK;
}

static gm_status read_lines(gm_docker *docker) {
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    gm_lines_init(&lines, docker->fields.member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = read_line(docker, without_codes(line.text));
    return status == GM_OK ? gm_lines_status(&lines) : status;
}

/* --- the format --- */
static bool is_printed(const gm_head *head) {
    gm_span rest = head->head, line;
    for (int i = 0; i < 5 && gm_span_cut(&rest, '\n', &line); i++) {
        gm_span text = without_codes(line);
        if (is_header(text)) return true;
        if (gm_span_starts(text, GM_SPAN("{")) && gm_span_find(text, GM_SPAN("\"MemUsage\":")) > 0) return true;
    }
    return false;
}

static int bid(const gm_head *head) {
    if (is_printed(head)) return 90;
    if (is_piece(head->head)) return 60;
    if (!gm_head_is_json(head) || !gm_head_has_json(head, "memory_stats", NULL)) return 0;
    return gm_head_has_json(head, "read", NULL) ? 92 : 50;
}

static gm_status parse(gm_member *member) {
    gm_docker docker = {.now = gm_snapshot_of_path(member)};
    gm_head head = {.head = member->head};
    docker.fields = (gm_fields){.member = member, .source = "docker", .dictionary = GM_DICT_DOCKER};
    gm_status status;
    if (is_printed(&head)) {
        status = read_lines(&docker);
    } else {
        status = is_piece(head.head) ? read_piece(&docker) : gm_documents_each(member, read_document, &docker);
    }
    return status;
}

const gm_format gm_format_docker_stats = {
    .name = "docker_stats",
    .title = "Docker container statistics",
    .takes = "Memory, CPU and task counts of containers, from the API or as printed.",
    .bid = bid,
    .parse = parse,
};
