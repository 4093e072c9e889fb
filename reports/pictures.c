/* The report's pictures, from the model to chart.c's structs: this file dispatches and holds what they share. Used by
 * the png renderer, which draws them, and by the html renderer, which writes them as SVG. */
#include "reports/pictures_private.h"
#include "reports/plain.h"

#include <string.h>

const char *gm_picture_name(gm_picture picture) {
    static const char *const names[GM_PICTURES] = {"summary", "timeline", "waterfall", "gc",
                                                   "growth",  "heap",     "sites",     "goroutines"};
    return names[picture];
}

char *gm_plate_printf(gm_plate *plate, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return gm_arena_strndup(plate->arena, text, strlen(text));
}

static bool fill_plate(gm_plate *plate, const gm_model *model, const gm_model_container *c, gm_picture picture) {
    switch (picture) {
    case GM_PICTURE_SUMMARY: return gm_plate_summary(plate, model, c);
    case GM_PICTURE_TIMELINE: return gm_plate_timeline(plate, c, false);
    case GM_PICTURE_WATERFALL: return gm_plate_waterfall(plate, c);
    case GM_PICTURE_GC: return gm_plate_gc(plate, c);
    case GM_PICTURE_GROWTH: return gm_plate_flame(plate, c, true);
    case GM_PICTURE_HEAP: return gm_plate_flame(plate, c, false);
    case GM_PICTURE_SITES: return gm_plate_sites(plate, c);
    case GM_PICTURE_GOROUTINES: return gm_plate_goroutines(plate, c);
    case GM_PICTURES: break;
    }
    return false;
}

gm_plate *gm_plate_new(const gm_model *model, const gm_model_container *container, gm_picture picture) {
    g_autoptr(gm_plate) plate = g_new0(gm_plate, 1);
    plate->arena = gm_arena_new(0);
    plate->width = 1200;
    return fill_plate(plate, model, container, picture) ? g_steal_pointer(&plate) : NULL;
}

void gm_plate_free(gm_plate *plate) {
    if (!plate) return;
    gm_arena_free(plate->arena);
    g_free(plate);
}

const char *gm_picture_container_name(const gm_model_container *container, gm_arena *arena) {
    g_autofree char *name = gm_plain_name(container->namespace_name, container->pod, container->container);
    return gm_arena_strndup(arena, name, strlen(name));
}

int64_t gm_picture_peak(const gm_model_container *container, size_t *index) {
    int64_t peak = GM_UNKNOWN;
    *index = 0;
    for (size_t i = 0; i < container->n_points; i++) {
        int64_t usage = container->points[i].value[GM_COL_USAGE];
        if (usage == GM_UNKNOWN || usage <= peak) continue;
        peak = usage;
        *index = i;
    }
    return peak;
}

/* Go's parts, native memory and other processes add up to the anonymous memory when every one of them is known. */
int64_t gm_picture_untold(const gm_model_point *point) {
    static const int parts[] = {GM_COL_GO_LIVE,  GM_COL_GO_GARBAGE, GM_COL_GO_FRAG,
                                GM_COL_GO_IDLE,  GM_COL_GO_STACKS,  GM_COL_GO_META,
                                GM_COL_LAZYFREE, GM_COL_NATIVE,     GM_COL_OTHER_PROCESSES};
    int64_t anon = point->value[GM_COL_ANON], usage = point->value[GM_COL_USAGE], told = 0;
    if (anon == GM_UNKNOWN || usage == GM_UNKNOWN) return 0;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        told += point->value[parts[i]] == GM_UNKNOWN ? 0 : point->value[parts[i]];
    int64_t untold = MIN(anon, usage) - told;
    return untold > usage / 20 ? untold : 0;
}

gm_chart_fill gm_picture_severity(const char *severity) {
    int rank = gm_model_severity_rank(severity);
    return rank >= 3 ? GM_FILL_CRITICAL : rank == 2 ? GM_FILL_WARNING : GM_FILL_INFO;
}

/* The first element of a package path, or three when it is a host: "shop", "github.com/acme/svc". */
static size_t module_length(const char *function) {
    size_t first = strcspn(function, "/");
    if (!function[first]) return strcspn(function, ".");
    if (!memchr(function, '.', first)) return first;
    size_t at = first;
    for (int i = 0; i < 2 && function[at] == '/'; i++) at += 1 + strcspn(function + at + 1, "/(");
    return at;
}

gm_chart_fill gm_picture_code(const gm_model_container *container, const char *function) {
    if (g_str_has_prefix(function, "runtime.") || g_str_has_prefix(function, "runtime/")) return GM_FILL_FLAME_RUNTIME;
    size_t length = module_length(function);
    if (g_str_has_prefix(function, "main.")) return GM_FILL_FLAME_OWN;
    const char *sites[] = {container->verdict.site, container->n_sites
                                                        ? container->sites[0].function
                                                        : NULL}; /* charged to own code, if there is any */
    for (size_t i = 0; i < G_N_ELEMENTS(sites); i++)
        if (sites[i] && module_length(sites[i]) == length && strncmp(sites[i], function, length) == 0)
            return GM_FILL_FLAME_OWN;
    size_t first = strcspn(function, "/");
    bool host = function[first] && memchr(function, '.', first);
    return host ? GM_FILL_FLAME_LIBRARY : GM_FILL_FLAME_STANDARD;
}

gm_chart_fill gm_picture_change(const gm_model_frame *frame) {
    double change = (double)(frame->last_bytes - frame->first_bytes),
           whole = (double)MAX(frame->last_bytes, frame->first_bytes);
    if (whole <= 0) return GM_FILL_FLAME_SAME;
    double ratio = change / whole;
    if (ratio > 0.5) return GM_FILL_FLAME_GROWN;
    if (ratio > 0.1) return GM_FILL_FLAME_GROWN_LITTLE;
    return ratio < -0.1 ? GM_FILL_FLAME_SHRUNK : GM_FILL_FLAME_SAME;
}
