/* The colours of charts: one table row per fill with its name and its colour in either theme, and the colours
 * of the page itself. Used by all chart*.c and by renderers that need the same colours. Base: Okabe and Ito,
 * "Color Universal Design" (jfly.uni-koeln.de/color); lightness alternates along the stack so that neighbours
 * differ without hue; contrast after WCAG 2.2, 1.4.3 (text 4.5:1) and 1.4.11 (strokes 3:1). */
#include "chart_private.h"

#include <string.h>

/* clang-format off */
static const struct {
    const char *name;
    uint32_t color[2]; /* light, dark */
} fills[GM_FILL_COUNT] = {
    [GM_FILL_GO_LIVE]            = {"go_live",            {0x009e73ff, 0x12b888ff}},
    [GM_FILL_GO_GARBAGE]         = {"go_garbage",         {0xe69f00ff, 0xf0ad1eff}},
    [GM_FILL_GO_FRAG]            = {"go_frag",            {0x2f6b4fff, 0x3f8a68ff}},
    [GM_FILL_GO_IDLE]            = {"go_idle",            {0xb5d99cff, 0xc3e6abff}},
    [GM_FILL_GO_STACKS]          = {"go_stacks",          {0x6b8e23ff, 0x86a93aff}},
    [GM_FILL_GO_META]            = {"go_meta",            {0xf2c968ff, 0xf7dea0ff}},
    [GM_FILL_LAZYFREE]           = {"lazyfree",           {0x734c00ff, 0x7a520aff}},
    [GM_FILL_NATIVE]             = {"native",             {0xd55e00ff, 0xee6a14ff}},
    [GM_FILL_OTHER_PROCESSES]    = {"other_processes",    {0xf2a488ff, 0xf7b8a0ff}},
    [GM_FILL_SHMEM]              = {"shmem",              {0x66788cff, 0x7f93a8ff}},
    [GM_FILL_KERNEL_STACK]       = {"kernel_stack",       {0xd3c3eaff, 0xd9caf0ff}},
    [GM_FILL_PAGETABLES]         = {"pagetables",         {0x7f6fc4ff, 0x8d80d8ff}},
    [GM_FILL_SLAB_UNRECLAIMABLE] = {"slab_unreclaimable", {0xe79fd0ff, 0xf0a9daff}},
    [GM_FILL_SLAB_RECLAIMABLE]   = {"slab_reclaimable",   {0x54267fff, 0x7a48b0ff}},
    [GM_FILL_SOCK]               = {"sock",               {0xbb78d6ff, 0xcb85e6ff}},
    [GM_FILL_KERNEL_OTHER]       = {"kernel_other",       {0x755273ff, 0x916a8eff}},
    [GM_FILL_DIRTY]              = {"dirty",              {0xb3bec9ff, 0xbcc7d2ff}},
    [GM_FILL_ACTIVE_FILE]        = {"active_file",        {0x2a74b5ff, 0x3f8fd6ff}},
    [GM_FILL_INACTIVE_FILE]      = {"inactive_file",      {0x86c0eeff, 0x9bd0f7ff}},
    [GM_FILL_UNEXPLAINED]        = {"unexplained",        {0x43464bff, 0x666b72ff}},
    [GM_FILL_INK]                = {"ink",                {0x1b1f24ff, 0xe9edf1ff}},
    [GM_FILL_CRITICAL]           = {"critical",           {0xb3261eff, 0xff8a80ff}},
    [GM_FILL_WARNING]            = {"warning",            {0xa85b00ff, 0xffb454ff}},
    [GM_FILL_INFO]               = {"info",               {0x0067a5ff, 0x6cb8ffff}},
    [GM_FILL_LINE_1]             = {"line_1",             {0x0077c0ff, 0x2f8fe0ff}},
    [GM_FILL_LINE_2]             = {"line_2",             {0xd05a00ff, 0xff7a38ff}},
    [GM_FILL_LINE_3]             = {"line_3",             {0x00604aff, 0x3fd6a6ff}},
    [GM_FILL_LINE_4]             = {"line_4",             {0xb8458aff, 0xe59ac4ff}},
    [GM_FILL_LINE_5]             = {"line_5",             {0x574600ff, 0xf4e07aff}},
    [GM_FILL_LINE_6]             = {"line_6",             {0x6a35c9ff, 0xd0c4ffff}},
    [GM_FILL_FLAME_OWN]          = {"flame_own",          {0xf4b183ff, 0x8a4a1fff}},
    [GM_FILL_FLAME_LIBRARY]      = {"flame_library",      {0xf2d78fff, 0x665014ff}},
    [GM_FILL_FLAME_STANDARD]     = {"flame_standard",     {0xb9d9eeff, 0x2a5574ff}},
    [GM_FILL_FLAME_RUNTIME]      = {"flame_runtime",      {0xd8dce1ff, 0x454d57ff}},
    [GM_FILL_FLAME_GROWN]        = {"flame_grown",        {0xf0936aff, 0xa0431cff}},
    [GM_FILL_FLAME_GROWN_LITTLE] = {"flame_grown_little", {0xf9d3beff, 0x6b3f2dff}},
    [GM_FILL_FLAME_SAME]         = {"flame_same",         {0xe2e6eaff, 0x3b434dff}},
    [GM_FILL_FLAME_SHRUNK]       = {"flame_shrunk",       {0x9ecbf1ff, 0x1d5788ff}},
    [GM_FILL_UNTOLD]             = {"untold",             {0xd9c6b6ff, 0x6e5f53ff}},
};

static const gm_theme themes[2] = {
    {.page = 0xffffffff, .plot = 0xf7f8faff, .grid = 0x1b1f2421, .axis = 0x8b949eff,
     .ink = 0x1b1f24ff, .muted = 0x57606aff, .chip = 0xffffffff},
    {.page = 0x14181dff, .plot = 0x1b2028ff, .grid = 0xe9edf124, .axis = 0x6e7681ff,
     .ink = 0xe9edf1ff, .muted = 0xa3adb8ff, .chip = 0x262d37ff},
};
/* clang-format on */

const gm_theme *gm_theme_get(gm_chart_theme theme) {
    return &themes[theme == GM_THEME_DARK];
}

const char *gm_chart_fill_name(gm_chart_fill fill) {
    return fills[(unsigned)fill < GM_FILL_COUNT ? fill : GM_FILL_UNEXPLAINED].name;
}

bool gm_chart_fill_find(const char *name, gm_chart_fill *fill) {
    for (int i = 0; i < GM_FILL_COUNT; i++) {
        if (strcmp(fills[i].name, name) == 0) {
            *fill = (gm_chart_fill)i;
            return true;
        }
    }
    return false;
}

uint32_t gm_chart_fill_color(gm_chart_theme theme, gm_chart_fill fill) {
    return fills[(unsigned)fill < GM_FILL_COUNT ? fill : GM_FILL_UNEXPLAINED].color[theme == GM_THEME_DARK];
}
