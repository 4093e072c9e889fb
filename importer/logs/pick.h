/* Records of a JSON log: the values of a few keys, whatever else is in them. */
#ifndef GM_IMPORTER_LOGS_PICK_H
#define GM_IMPORTER_LOGS_PICK_H

#include "importer/logs/wrap.h"
#include "importer/text/json.h"

enum { GM_PICK_FIELDS = 32, GM_PICK_DEPTH = 8, GM_PICK_PATH = 256 };

typedef struct gm_pick gm_pick;

/* One record; line: where it stands, GM_UNKNOWN when records are not lines. */
typedef gm_status (*gm_pick_record)(gm_pick *pick, int64_t line);

/* Values are strings and numbers; an array of byte numbers counts as a string (journald writes text that is not
 * UTF-8 so), of an array of strings the first one. Longer values than limits->line_bytes are cut. */
struct gm_pick {
    const char *const *paths; /* "kubernetes.pod_name"; at most GM_PICK_FIELDS */
    int count;
    gm_pick_record record;
    gm_wrap *wrap;
    void *context;
    /* NULL, or for lines that hold more than an object: leaves the object in *line, and the time beside it in *t_ns. */
    bool (*strip)(gm_span *line, int64_t *t_ns);

    /* Kept by pick.c. */
    gm_member *member;
    int64_t line;
    int64_t beside_ns; /* what strip found, or GM_UNKNOWN */
    gm_status status;  /* of record */
    int base;          /* depth of a record's map: 1 in an array of records; -1: outside of a record */
    char path[GM_PICK_PATH];
    size_t path_len[GM_PICK_DEPTH];
    int array_field, array_depth; /* a wanted array that is open; -1: none */
    char *text;
    size_t len, size;
    size_t begin[GM_PICK_FIELDS], end[GM_PICK_FIELDS]; /* of values in text */
    bool seen[GM_PICK_FIELDS];
};

/* The value of paths[field] in this record; empty when it is missing. */
gm_span gm_pick_get(const gm_pick *pick, int field);
/* The first of several fields that is not empty. */
gm_span gm_pick_any(const gm_pick *pick, int first, int last);

/* Reads the whole member: JSON lines (one damaged line does not end the log), a JSON array, documents after each
 * other. The fields above the line in struct gm_pick are set by the caller. */
gm_status gm_pick_read(gm_pick *pick, gm_member *member);

/* The member holds one JSON object a line. */
bool gm_pick_is_lines(gm_span head);
/* One such line without what may stand around its object; empty when it is none. */
gm_span gm_pick_object(gm_span line);
/* For bids: most of the first lines of the head are JSON objects, or it is one array or object. */
bool gm_pick_fits(const gm_head *head);

#endif
