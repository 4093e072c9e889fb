/* Many incidents at once: one line of JSON for each bundle of a batch, and the overview that groups what is alike.
 *
 * A line is {"bundle", "status": ok|skipped|failed, "code", "error", "result"}; result is null when it failed, or
 * {"incident", "name", "settings", "from", "to", "members", "diagnostics", "data_lost", "severity", "output",
 * "containers"}. The result is kept beside a bundle's reports; the rest belongs to one call. */
#ifndef GOMORTEM_OVERVIEW_H
#define GOMORTEM_OVERVIEW_H

#include "gomortem/model.h"

typedef struct {
    const char *settings; /* what the result depends on beside the bundle, as a hash */
    const char *output;   /* folder with the reports, below the batch's; NULL: none was asked for */
    bool data_lost;
    int worst; /* severity that --fail-on looks at, -1: none */
} gm_line_facts;

/* The result, in one line without a line end. */
void gm_line_result(const gm_model *model, const gm_line_facts *facts, GString *out);
/* The line, with its end. result NULL: it failed, and error says why. */
void gm_line_write(const char *bundle, const char *status, int code, const char *error, const char *result,
                   GString *out);

typedef struct { /* what is asked of a result that was kept */
    char incident_id[65], settings[65];
    bool data_lost;
    int worst;
} gm_line_kept;
bool gm_line_read(const char *result, size_t n, gm_line_kept *kept); /* false: no result of ours */

typedef struct gm_overview gm_overview;
gm_overview *gm_overview_new(void);
void gm_overview_free(gm_overview *overview);
void gm_overview_add(gm_overview *overview, const char *line);
void gm_overview_json(gm_overview *overview, GString *out);
/* One page, no script, no request. page: what a bundle's folder is entered by; "" for the folder itself. */
void gm_overview_html(gm_overview *overview, const char *page, GString *out);

#endif
