/* A log to which a shell loop appends the files of a cgroup, or the record of a shell where somebody looked
 * at them.
 *
 * "=== <time>" opens a snapshot, "--- <file>" (or head's "==> <file> <==", a prompt with cat, grep's
 * "<file>:<value>", more's lines of colons) a file of it, whose text follows; directories below the mount
 * point are cgroups of their own. values.c reads the lines, see there. A last line without a line end is what
 * was being written when the log was copied, and does not count.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html */
#include "importer/formats/cgroup_file/cgroup.h"
#include "gomortem/format.h"
#include "importer/text/span.h"

/* A line of nothing but digits is a value, not a time. */
static bool is_mark(gm_span line, int64_t *t_ns) {
    static const char *const frames[] = {"==", "--", "##", "# ", "**"};
    bool framed = gm_span_find_byte(line, ':') > 0; /* a time of day */
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]) && !framed; i++)
        framed = gm_span_starts(line, gm_span_of(frames[i]));
    return framed && gm_snapshot_mark(line, t_ns);
}

/* --- headings --- */
typedef struct {
    const gm_cgroup_file *file; /* NULL: none that is known */
    gm_span directory;
    gm_span value; /* of "file:value", as grep writes it */
    bool has_value;
} heading;

static bool is_word_end(gm_span path, size_t at) {
    return at == path.len || path.data[at] == ':' || path.data[at] == ' ';
}

static void split_path(gm_span path, heading *found) {
    size_t name = path.len;
    while (name > 0 && path.data[name - 1] != '/') name--;
    found->file = gm_cgroup_file_named(gm_span_from(path, name));
    if (!found->file) found->file = gm_cgroup_proc_file_named(gm_span_from(path, name));
    found->directory = gm_span_first(path, name > 0 ? name - 1 : 0);
}

/* "--- memory.stat", "==> /sys/fs/cgroup/memory.stat <==", "### memory.stat ###": anything framed is a
 * heading, so that the lines of a file that is not known do not count to the one before. */
static bool is_framed(gm_span line, heading *found) {
    static const char *const before[] = {"--- ", "==> ", "### ", ">>> "};
    static const char *const behind[] = {" ---", " <==", " ###", " <<<"};
    size_t i = 0;
    while (i < 4 && !gm_span_take(&line, gm_span_of(before[i]))) i++;
    if (i == 4) return false;
    for (i = 0; i < 4; i++)
        if (gm_span_ends(line, gm_span_of(behind[i]))) line.len -= 4;
    line = gm_span_trim(line);
    if (gm_span_ends(line, GM_SPAN(":"))) line.len--;
    split_path(line, found);
    return true;
}

/* "$ cat memory.stat", "sh-4.2# cat /sys/fs/cgroup/memory.stat", "+ cat memory.stat"; another command at a
 * prompt ends the file before as well. */
static bool is_command(gm_span line, heading *found) {
    static const char *const prompts[] = {"$ ", "# ", "+ "};
    ptrdiff_t at = -1;
    for (size_t i = 0; i < 3 && at < 0; i++) {
        at = gm_span_find(gm_span_first(line, 160), gm_span_of(prompts[i]));
        bool alone = at == 0 && i < 2;
        if (at > 0 && i == 2) at = -1;
        if (alone && !gm_span_starts(gm_span_from(line, 2), GM_SPAN("cat "))) at = -1;
    }
    if (at < 0) return false;
    line = gm_span_from(line, (size_t)at + 2);
    found->file = NULL;
    if (gm_span_take(&line, GM_SPAN("cat "))) split_path(gm_span_trim(line), found);
    return true;
}

/* A path alone, as in more's heads between lines of colons; and "path:value" of grep. */
static bool is_path(gm_span line, heading *found) {
    ptrdiff_t colon = gm_span_find_byte(line, ':');
    gm_span path = colon < 0 ? line : gm_span_first(line, (size_t)colon);
    if (path.len < 6 || !is_word_end(line, path.len) || gm_span_find_byte(path, ' ') >= 0) return false;
    split_path(path, found);
    bool pathlike = gm_span_find_byte(path, '.') >= 0 || gm_span_find_byte(path, '/') >= 0;
    if (!found->file || !pathlike) return false;
    if (colon >= 0) found->value = gm_span_from(line, (size_t)colon + 1);
    found->has_value = found->value.len > 0;
    return true;
}

static bool is_heading(gm_span line, heading *found) {
    line = gm_span_trim(line);
    *found = (heading){.file = NULL};
    return is_framed(line, found) || is_command(line, found) || is_path(line, found);
}

static bool is_colons(gm_span line) {
    return gm_span_starts(gm_span_trim(line), GM_SPAN("::::::::"));
}

/* Rotation and tail cut such a log anywhere: it shows where the next snapshot begins with a file that is known. */
static bool begins_within(gm_span head) {
    heading found;
    gm_span line;
    int64_t t_ns;
    bool marked = false;
    while (gm_span_cut(&head, '\n', &line)) {
        if (marked && is_heading(line, &found) && found.file) return true;
        marked = is_mark(gm_span_trim(line), &t_ns);
    }
    return false;
}

static int bid(const gm_head *head) {
    heading found;
    gm_span rest = head->head, line;
    int64_t t_ns;
    bool framed = false;
    for (int i = 0; gm_span_cut(&rest, '\n', &line); i++) {
        if (is_heading(line, &found)) {
            if (found.file && (framed || i < 3)) return 87;
        } else if (i < 3 && is_mark(gm_span_trim(line), &t_ns)) {
            framed = true;
        }
        if (i >= 3 && !framed) break;
    }
    return begins_within(head->head) ? 86 : 0;
}

/* --- lines --- */
static gm_status open_file(gm_cgroup_reader *reader, const heading *found) {
    gm_capture *capture = reader->capture;
    int64_t before = capture->identity_id;
    gm_status status = gm_capture_of_directory(capture, found->directory);
    int64_t now = capture->identity_id;
    bool goes_on = found->has_value && reader->file == found->file && before == now;
    if (status == GM_OK && !goes_on) {
        capture->identity_id = before;
        status = gm_cgroup_end(reader);
        capture->identity_id = now;
        capture->source = found->file && found->file->kind == GM_CGROUP_PROC ? "proc" : "cgroup";
        capture->t_ns = gm_snapshot_now(&capture->now, capture->member);
        gm_cgroup_begin(reader, found->file);
    }
    if (status != GM_OK || !found->has_value) return status;
    return gm_cgroup_line(reader, found->value);
}

/* waits: nothing before the first mark has a time. */
static gm_status take_line(gm_cgroup_reader *reader, gm_span line, bool *waits) {
    gm_capture *capture = reader->capture;
    heading found;
    int64_t t_ns;
    bool mark = is_mark(gm_span_trim(line), &t_ns);
    *waits = *waits && !mark;
    if (*waits) return GM_OK;
    if (mark) {
        gm_status status = gm_cgroup_end(reader);
        capture->now = gm_snapshot_of_mark(t_ns);
        capture->t_ns = gm_snapshot_now(&capture->now, capture->member);
        return status;
    }
    if (is_colons(line)) return GM_OK;
    return is_heading(line, &found) ? open_file(reader, &found) : gm_cgroup_line(reader, line);
}

static gm_span first_line(gm_span text) {
    gm_span line = text;
    gm_span_cut(&text, '\n', &line);
    return line;
}

static gm_status parse(gm_member *member) {
    gm_capture capture;
    gm_cgroup_reader reader = {.capture = &capture};
    gm_line line;
    int64_t t_ns;
    gm_status status = gm_capture_open(&capture, member, "cgroup", (gm_span){NULL, 0});
    bool waits = begins_within(member->head);
    if (waits && !is_mark(gm_span_trim(first_line(member->head)), &t_ns))
        gm_member_diag(member, GM_SEVERITY_INFO, 1, GM_UNKNOWN,
                       "the log begins within a snapshot; what stands before the first time is left out");
    while (status == GM_OK && gm_lines_next(&capture.lines, &line)) {
        if (line.unfinished) {
            gm_emit_rejected(member->store, 1);
            capture.torn = true;
        } else {
            status = take_line(&reader, line.text, &waits);
        }
    }
    capture.torn |= gm_lines_status(&capture.lines) != GM_OK;
    if (status == GM_OK) status = gm_cgroup_end(&reader);
    return status == GM_OK ? gm_lines_status(&capture.lines) : status;
}

const gm_format gm_format_cgroup_sampler = {
    .name = "cgroup_sampler",
    .title = "Log of a loop that samples files of a cgroup or of /proc",
    .takes = "What cgroup_file, proc_status and smaps_rollup give, at each time of the log.",
    .bid = bid,
    .parse = parse,
};
