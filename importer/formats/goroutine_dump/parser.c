/* Finds goroutine dumps among lines and puts their goroutines together.
 *
 * Fed by goroutine_dump.c (a file that is a dump) and by the logs (a dump on stderr); header.c reads the
 * single lines, dump.c keeps and writes. A dump is over when a goroutine comes that it already has, when its
 * lines stop for a while, or when something else follows a lone trace. The format: Go,
 * src/runtime/traceback.go. */
#include "importer/formats/goroutine_dump/parser.h"

#include "importer/formats/goroutine_dump/dump.h"
#include "importer/text/span.h"

/* Other programs may write in between; after so many lines the dump is over. */
#define FOREIGN_LINES_MAX 64
/* The runtime writes a dump at one go. */
#define SILENCE_NS (60 * GM_NS_PER_S)

typedef enum {
    OUTSIDE,
    CALLS,   /* a function's line comes next, or the end of the goroutine */
    PLACE,   /* the line of the file where the function just named is */
    CREATOR, /* the line of the file where the goroutine was created */
    IGNORED, /* until the goroutine ends: the stacks of its ancestors */
} place_in_dump;

struct gm_goroutine_dump {
    gm_dump dump;
    place_in_dump place;
    gm_goroutine_header header; /* of the goroutine in hand; spans copied */
    gm_span created_by, call;   /* copied */
    bool call_is_sure;          /* it had arguments; otherwise the next line has to prove it */
    char call_text[1024];
    int foreign;     /* lines since the last that belonged to the dump */
    int64_t last_ns; /* of the last line that belonged to the dump */
};

gm_goroutine_dump *gm_goroutine_dump_new(gm_member *member, gm_goroutine_owner owner, void *context) {
    gm_goroutine_dump *dump = GM_ARENA_NEW(member->arena, gm_goroutine_dump, 1);
    if (!dump || !gm_dump_init(&dump->dump, member, owner, context)) return NULL;
    dump->last_ns = GM_UNKNOWN;
    return dump;
}

bool gm_goroutine_dump_sniff(gm_span line) {
    gm_goroutine_header header;
    return gm_goroutine_header_parse(line, &header);
}

bool gm_goroutine_dump_is_open(const gm_goroutine_dump *dump) {
    return dump->place != OUTSIDE || dump->dump.goroutines.count > 0;
}

/* The call that waits for its place becomes a frame. */
static gm_status end_call(gm_goroutine_dump *d, gm_span file, int64_t number, bool proved) {
    gm_status status = GM_OK;
    if (d->place == PLACE && (proved || d->call_is_sure)) status = gm_dump_frame(&d->dump, d->call, file, number);
    if (d->place == PLACE) d->place = CALLS;
    return status;
}

static gm_status end_goroutine(gm_goroutine_dump *d) {
    if (d->place == OUTSIDE) return GM_OK;
    gm_status status = end_call(d, (gm_span){NULL, 0}, GM_UNKNOWN, false);
    d->place = OUTSIDE;
    return status == GM_OK ? gm_dump_goroutine_add(&d->dump, &d->header, d->created_by) : status;
}

gm_status gm_goroutine_dump_end(gm_goroutine_dump *d) {
    gm_status status = end_goroutine(d);
    gm_status emitted = status == GM_FATAL ? GM_FATAL : gm_dump_emit(&d->dump);
    return status == GM_OK ? emitted : status;
}

static gm_status begin_goroutine(gm_goroutine_dump *d, const gm_goroutine_header *header,
                                 const gm_goroutine_line *line) {
    gm_status status = end_goroutine(d);
    if (status == GM_OK && gm_dump_has(&d->dump, header->goid)) status = gm_dump_emit(&d->dump);
    if (status != GM_OK) return status;
    if (d->dump.goroutines.count == 0) gm_dump_begin(&d->dump, line->t_ns);
    d->header = *header;
    d->header.state = gm_dump_word(&d->dump, header->state);
    d->created_by = (gm_span){NULL, 0};
    d->place = CALLS;
    return GM_END;
}

static void begin_call(gm_goroutine_dump *d, gm_span name, bool sure) {
    name = gm_span_first(name, sizeof d->call_text);
    memcpy(d->call_text, name.data, name.len);
    d->call = (gm_span){d->call_text, name.len};
    d->call_is_sure = sure;
    d->place = PLACE;
}

static bool is_elision(gm_span line) {
    return gm_span_starts(line, GM_SPAN("...")) && gm_span_ends(line, GM_SPAN("frames elided..."));
}

/* A line where a call may stand. GM_OK: it is none of the goroutine's. */
static gm_status take_call(gm_goroutine_dump *d, gm_span line) {
    gm_span name;
    if (gm_goroutine_creator_parse(line, &name)) {
        d->created_by = gm_dump_word(&d->dump, name);
        d->place = CREATOR;
        return GM_END;
    }
    if (is_elision(line)) {
        /* The gap stays visible; without the number, so that stacks of different depth stay alike. */
        gm_status status = gm_dump_frame(&d->dump, GM_SPAN("...frames elided..."), (gm_span){NULL, 0}, GM_UNKNOWN);
        return status == GM_OK ? GM_END : status;
    }
    if (gm_span_starts(line, GM_SPAN("[originating from goroutine "))) {
        d->place = IGNORED;
        return GM_END;
    }
    if (gm_span_starts(line, GM_SPAN("goroutine running on other thread"))) return GM_END;
    bool sure = gm_goroutine_call_parse(line, &name);
    if (!sure && gm_span_find_byte(line, ':') >= 0) return GM_OK;
    begin_call(d, sure ? name : line, sure);
    return GM_END;
}

/* A line while a goroutine is open. GM_OK: it is none of its lines. */
static gm_status take_inside(gm_goroutine_dump *d, gm_span line) {
    gm_span file;
    int64_t number;
    if (d->place == IGNORED) return GM_END;
    if (d->place != CALLS && gm_goroutine_place_parse(line, &file, &number)) {
        gm_status status = end_call(d, file, number, true);
        d->place = CALLS;
        return status == GM_OK ? GM_END : status;
    }
    if (d->place == PLACE && !d->call_is_sure) return GM_OK;
    gm_status status = end_call(d, (gm_span){NULL, 0}, GM_UNKNOWN, false);
    d->place = CALLS;
    return status == GM_OK ? take_call(d, line) : status;
}

/* A line that is not of the dump. */
static gm_status take_foreign(gm_goroutine_dump *d) {
    gm_status status = end_goroutine(d);
    bool over = gm_dump_is_traceback(&d->dump) || ++d->foreign > FOREIGN_LINES_MAX;
    if (status == GM_OK && over) status = gm_dump_emit(&d->dump);
    return status;
}

static bool long_silence(const gm_goroutine_dump *d, const gm_goroutine_line *line) {
    if (line->t_ns == GM_UNKNOWN || d->last_ns == GM_UNKNOWN) return false;
    if (d->dump.goroutines.count == 0 && d->place == OUTSIDE) return false;
    return line->t_ns > d->last_ns && line->t_ns - d->last_ns > SILENCE_NS;
}

static gm_status take_line(gm_goroutine_dump *d, const gm_goroutine_line *line, gm_span text) {
    gm_goroutine_header header;
    if (gm_goroutine_header_parse(text, &header)) return begin_goroutine(d, &header, line);
    if (d->place == OUTSIDE) return d->dump.goroutines.count && text.len ? take_foreign(d) : GM_OK;
    if (text.len == 0) {
        gm_status status = end_goroutine(d);
        return status == GM_OK ? GM_END : status;
    }
    gm_status status = take_inside(d, text);
    return status == GM_OK ? take_foreign(d) : status;
}

/* Half a line may read as another frame; behind the offset or the header's end nothing that matters follows.
 */
static bool may_be_cut(gm_span text) {
    return text.len > 0 && gm_span_find(text, GM_SPAN(" +0x")) < 0 && !gm_goroutine_dump_sniff(text);
}

gm_status gm_goroutine_dump_line(gm_goroutine_dump *d, const gm_goroutine_line *line) {
    gm_span text = gm_span_trim(line->text);
    if (line->unfinished && may_be_cut(text)) {
        if (d->place == OUTSIDE) return GM_OK;
        if (d->place == PLACE) d->place = CALLS; /* a call whose place is lost would be another function */
        gm_member_diag(d->dump.member, GM_SEVERITY_INFO, line->number, GM_UNKNOWN,
                       "the goroutine dump breaks off inside goroutine %lld", (long long)d->header.goid);
        return GM_END;
    }
    if (long_silence(d, line)) {
        gm_status status = gm_goroutine_dump_end(d);
        if (status != GM_OK) return status;
    }
    gm_status status = take_line(d, line, text);
    if (status == GM_END) {
        d->foreign = 0;
        d->last_ns = line->t_ns;
    }
    return status;
}
