/* The command that asks the database: a shipped query by its name, or the user's own SQL. Options, then one call. */
#include "analyzer/cli/cli.h"

#include "gomortem/query.h"

static char *format, *at, *like;
static gint64 max_rows;

static void list_queries(void) {
    for (size_t i = 0; gm_queries[i].name; i++) printf("%-18s %s\n", gm_queries[i].name, gm_queries[i].title);
}

static bool read_format(gm_query_options *options) {
    static const char *const names[] = {"table", "csv", "json", "ndjson"};
    for (int i = 0; i < (int)G_N_ELEMENTS(names); i++) {
        if (format && strcmp(format, names[i]) != 0) continue;
        options->format = (gm_query_format)i;
        return true;
    }
    return false;
}

static bool read_time(gm_query_options *options) {
    options->at_ns = GM_UNKNOWN;
    if (!at) return true;
    g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
    g_autoptr(GDateTime) time = g_date_time_new_from_iso8601(at, utc);
    if (time) options->at_ns = g_date_time_to_unix(time) * GM_NS_PER_S + g_date_time_get_microsecond(time) * 1000;
    return time != NULL;
}

static int run(const char *path, const char *question, const gm_query_options *options) {
    const gm_query *query = gm_query_find(question);
    bool plain_word = strspn(question, "abcdefghijklmnopqrstuvwxyz_") == strlen(question);
    if (!query && plain_word)
        return gm_cli_usage("there is no query \"%s\"; gomortem query --list names them", question);
    g_autoptr(GError) error = NULL;
    const char *paths[] = {path, NULL};
    gm_cli_incident incident;
    bool ok = gm_cli_open_to_read(paths, &incident, &error) &&
              gm_query_run(incident.store, query ? query->sql : question, options, stdout, &error);
    if (ok && *options->truncated) fprintf(stderr, "gomortem: there are more rows; --max-rows 0 prints all\n");
    bool wrong = !ok && !gm_cli_interrupted && g_error_matches(error, GM_STORE_ERROR, GM_STORE_ERROR_SQL);
    int code = ok ? GM_EXIT_OK : wrong ? gm_cli_usage("%s", error->message) : gm_cli_fail(error);
    gm_cli_close(&incident);
    return code;
}

int gm_cmd_query(int argc, char **argv) {
    gboolean list = FALSE;
    const GOptionEntry entries[] = {
        {"format", 0, 0, G_OPTION_ARG_STRING, &format, "table, csv, json or ndjson (default: table)", "FORMAT"},
        {"at", 0, 0, G_OPTION_ARG_STRING, &at, "A time for queries that ask for one (:at_ns), RFC 3339", "TIME"},
        {"like", 0, 0, G_OPTION_ARG_STRING, &like, "A LIKE pattern for queries that narrow by it (:like)", "PATTERN"},
        {"max-rows", 0, 0, G_OPTION_ARG_INT64, &max_rows, "Stop after so many rows (default: 0, all)", "N"},
        {"list", 'l', 0, G_OPTION_ARG_NONE, &list, "List the shipped queries", NULL},
        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL}};
    bool truncated = false;
    gm_query_options options = {.truncated = &truncated};
    if (!gm_cli_bundle_options(
            &argc, &argv, "DB|BUNDLE SQL|NAME",
            "Answers a question from the database. It is opened for reading; nothing can be changed.", entries))
        return GM_EXIT_USAGE;
    if (list || argc == 2) {
        list_queries();
        return GM_EXIT_OK;
    }
    if (argc != 3)
        return gm_cli_usage(
            "query takes a database and a question, SQL in quotes or a name; gomortem query --list names them");
    if (!read_format(&options)) return gm_cli_usage("--format takes table, csv, json or ndjson, not \"%s\"", format);
    if (!read_time(&options)) return gm_cli_usage("--at takes a time such as 2026-11-23T09:14:50Z, not \"%s\"", at);
    if (max_rows < 0) return gm_cli_usage("--max-rows takes 0 or more");
    options.like = like;
    options.max_rows = max_rows;
    return run(argv[1], argv[2], &options);
}
