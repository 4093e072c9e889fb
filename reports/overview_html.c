/* The overview of a batch as one page: groups of incidents that are alike, the worst first, with links to the reports
 * beside it, and what could not be read. No script, no request; readable on paper. */
#include "reports/overview_private.h"

#include "gomortem/human.h"
#include "reports/assets.h"
#include "reports/plain.h"

#include <math.h>

#define MOST_LINKS 50

static const char *style_text(void) {
    const gm_asset *asset = gm_assets;
    while (asset->name && strcmp(asset->name, "overview.css") != 0) asset++;
    g_assert(asset->text);
    return asset->text;
}

static void put_head(GString *out, const char *style) {
    g_autoptr(GChecksum) hash = g_checksum_new(G_CHECKSUM_SHA256);
    guint8 digest[32];
    gsize n = sizeof digest;
    g_checksum_update(hash, (const guchar *)style, (gssize)strlen(style));
    g_checksum_get_digest(hash, digest, &n);
    g_autofree char *base64 = g_base64_encode(digest, n);
    g_string_append_printf(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>gomortem: overview</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n",
        base64, style);
}

static void put_counts(gm_overview *overview, GString *out) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_counts_sql);
    sqlite3_step(stmt);
    g_string_append_printf(out, "<h1>Overview</h1>\n<p>%d bundles: %d analyzed, %d failed.</p>\n",
                           sqlite3_column_int(stmt, 0), sqlite3_column_int(stmt, 1), sqlite3_column_int(stmt, 2));
}

static void put_links(gm_overview *overview, const char *page, GString *out, const char *signature) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_members_sql);
    sqlite3_bind_text(stmt, 1, signature, -1, SQLITE_TRANSIENT);
    int n = 0;
    g_string_append(out, "<details><summary>bundles</summary><ul>");
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *folder = gm_column_text(stmt, 1);
        if (++n > MOST_LINKS) continue;
        g_autofree char *link = folder ? g_uri_escape_string(folder, NULL, FALSE) : NULL;
        g_string_append(out, "<li>");
        if (link) g_string_append_printf(out, "<a href=\"%s/%s\">", link, page);
        gm_plain_xml(out, gm_column_text(stmt, 0));
        g_string_append(out, link ? "</a></li>" : "</li>");
    }
    if (n > MOST_LINKS) g_string_append_printf(out, "<li>and %d more, in overview.json</li>", n - MOST_LINKS);
    g_string_append(out, "</ul></details>");
}

static void put_cell(GString *out, const char *text) {
    g_string_append(out, "<td>");
    gm_plain_xml(out, text);
    g_string_append(out, "</td>");
}

static void put_group(gm_overview *overview, const char *page, GString *out, sqlite3_stmt *stmt) {
    char growth[GM_HUMAN_SIZE];
    const char *severity = gm_overview_severity(sqlite3_column_int(stmt, 6)), *space = gm_column_text(stmt, 2),
               *workload = gm_column_text(stmt, 3);
    g_autofree char *service =
        g_strdup_printf("%s%s%s", space ? space : "", space ? "/" : "", workload ? workload : "");
    double rate = gm_column_double(stmt, 12);
    g_string_append_printf(out, "<tr><td class=\"%s\">%s</td>", severity, severity);
    put_cell(out, gm_column_text(stmt, 1));
    put_cell(out, service);
    put_cell(out, gm_column_text(stmt, 4));
    put_cell(out, gm_column_text(stmt, 5));
    g_string_append_printf(
        out, "<td class=\"n\">%d</td><td class=\"n\">%d</td><td class=\"n\">%d</td><td class=\"n\">%s</td>",
        sqlite3_column_int(stmt, 7), sqlite3_column_int(stmt, 9), sqlite3_column_int(stmt, 13),
        isnan(rate) ? "" : gm_human(growth, rate, "bytes/min"));
    put_cell(out, gm_column_text(stmt, 10));
    put_cell(out, gm_column_text(stmt, 11));
    g_string_append(out, "<td>");
    put_links(overview, page, out, gm_column_text(stmt, 0));
    g_string_append(out, "</td></tr>\n");
}

static void put_groups(gm_overview *overview, const char *page, GString *out) {
    static const char *const names[] = {"severity",  "cause",        "service",        "container", "site", "incidents",
                                        "OOM kills", "new or worse", "fastest growth", "from",      "to",   ""};
    g_string_append(out, "<h2>Incidents that are alike</h2>\n<table>\n<thead><tr>");
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) g_string_append_printf(out, "<th scope=\"col\">%s</th>", names[i]);
    g_string_append(out, "</tr></thead>\n<tbody>\n");
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_groups_sql);
    while (sqlite3_step(stmt) == SQLITE_ROW) put_group(overview, page, out, stmt);
    g_string_append(out, "</tbody>\n</table>\n");
}

static void put_failed(gm_overview *overview, GString *out) {
    g_autoptr(sqlite3_stmt) stmt = gm_overview_ask(overview, gm_overview_failed_sql);
    bool any = false;
    for (; sqlite3_step(stmt) == SQLITE_ROW; any = true) {
        if (!any)
            g_string_append(
                out,
                "<h2>Failed</h2>\n<table>\n<thead><tr><th scope=\"col\">bundle</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n");
        g_string_append(out, "<tr>");
        put_cell(out, gm_column_text(stmt, 0));
        put_cell(out, gm_column_text(stmt, 1));
        g_string_append(out, "</tr>\n");
    }
    if (any) g_string_append(out, "</tbody>\n</table>\n");
}

void gm_overview_html(gm_overview *overview, const char *page, GString *out) {
    put_head(out, style_text());
    put_counts(overview, out);
    put_groups(overview, page, out);
    put_failed(overview, out);
    g_string_append_printf(out, "</main>\n<footer>gomortem %s</footer>\n</body>\n</html>\n", GM_VERSION);
}
