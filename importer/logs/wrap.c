/* Owners and split lines for the wrapper formats.
 *
 * Comes between the formats log_*.c and log.c. Owners are interned by their identity; each has one buffer per stream
 * for a line that its writer handed over in parts (docker and CRI split beyond 16 KiB, CRI-O at every write), because
 * parts of stdout and stderr alternate. */
#include "importer/logs/wrap.h"

#include <math.h>

#include "importer/logs/owner.h"
#include "importer/logs/stamp.h"
#include "importer/text/span.h"

enum { FIRST_SLOTS = 16, HEAD_LINES = 64, NAMES = 7, FIRST_PART = 1024 };

typedef struct { /* a line of which the end is still to come */
    char *data;
    size_t len, size;
    bool open;
    gm_log_line first; /* without text */
} part_buffer;

struct gm_wrap_owner {
    gm_log_owner owner;
    bool started; /* its lines hold something known */
    part_buffer parts[3];
    gm_wrap_owner *next; /* in order of appearance */
};

struct gm_wrap {
    gm_member *member;
    gm_log *log;
    gm_wrap_owner *first, *last, *main, *recent;
    gm_wrap_owner **slots;
    size_t slot_count, count;
    char *plain;
    size_t plain_size;
};

static gm_status out_of_memory(gm_wrap *wrap, int64_t line) {
    gm_member_diag(wrap->member, GM_SEVERITY_ERROR, line, GM_UNKNOWN, "no memory left to read this log");
    return GM_DAMAGED;
}

/* --- owners --- */
static const gm_span *name_of(const gm_identity *identity, int i) {
    const gm_span *const names[NAMES] = {&identity->ns,      &identity->pod,        &identity->container,
                                         &identity->pod_uid, &identity->runtime_id, &identity->cgroup,
                                         &identity->hint};
    return names[i];
}

static bool same(const gm_identity *a, const gm_identity *b) {
    if (a->level != b->level) return false;
    for (int i = 0; i < NAMES; i++) {
        if (!gm_span_equal(*name_of(a, i), *name_of(b, i))) return false;
    }
    return true;
}

static uint64_t hash(const gm_identity *identity) {
    uint64_t h = UINT64_C(0xcbf29ce484222325) + (uint64_t)identity->level;
    for (int i = 0; i < NAMES; i++) {
        gm_span name = *name_of(identity, i);
        for (size_t k = 0; k < name.len; k++) h = (h ^ (unsigned char)name.data[k]) * UINT64_C(0x100000001b3);
        h = (h ^ 0xff) * UINT64_C(0x100000001b3);
    }
    return h;
}

static gm_wrap_owner **slot_of(gm_wrap_owner **slots, size_t count, const gm_identity *identity) {
    size_t i = (size_t)hash(identity) & (count - 1);
    while (slots[i] && !same(&slots[i]->owner.identity, identity)) i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool grow_slots(gm_wrap *wrap) {
    size_t count = wrap->slot_count ? wrap->slot_count * 2 : FIRST_SLOTS;
    gm_wrap_owner **slots = GM_ARENA_NEW(wrap->member->arena, gm_wrap_owner *, count);
    if (!slots) return false;
    for (gm_wrap_owner *o = wrap->first; o; o = o->next) {
        if (o != wrap->main) *slot_of(slots, count, &o->owner.identity) = o;
    }
    wrap->slots = slots;
    wrap->slot_count = count;
    return true;
}

static gm_wrap_owner *owner_new(gm_wrap *wrap, const gm_identity *identity) {
    gm_arena *arena = wrap->member->arena;
    gm_wrap_owner *made = GM_ARENA_NEW(arena, gm_wrap_owner, 1);
    if (!made) return NULL;
    made->owner.identity = *identity;
    gm_identity *mine = &made->owner.identity;
    gm_span *const names[NAMES] = {&mine->ns,         &mine->pod,    &mine->container, &mine->pod_uid,
                                   &mine->runtime_id, &mine->cgroup, &mine->hint};
    for (int i = 0; i < NAMES; i++) {
        if (names[i]->len == 0) continue;
        *names[i] = gm_arena_span(arena, gm_span_first(*names[i], wrap->member->limits->string_bytes));
        if (!names[i]->data) return NULL;
    }
    if (wrap->last) {
        wrap->last->next = made;
    } else {
        wrap->first = made;
    }
    return wrap->last = made;
}

gm_wrap_owner *gm_wrap_owner_of(gm_wrap *wrap, const gm_identity *identity) {
    bool named = false;
    for (int i = 0; i < NAMES; i++) named = named || name_of(identity, i)->len > 0;
    if (!named || same(&wrap->main->owner.identity, identity)) return wrap->main;
    if (wrap->recent && same(&wrap->recent->owner.identity, identity)) return wrap->recent;
    if (wrap->count * 2 >= wrap->slot_count && !grow_slots(wrap)) {
        out_of_memory(wrap, GM_UNKNOWN);
        return NULL;
    }
    gm_wrap_owner **slot = slot_of(wrap->slots, wrap->slot_count, identity);
    if (!*slot) {
        *slot = owner_new(wrap, identity);
        if (!*slot) {
            out_of_memory(wrap, GM_UNKNOWN);
            return NULL;
        }
        wrap->count++;
    }
    return wrap->recent = *slot;
}

gm_wrap_owner *gm_wrap_default(gm_wrap *wrap) {
    return wrap->main;
}

bool gm_wrap_is_used(const gm_wrap_owner *owner) {
    return owner->started;
}

gm_wrap *gm_wrap_new(gm_member *member) {
    gm_identity identity;
    gm_wrap *wrap = GM_ARENA_NEW(member->arena, gm_wrap, 1);
    gm_log *log = wrap ? gm_log_new(member) : NULL;
    if (log) {
        wrap->member = member;
        wrap->log = log;
        bool named = gm_owner_of_path(member->path, &identity);
        wrap->main = owner_new(wrap, &identity);
        if (wrap->main) {
            wrap->main->owner.own = !named;
            return wrap;
        }
    }
    gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory left to read this log");
    return NULL;
}

gm_log *gm_wrap_log(gm_wrap *wrap) {
    return wrap->log;
}

/* --- lines --- */
void gm_wrap_line_init(gm_log_line *line, gm_span text, int64_t number, int64_t t_ns) {
    *line = (gm_log_line){.text = text, .number = number, .t_ns = t_ns, .boot_s = NAN};
}

gm_status gm_wrap_line(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *line) {
    gm_log_line one = *line;
    gm_span rest = line->text;
    gm_status status = GM_OK;
    one.owner = &owner->owner;
    if (gm_span_ends(rest, GM_SPAN("\n"))) rest.len--;
    do {
        if (!gm_span_cut(&rest, '\n', &one.text)) one.text = (gm_span){NULL, 0};
        if (gm_span_ends(one.text, GM_SPAN("\r"))) one.text.len--;
        owner->started = owner->started || gm_log_known(one.text);
        if (owner->started) status = gm_log_line_add(wrap->log, &one);
    } while (status == GM_OK && rest.data);
    return status;
}

static bool append(gm_wrap *wrap, part_buffer *buffer, gm_span text) {
    size_t limit = wrap->member->limits->line_bytes;
    text = gm_span_first(text, limit > buffer->len ? limit - buffer->len : 0);
    size_t want = buffer->len + text.len;
    if (want > buffer->size) {
        size_t size = buffer->size ? buffer->size : FIRST_PART;
        while (size < want) size *= 2;
        char *data = gm_arena_alloc(wrap->member->arena, size);
        if (!data) return false;
        if (buffer->len > 0) memcpy(data, buffer->data, buffer->len);
        buffer->data = data;
        buffer->size = size;
    }
    if (text.len > 0) memcpy(buffer->data + buffer->len, text.data, text.len);
    buffer->len = want;
    return true;
}

static gm_status close_parts(gm_wrap *wrap, gm_wrap_owner *owner, part_buffer *buffer, bool unfinished) {
    gm_log_line whole = buffer->first;
    whole.text = (gm_span){buffer->data, buffer->len};
    whole.unfinished = unfinished;
    buffer->open = false;
    buffer->len = 0;
    return gm_wrap_line(wrap, owner, &whole);
}

gm_status gm_wrap_part(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *part, bool last) {
    part_buffer *buffer = &owner->parts[part->stream == 'o' ? 1 : part->stream == 'e' ? 2 : 0];
    if (!buffer->open && last) return gm_wrap_line(wrap, owner, part);
    if (!buffer->open) {
        buffer->first = *part;
        buffer->open = true;
    }
    if (!append(wrap, buffer, part->text)) return out_of_memory(wrap, part->number);
    return last ? close_parts(wrap, owner, buffer, false) : GM_OK;
}

gm_status gm_wrap_nested(gm_wrap *wrap, gm_wrap_owner *owner, const gm_log_line *line) {
    gm_log_line inner = *line;
    gm_cri_line cri;
    gm_stamp stamp;
    gm_stamp_init(&stamp);
    if (gm_wrap_cri(line->text, &cri)) {
        inner.text = cri.content;
        inner.stream = cri.stream;
        if (!gm_time_rfc3339(cri.time, &inner.t_ns)) inner.t_ns = line->t_ns;
        return gm_wrap_part(wrap, owner, &inner, !cri.partial);
    }
    if (gm_span_find(gm_span_first(inner.text, 80), GM_SPAN("kernel: ")) >= 0) {
        gm_stamp_take(&inner.text, line->t_ns, &stamp);
        gm_span_take(&inner.text, GM_SPAN("kernel: "));
    }
    if (inner.text.len > 0 && strchr("[<", inner.text.data[0])) gm_stamp_take_kernel(&inner.text, &stamp);
    inner.boot_s = stamp.boot_s;
    if (stamp.kernel) inner.stream = 0;
    return gm_wrap_line(wrap, owner, &inner);
}

gm_status gm_wrap_read(gm_member *member, gm_wrap_reader reader, void *context) {
    gm_wrap *wrap = gm_wrap_new(member);
    if (!wrap) return GM_DAMAGED;
    gm_lines lines;
    gm_line line;
    gm_status status = GM_OK;
    gm_lines_init(&lines, member);
    while (status == GM_OK && gm_lines_next(&lines, &line)) status = reader(wrap, &line, context);
    if (status == GM_OK) status = gm_lines_status(&lines);
    return gm_wrap_end(wrap, status);
}

gm_status gm_wrap_end(gm_wrap *wrap, gm_status status) {
    if (status == GM_FATAL) return status;
    gm_status end = GM_OK;
    bool used = false;
    for (gm_wrap_owner *o = wrap->first; o && end != GM_FATAL; o = o->next) {
        for (int i = 0; i < 3 && end != GM_FATAL; i++) {
            if (o->parts[i].open) end = close_parts(wrap, o, &o->parts[i], true);
        }
        used = used || o->started;
    }
    if (!used && status == GM_OK)
        gm_member_diag(wrap->member, GM_SEVERITY_INFO, GM_UNKNOWN, GM_UNKNOWN,
                       "none of its lines is a runtime's trace, a crash or a kernel's OOM report");
    if (end != GM_FATAL) end = gm_log_end(wrap->log);
    return end == GM_OK ? status : end;
}

gm_span gm_wrap_uncoloured(gm_span text, char *buffer, size_t size) {
    size_t len = 0;
    for (size_t i = 0; i < text.len && len < size; i++) {
        if (text.data[i] != '\x1b') {
            buffer[len++] = text.data[i];
            continue;
        }
        /* ESC [ parameters letter */
        i++;
        while (i + 1 < text.len && !(text.data[i] >= '@' && text.data[i] <= 'Z') &&
               !(text.data[i] >= 'a' && text.data[i] <= 'z'))
            i++;
    }
    return (gm_span){buffer, len};
}

gm_span gm_wrap_plain(gm_wrap *wrap, gm_span text) {
    if (gm_span_find_byte(text, '\x1b') < 0) return text;
    if (text.len > wrap->plain_size) {
        char *bigger = gm_arena_alloc(wrap->member->arena, text.len * 2);
        if (!bigger) return text;
        wrap->plain = bigger;
        wrap->plain_size = text.len * 2;
    }
    return gm_wrap_uncoloured(text, wrap->plain, wrap->plain_size);
}

/* --- shapes --- */
bool gm_wrap_cri(gm_span text, gm_cri_line *line) {
    gm_span tags;
    if (text.len < 28 || text.data[0] < '0' || text.data[0] > '9') return false;
    if (!gm_span_cut(&text, ' ', &line->time) || !text.data || line->time.len < 20) return false;
    if (gm_span_take(&text, GM_SPAN("stderr "))) {
        line->stream = 'e';
    } else if (gm_span_take(&text, GM_SPAN("stdout "))) {
        line->stream = 'o';
    } else {
        return false;
    }
    if (!gm_span_cut(&text, ' ', &tags)) return false;
    line->content = text.data ? text : (gm_span){tags.data + tags.len, 0};
    line->partial = tags.len > 0 && tags.data[0] == 'P';
    return tags.len > 0 && (tags.data[0] == 'P' || tags.data[0] == 'F') && (tags.len == 1 || tags.data[1] == ':');
}

void gm_wrap_count(gm_span head, gm_wrap_fits fits, int *lines, int *fitting) {
    gm_span line;
    *lines = *fitting = 0;
    while (*lines < HEAD_LINES && gm_span_cut(&head, '\n', &line)) {
        bool cut = !head.data && *lines > 0; /* the last line of a head may be cut off */
        if (line.len == 0 || cut) continue;
        if (line.data[line.len - 1] == '\r') line.len--;
        ++*lines;
        if (fits(line)) ++*fitting;
    }
}

bool gm_wrap_most_fit(gm_span head, gm_wrap_fits fits) {
    int lines, fitting;
    gm_wrap_count(head, fits, &lines, &fitting);
    return fitting > 0 && fitting * 10 >= lines * 9;
}
