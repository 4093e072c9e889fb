/* The what-if for a terminal and for a document: advice, how well the simulation repeats the record, and the grid of
 * settings. Rows of GOGC, columns of GOMEMLIMIT; a mark tells what each setting would have done. */
#include "reports/whatif_out.h"

#include "gomortem/human.h"
#include "reports/plain.h"

#include <math.h>

#define MIB   1048576.0
#define WIDTH 96

const char *const gm_whatif_limits[] = {
    "The demand is the recorded one: another load gives other numbers, and what a starved or throttled service did not get to allocate is not in it.",
    "Behind a kill nothing is recorded: a demand that rises is taken to go on at its last slope.",
    "The collector's CPU is what its workers were running by the clock; where the container was throttled it comes out too high.",
    "Fragmentation, native and kernel memory are taken as they were recorded; another heap could change them a little.",
    "A burst between two samples, or between two collections, is not seen; the first two seconds of a process are left out.",
    NULL,
};

static const struct {
    const char *verdict, *mark, *words;
} marks[] = {{"safe", " ", "safe"},
             {"tight", "~", "tight: near the limit or dear"},
             {"delays", ">", "only delays the kill"},
             {"thrash", "#", "thrashes"},
             {"killed", "X", "killed"},
             {"unknown", "?", "unknown"}};

static const char *mark_of(const char *verdict) {
    for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
        if (g_strcmp0(verdict, marks[i].verdict) == 0) return marks[i].mark;
    return "?";
}

const char *gm_whatif_memlimit(char text[32], int64_t memlimit_bytes) {
    if (memlimit_bytes == GM_UNKNOWN) g_strlcpy(text, "none", 32);
    else g_snprintf(text, 32, "%.0fMiB", (double)memlimit_bytes / MIB);
    return text;
}

const char *gm_whatif_gogc(char text[32], int64_t gogc) {
    if (gogc < 0) g_strlcpy(text, "off", 32);
    else g_snprintf(text, 32, "%lld", (long long)gogc);
    return text;
}

void gm_whatif_setting(GString *out, int64_t gogc, int64_t memlimit_bytes) {
    char text[32];
    g_string_append_printf(out, "GOGC=%s", gm_whatif_gogc(text, gogc));
    if (memlimit_bytes != GM_UNKNOWN)
        g_string_append_printf(out, ", GOMEMLIMIT=%s", gm_whatif_memlimit(text, memlimit_bytes));
}

size_t gm_whatif_columns(const gm_model_whatif *w) {
    size_t n = 0;
    while (n < w->n_grid && w->grid[n].gogc == w->grid[0].gogc) n++;
    return n;
}

static void put_bytes(GString *out, int64_t bytes) {
    char text[GM_HUMAN_SIZE];
    g_string_append(out, bytes == GM_UNKNOWN ? "unknown" : gm_human(text, (double)bytes, "bytes"));
}

static void put_name(GString *out, const gm_model_container *c, bool markdown) {
    g_autofree char *name = gm_plain_name(c->namespace_name, c->pod, c->container), *plain = gm_plain(name);
    if (markdown) gm_plain_markdown(out, plain);
    else g_string_append(out, plain);
}

/* Words in lines of a terminal's width. */
static void put_prose(GString *out, const char *text, bool markdown) {
    if (markdown) {
        gm_plain_markdown(out, text);
        g_string_append(out, "\n\n");
        return;
    }
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    size_t column = 0;
    for (size_t i = 0; words[i]; i++) {
        size_t length = strlen(words[i]);
        bool fits = column > 0 && column + 1 + length <= WIDTH;
        g_string_append(out, column == 0 ? "  " : fits ? " " : "\n  ");
        g_string_append(out, words[i]);
        column = fits ? column + 1 + length : length;
    }
    g_string_append_c(out, '\n');
}

/* --- validation --- */

static void put_life(GString *out, const gm_model_whatif_life *life, bool markdown) {
    g_string_append_printf(out, "%slife %d: %s", markdown ? "- " : "  ", life->life, life->status);
    if (life->recorded_heap_bytes != GM_UNKNOWN) {
        g_string_append(out, "; largest heap ");
        put_bytes(out, life->predicted_heap_bytes);
        g_string_append(out, " (recorded ");
        put_bytes(out, life->recorded_heap_bytes);
        g_string_append_printf(out, "), %lld collections (%lld)", (long long)life->predicted_cycles,
                               (long long)life->recorded_cycles);
    }
    if (life->recorded_peak_bytes != GM_UNKNOWN && life->predicted_peak_bytes != GM_UNKNOWN) {
        g_string_append(out, ", memory ");
        put_bytes(out, life->predicted_peak_bytes);
        g_string_append(out, " (");
        put_bytes(out, life->recorded_peak_bytes);
        g_string_append(out, ")");
    }
    if (life->reason) g_string_append_printf(out, "; %s", life->reason);
    g_string_append_c(out, '\n');
}

/* --- grid --- */

static void put_cell(GString *out, const gm_model_whatif_run *run, bool cpu, bool markdown) {
    char number[GM_HUMAN_SIZE];
    if (cpu) gm_human(number, run->gc_cpu_pct, "%");
    else if (run->peak_bytes == GM_UNKNOWN) g_strlcpy(number, "?", sizeof number);
    else g_snprintf(number, sizeof number, "%.0f%s", (double)run->peak_bytes / MIB, mark_of(run->verdict));
    if (!markdown) g_string_append_printf(out, "%9s", number);
    else if (cpu) g_string_append_printf(out, " %s |", number);
    else if (run->peak_bytes == GM_UNKNOWN) g_string_append(out, " unknown |");
    else g_string_append_printf(out, " %.0f %s |", (double)run->peak_bytes / MIB, run->verdict);
}

static void put_table(GString *out, const gm_model_whatif *w, bool cpu, bool markdown) {
    size_t columns = gm_whatif_columns(w);
    char text[32];
    g_string_append_printf(out, markdown ? "| GOGC |" : "  %6s", "GOGC");
    for (size_t i = 0; i < columns; i++)
        g_string_append_printf(out, markdown ? " %s |" : "%9s", gm_whatif_memlimit(text, w->grid[i].memlimit_bytes));
    g_string_append_c(out, '\n');
    if (markdown) {
        g_string_append(out, "|---:|");
        for (size_t i = 0; i < columns; i++) g_string_append(out, "---:|");
        g_string_append_c(out, '\n');
    }
    for (size_t i = 0; i + columns <= w->n_grid; i += columns) {
        g_string_append_printf(out, markdown ? "| %s |" : "  %6s", gm_whatif_gogc(text, w->grid[i].gogc));
        for (size_t k = 0; k < columns; k++) put_cell(out, &w->grid[i + k], cpu, markdown);
        g_string_append_c(out, '\n');
    }
    g_string_append_c(out, '\n');
}

static void put_grid(GString *out, const gm_model_whatif *w, bool markdown) {
    if (w->n_grid == 0) return;
    g_string_append_printf(out, "%sHighest memory in MiB by GOGC and GOMEMLIMIT", markdown ? "" : "\n  ");
    if (w->grid[0].limit_bytes != GM_UNKNOWN) {
        g_string_append(out, ", limit ");
        put_bytes(out, w->grid[0].limit_bytes);
    }
    g_string_append(out, markdown ? "\n\n" : "\n");
    put_table(out, w, false, markdown);
    if (!markdown) {
        g_string_append(out, "  ");
        for (size_t i = 1; i < G_N_ELEMENTS(marks); i++)
            g_string_append_printf(out, "%s %s%s", marks[i].mark, marks[i].words,
                                   i + 1 < G_N_ELEMENTS(marks) ? "   " : "\n\n");
    }
    g_string_append_printf(out, "%sThe collector's share of the CPU%s", markdown ? "" : "  ", markdown ? "\n\n" : "\n");
    put_table(out, w, true, markdown);
}

/* --- settings that were asked for --- */

static void put_asked(GString *out, const gm_model_whatif_run *run, bool markdown) {
    char time[GM_HUMAN_SIZE], percent[GM_HUMAN_SIZE];
    g_string_append_printf(out, "%slife %d: ", markdown ? "- " : "  ", run->life);
    gm_whatif_setting(out, run->gogc, run->memlimit_bytes);
    g_string_append(out, ", limit ");
    put_bytes(out, run->limit_bytes);
    g_string_append_printf(out, ": %s; memory peaks at ", run->verdict);
    put_bytes(out, run->peak_bytes);
    g_string_append_printf(out, ", the collector takes %s of the CPU", gm_human(percent, run->gc_cpu_pct, "%"));
    if (run->killed_ns != GM_UNKNOWN)
        g_string_append_printf(out, "; killed at %s", gm_human_time(time, run->killed_ns));
    if (run->killed_ns != GM_UNKNOWN && run->killed_from_ns != GM_UNKNOWN) {
        g_string_append_printf(out, " (from %s", gm_human_clock(time, run->killed_from_ns));
        g_string_append_printf(out, " to %s)",
                               run->killed_to_ns == GM_UNKNOWN ? "never" : gm_human_clock(time, run->killed_to_ns));
    }
    g_string_append_c(out, '\n');
}

static void put_container(GString *out, const gm_model_container *c, bool markdown) {
    const gm_model_whatif *w = &c->whatif;
    if (markdown) g_string_append(out, "## ");
    put_name(out, c, markdown);
    g_string_append(out, markdown ? "\n\n" : "\n");
    if (!w->action) {
        put_prose(out, "No setting was simulated: the container has no life on record.", markdown);
        return;
    }
    put_prose(out, w->summary, markdown);
    put_prose(out, w->reasoning, markdown);
    if (!markdown) g_string_append_c(out, '\n');
    for (size_t i = 0; i < w->n_inputs; i++) put_life(out, &w->inputs[i], markdown);
    if (markdown) g_string_append_c(out, '\n');
    if (w->asked) {
        g_string_append_c(out, '\n');
        if (w->n_asked == 0)
            put_prose(out, "The settings asked for were not simulated: no life is validated.", markdown);
        for (size_t i = 0; i < w->n_asked; i++) put_asked(out, &w->asked[i], markdown);
    } else put_grid(out, w, markdown);
    g_string_append_c(out, '\n');
}

static void put_document(const gm_model *model, bool markdown, GString *out) {
    if (markdown) g_string_append(out, "# What other settings would have done\n\n");
    for (size_t i = 0; i < model->n_containers; i++) put_container(out, &model->containers[i], markdown);
    g_string_append(out, markdown ? "## What this cannot tell\n\n" : "What this cannot tell\n");
    for (size_t i = 0; gm_whatif_limits[i]; i++) {
        if (markdown) g_string_append(out, "- ");
        put_prose(out, gm_whatif_limits[i], false);
    }
}

bool gm_whatif_render(const gm_model *model, const char *format, GString *out) {
    if (strcmp(format, "text") == 0) put_document(model, false, out);
    else if (strcmp(format, "markdown") == 0) put_document(model, true, out);
    else if (strcmp(format, "json") == 0) gm_whatif_json(model, out);
    else if (strcmp(format, "csv") == 0) gm_whatif_csv(model, out);
    else return false;
    return true;
}
