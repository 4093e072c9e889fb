/* The import loop: member, bids, parse, next.
 *
 * Comes between bundle.c, which hands over members, and the formats, which make them rows; knows no format by
 * name. After the last member those that kept bytes come once more (kept.c), then identity.c settles who is who and
 * incident.c writes the incident's row. The store's file appears only when all of this went well. */
#include "importer/import.h"

#include "gomortem/store.h"
#include "importer/identity.h"
#include "importer/same_cycles.h"
#include "importer/nested.h"
#include "importer/path.h"
#include "importer/select.h"
#include "importer/text/span.h"

#include <locale.h>

G_DEFINE_QUARK(gm_import_error_quark, gm_import_error)

/* --- one member --- */
static gm_member open_member(gm_importer *importer, const gm_bundle_member *from) {
    gm_job *job = &importer->job;
    gm_member member = {.path = from->path,
                        .mtime_ns = from->mtime_ns,
                        .path_ns = GM_UNKNOWN,
                        .reader = from->reader,
                        .arena = importer->arena,
                        .store = job->store,
                        .limits = job->limits,
                        .select = job->select,
                        .kept = importer->kept};
    if (!gm_time_in_path(member.path, &member.path_ns, &member.path_ns_source)) member.path_ns = GM_UNKNOWN;
    return member;
}

/* A parser that goes on without what it could not get may be silent about it. */
static void tell_want(gm_importer *importer, size_t refusals_before) {
    gm_job *job = &importer->job;
    if (gm_arena_refusals() == refusals_before || gm_emit_complaints(job->store) > 0) return;
    /* a failure is the store's and comes back with the next record */
    (void)gm_job_damage(job, GM_UNKNOWN,
                        "a parser may have %zu bytes, which did not suffice: some of it may be missing" GM_RAISES,
                        job->limits->arena_bytes, GM_RAISED_BY(memory));
}

static gm_status parse_by(gm_importer *importer, const gm_format *format, gm_member *member) {
    gm_reader *wrapped = importer->wrap ? importer->wrap(importer->wrap_context, member->reader) : NULL;
    if (wrapped) member->reader = wrapped;
    size_t refusals = gm_arena_refusals();
    gm_status status = format->parse(member);
    gm_reader_free(wrapped);
    tell_want(importer, refusals);
    gm_arena_reset(importer->arena);
    gm_status kept = gm_kept_end(importer->kept, format, member->path, member->mtime_ns);
    return kept == GM_OK ? status : kept;
}

/* --- members within a member --- */
typedef struct {
    gm_job *job;
    gm_span bytes;
} in_memory;

static gm_reader *open_memory(gm_found *found) {
    in_memory *from = found->source;
    return gm_reader_memory(from->job, from->bytes);
}

static gm_status walk_nested(gm_importer *importer, const gm_bundle_member *parent, const gm_nested *nested) {
    gm_job *job = &importer->job;
    in_memory from = {job, nested->bytes};
    gm_found found = {.entry = {.path = nested->name, .mtime_ns = parent->mtime_ns, .size = (int64_t)nested->bytes.len},
                      .prefix = parent->path,
                      .parent_id = parent->id,
                      .open = open_memory,
                      .source = &from};
    if (importer->walk.depth < job->limits->depth) return gm_walk_found(&importer->walk, &found);
    return gm_job_damage(job, GM_UNKNOWN, "refused: packed more than %d times" GM_RAISES, job->limits->depth,
                         GM_RAISED_BY(depth));
}

/* Takes the list. */
static gm_status read_nested(gm_importer *importer, const gm_bundle_member *parent, gm_nested *list) {
    gm_status status = GM_OK;
    importer->walk.depth++;
    for (gm_nested *nested = list; nested && status == GM_OK; nested = nested->next)
        status = walk_nested(importer, parent, nested);
    importer->walk.depth--;
    gm_nested_free(list);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

/* --- one member, continued --- */
static gm_status parse(gm_importer *importer, const gm_format *format, const gm_bundle_member *from, gm_span head,
                       gm_member_end *end) {
    gm_job *job = &importer->job;
    gm_member member = open_member(importer, from);
    member.head = head;
    gm_status status = parse_by(importer, format, &member);
    end->time_source = member.time_source;
    importer->recognised++;
    if (status == GM_FATAL) {
        gm_nested_free(member.nested);
        return GM_FATAL;
    }
    gm_status rest = gm_reader_drain(from->reader);
    if (read_nested(importer, from, member.nested) == GM_FATAL) return GM_FATAL;
    if (rest != GM_OK || status == GM_DAMAGED) {
        job->lost = true;
    } else if (status != GM_END) {
        importer->whole++;
    }
    return rest;
}

static gm_status choose(gm_importer *importer, const gm_head *head, const gm_format **format, int *bid) {
    bool tie = false;
    *bid = 100;
    *format = importer->only ? importer->only : gm_format_choose(head, bid, &tie);
    if (!tie) return GM_OK;
    importer->ties++;
    return gm_job_diag(&importer->job, GM_SEVERITY_INFO,
                       "more than one format could read it with equal right; read as %s", (*format)->name);
}

static gm_status take(void *context, const gm_bundle_member *member, gm_member_end *end) {
    gm_importer *importer = context;
    gm_job *job = &importer->job;
    gm_head head = {.path = member->path, .name = gm_path_name(member->path)};
    const gm_format *format;
    if (gm_reader_peek(member->reader, GM_HEAD_BYTES, &head.head, &head.complete) == GM_FATAL) return GM_FATAL;
    if (head.head.len == 0) {
        if (!head.complete) return GM_OK; /* of a damaged stream it has been said what is wrong */
        end->format = "empty";
        end->bid = 100;
        return gm_job_diag(job, GM_SEVERITY_INFO, "empty: whoever saved it got nothing");
    }
    gm_status status = choose(importer, &head, &format, &end->bid);
    if (status == GM_FATAL) return GM_FATAL;
    if (!format) {
        status = gm_job_diag(job, GM_SEVERITY_INFO, "not recognised");
        /* read all the same: a bomb or a damaged member should be told from one that is of no use */
        return status == GM_FATAL ? GM_FATAL : gm_reader_drain(member->reader);
    }
    end->format = format->name;
    return parse(importer, format, member, head.head, end);
}

/* --- members once more --- */
static gm_status finish_member(gm_importer *importer, const gm_kept_member *kept) {
    if (gm_emit_member_again(importer->job.store, kept->member_id) != GM_OK) return GM_FATAL;
    gm_bundle_member from = {.path = gm_span_of(kept->path), .id = kept->member_id, .mtime_ns = kept->mtime_ns};
    from.reader = gm_kept_reader(importer->kept, kept);
    gm_member member = open_member(importer, &from);
    size_t refusals = gm_arena_refusals();
    gm_status status = kept->format->finish(&member);
    tell_want(importer, refusals);
    gm_reader_free(from.reader);
    gm_arena_reset(importer->arena);
    if (status == GM_DAMAGED) importer->job.lost = true;
    if (status != GM_FATAL) status = gm_emit_member_leave(importer->job.store, member.time_source);
    return status == GM_FATAL ? GM_FATAL : GM_OK;
}

gm_status gm_importer_finish(gm_importer *importer) {
    g_autoptr(GPtrArray) members = gm_kept_take(importer->kept);
    gm_status status = GM_OK;
    for (guint i = 0; i < members->len && status == GM_OK; i++)
        status = finish_member(importer, g_ptr_array_index(members, i));
    return status;
}

/* --- the importer --- */
void gm_importer_init(gm_importer *importer, gm_store *store, const gm_limits *limits, const struct gm_select *select) {
    *importer = (gm_importer){.job = {.store = store, .limits = limits, .select = select}};
    gm_walk_init(&importer->walk, &importer->job);
    importer->walk.take = take;
    importer->walk.context = importer;
    importer->arena = gm_arena_new(limits->arena_bytes);
    if (!importer->arena) g_error("failed to allocate the parsers' memory");
    importer->kept = gm_kept_new(&importer->job);
    gm_emit_set_limits(store, limits);
}

void gm_importer_release(gm_importer *importer) {
    gm_walk_release(&importer->walk);
    g_clear_pointer(&importer->kept, gm_kept_free);
    gm_job_release(&importer->job);
    g_clear_pointer(&importer->arena, gm_arena_free);
}

gm_status gm_importer_add(gm_importer *importer, gm_span path, gm_span bytes) {
    in_memory from = {&importer->job, bytes};
    gm_found found = {.entry = {.path = path, .mtime_ns = GM_UNKNOWN, .size = (int64_t)bytes.len},
                      .parent_id = GM_UNKNOWN,
                      .open = open_memory,
                      .source = &from};
    return gm_walk_found(&importer->walk, &found);
}

/* --- a whole import --- */
static bool explain_fatal(gm_importer *importer, GError **error) {
    if (!importer->job.error) return gm_store_error_set(importer->job.store, error);
    g_propagate_error(error, g_steal_pointer(&importer->job.error));
    return false;
}

static char *label(const char *path) {
    return g_strdup(gm_bundle_label(path));
}

static char *join(const char *const *bundles, const char *between, char *(*call)(const char *path)) {
    GString *names = g_string_new(NULL);
    for (const char *const *bundle = bundles; *bundle; bundle++) {
        g_autofree char *name = call(*bundle);
        if (bundle != bundles) g_string_append(names, between);
        g_string_append(names, name);
    }
    return g_string_free(names, FALSE);
}

/* Is there enough to make an incident of? See importer.h. */
static bool check_usable(const gm_importer *importer, const gm_import_result *result, const gm_import_options *options,
                         GError **error) {
    const gm_job *job = &importer->job;
    if (importer->whole > 0 || (result->records > 0 && !job->cut)) return true;
    g_autofree char *names = join(options->bundles, ", ", label);
    if (job->complaint) {
        g_set_error(error, GM_IMPORT_ERROR, job->unread ? GM_IMPORT_ERROR_IO : GM_IMPORT_ERROR_UNUSABLE,
                    "%s: nothing in it can be used (%s)", names, job->complaint);
    } else {
        g_set_error(error, GM_IMPORT_ERROR, GM_IMPORT_ERROR_UNUSABLE,
                    "%s: nothing in it %s (members looked at: %" G_GINT64_FORMAT ")", names,
                    importer->recognised > 0 ? "holds data" : "is recognised", result->members);
    }
    return false;
}

static bool sum_up(gm_store *store, gm_import_result *result, GError **error) {
    g_autoptr(sqlite3_stmt) stmt =
        gm_store_prepare(store,
                         "SELECT count (*), coalesce (sum (format IS NULL), 0), coalesce (sum (records), 0),"
                         " coalesce (sum (rejected), 0), (SELECT count (*) FROM diagnostic),"
                         " (SELECT count (*) FROM diagnostic WHERE severity = 'error') FROM member",
                         error);
    if (!stmt) return false;
    if (sqlite3_step(stmt) != SQLITE_ROW) return gm_store_error_set(store, error);
    result->members = gm_column_int(stmt, 0);
    result->unrecognised = gm_column_int(stmt, 1);
    result->records = gm_column_int(stmt, 2);
    result->rejected = gm_column_int(stmt, 3);
    result->diagnostics = gm_column_int(stmt, 4);
    result->data_lost |= gm_column_int(stmt, 5) > 0;
    return true;
}

static bool fill(gm_importer *importer, const gm_import_options *options, gm_import_result *result, GError **error) {
    gm_store *store = importer->job.store;
    bool several = options->bundles[0] && options->bundles[1];
    gm_status status = GM_OK;
    for (const char *const *bundle = options->bundles; *bundle && status == GM_OK; bundle++) {
        status = gm_walk_bundle(&importer->walk, *bundle, several);
    }
    if (status != GM_FATAL) status = gm_importer_finish(importer);
    if (status == GM_FATAL) return explain_fatal(importer, error);
    if (!sum_up(store, result, error) || !check_usable(importer, result, options, error)) return false;
    if (!gm_identity_settle(store, importer->job.select, error) || !gm_same_cycles_leave_out(store, error))
        return false;
    g_autofree char *name = join(options->bundles, "+", gm_bundle_name);
    result->data_lost |= importer->job.lost;
    return gm_incident_write(store, name, options, result->incident_id, error) && sum_up(store, result, error);
}

static bool import(const gm_import_options *options, gm_import_result *result, gm_store **store, GError **error) {
    gm_importer importer;
    gm_limits limits = gm_limits_within_memory(&options->limits);
    GError *select_error = NULL;
    g_autoptr(gm_select) select = gm_select_new(options->select, &select_error);
    if (select_error) {
        g_propagate_error(error, select_error);
        return false;
    }
    g_autoptr(gm_store) made = gm_store_create(options->target, options->force, error);
    if (!made) return false;
    gm_importer_init(&importer, made, &limits, select);
    importer.job.interrupted = options->interrupted;
    bool filled = fill(&importer, options, result, error);
    gm_importer_release(&importer);
    if (!filled) return false;
    if (strcmp(options->target, ":memory:") != 0) return gm_store_commit(g_steal_pointer(&made), error);
    if (store) *store = g_steal_pointer(&made);
    return true;
}

bool gm_import(const gm_import_options *options, gm_import_result *result, gm_store **store, GError **error) {
    /* libarchive turns names into the locale's encoding; they must not depend on the user's */
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    *result = (gm_import_result){0};
    if (store) *store = NULL;
    bool done = import(options, result, store, error);
    if (!utf8) return done;
    uselocale(before);
    freelocale(utf8);
    return done;
}
