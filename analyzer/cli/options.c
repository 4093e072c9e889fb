/* Options of the commands: each command's own table, and the limits (limits.def) for those that take bundles.
 *
 * Comes first in every command. The limits are a group of their own, so that --help stays short; man pages and
 * completions get them with the rest. */
#include "analyzer/cli/cli.h"
#include "analyzer/cli/describe.h"
#include "analyzer/cli/memory.h"

static gm_limits limits;
static bool limits_ready;

const gm_limits *gm_cli_limits(void) {
    if (!limits_ready) limits = gm_limits_default;
    limits_ready = true;
    return &limits;
}

/* --- sizes --- */

/* Powers of 1024: 64M, 4G; KiB, MiB and so on say the same. */
static bool read_number(const char *text, gm_limit_unit unit, int64_t *value) {
    static const char letters[] = "KMGT";
    char *end;
    uint64_t number = g_ascii_strtoull(text, &end, 10);
    if (!g_ascii_isdigit(*text) || number > INT64_MAX) return false;
    const char *letter = *end && unit == GM_LIMIT_UNIT_SIZE ? strchr(letters, g_ascii_toupper(*end)) : NULL;
    int shift = letter ? 10 * (int)(letter - letters + 1) : 0;
    if (letter) end += g_str_has_prefix(end + 1, "iB") ? 3 : 1;
    if (*end || number > (uint64_t)INT64_MAX >> shift) return false;
    *value = (int64_t)(number << shift);
    return true;
}

static char *number_text(int64_t value, gm_limit_unit unit) {
    static const char letters[] = "KMGT";
    int step = 0;
    while (unit == GM_LIMIT_UNIT_SIZE && value % 1024 == 0 && letters[step]) {
        value /= 1024;
        step++;
    }
    return g_strdup_printf(step > 0 ? "%" G_GINT64_FORMAT "%c" : "%" G_GINT64_FORMAT, value,
                           step > 0 ? letters[step - 1] : '\0');
}

/* --- limits --- */
#define PREFIX "--max-"

static gboolean take_limit(const char *option, const char *text, gpointer unused, GError **error) {
    (void)unused;
    (void)gm_cli_limits();
    for (int limit = 0; limit < GM_LIMIT_COUNT; limit++) {
        const gm_limit_row *row = &gm_limit_rows[limit];
        int64_t value;
        if (g_strcmp0(row->flag, option + strlen(PREFIX)) != 0) continue;
        if (read_number(text, row->unit, &value) && value >= row->least && value <= row->most) {
            gm_limits_set(&limits, (gm_limit)limit, value);
            return TRUE;
        }
        g_autofree char *least = number_text(row->least, row->unit);
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s takes %s, at least %s, not \"%s\"", option,
                    row->unit == GM_LIMIT_UNIT_SIZE ? "a size such as 512M" : "a number", least, text);
        return FALSE;
    }
    return FALSE;
}

/* Kept until the program ends, as GOption wants it. */
static const GOptionEntry *limit_entries(void) {
    static GOptionEntry entries[GM_LIMIT_COUNT + 1];
    size_t n = 0;
    for (int limit = 0; limit < GM_LIMIT_COUNT && !entries[0].long_name; limit++)
        n += gm_limit_rows[limit].flag != NULL;
    for (int limit = GM_LIMIT_COUNT - 1; n > 0 && limit >= 0; limit--) {
        const gm_limit_row *row = &gm_limit_rows[limit];
        if (!row->flag) continue;
        g_autofree char *usual = number_text(row->usual, row->unit);
        entries[--n] = (GOptionEntry){g_strdup_printf("max-%s", row->flag),
                                      0,
                                      0,
                                      G_OPTION_ARG_CALLBACK,
                                      (gpointer)take_limit,
                                      g_strdup_printf("%s (default: %s)", row->help, usual),
                                      row->unit == GM_LIMIT_UNIT_SIZE ? "SIZE" : "N"};
    }
    return entries;
}

static size_t count(const GOptionEntry *entries) {
    size_t n = 0;
    while (entries && entries[n].long_name) n++;
    return n;
}

/* --- parsing --- */

static bool parse(int *argc, char ***argv, const char *arguments, const char *summary, const GOptionEntry *entries,
                  bool bundles) {
    g_autoptr(GOptionContext) context = g_option_context_new(arguments);
    g_autoptr(GError) error = NULL;
    g_autofree char *program = g_strdup_printf("gomortem %s", (*argv)[0]);
    g_set_prgname(program);
    g_option_context_set_summary(context, summary);
    if (entries) g_option_context_add_main_entries(context, entries, NULL);
    if (bundles) {
        GOptionGroup *group = g_option_group_new(
            "limits", "Limits on what a bundle may cost:", "Show the limits on what a bundle may cost", NULL, NULL);
        g_option_group_add_entries(group, limit_entries());
        g_option_context_add_group(context, group);
    }
    if (g_option_context_parse(context, argc, argv, &error)) return true;
    gm_cli_usage("%s", error->message);
    return false;
}

bool gm_cli_options(int *argc, char ***argv, const char *arguments, const char *summary, const GOptionEntry *entries) {
    if (gm_cli_described((*argv)[0], arguments, summary, entries)) return false;
    return parse(argc, argv, arguments, summary, entries, false);
}

bool gm_cli_bundle_options(int *argc, char ***argv, const char *arguments, const char *summary,
                           const GOptionEntry *entries) {
    size_t own = count(entries), more = count(limit_entries());
    g_autofree GOptionEntry *all = g_new0(GOptionEntry, own + more + 1);
    if (own > 0) memcpy(all, entries, own * sizeof *all);
    memcpy(all + own, limit_entries(), more * sizeof *all);
    if (gm_cli_described((*argv)[0], arguments, summary, all)) return false;
    if (!parse(argc, argv, arguments, summary, entries, true)) return false;
    gm_cli_bind_memory(gm_cli_limits()->memory);
    return true;
}
