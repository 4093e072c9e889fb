/* Virtual memory areas of /proc/PID/maps and smaps, summed by class and name.
 *
 * Comes behind proc_maps and proc_smaps, before the store. Unnamed areas of the Go heap are told by their
 * address: the runtime asks for 0xc000000000 and up (arm64: 0x4000000000). Since Go 1.25 areas may have names
 * ("[anon: Go: heap]"); since Go 1.26 the address is random, then unnamed areas are anon_rw.
 * https://docs.kernel.org/filesystems/proc.html and runtime/malloc.go of Go. */
#include "importer/formats/cgroup_file/areas.h"

#include "importer/text/span.h"

bool gm_area_read(gm_span line, gm_area *area) {
    gm_span perms, word;
    uint64_t inode;
    if (!gm_span_take_hex(&line, &area->start) || !gm_span_take_byte(&line, '-')) return false;
    if (!gm_span_take_hex(&line, &area->end) || area->end < area->start) return false;
    if (!gm_span_take_byte(&line, ' ') || !gm_span_word(&line, &perms) || perms.len != 4) return false;
    if ((perms.data[0] != 'r' && perms.data[0] != '-') || (perms.data[3] != 'p' && perms.data[3] != 's')) return false;
    if (!gm_span_word(&line, &word) || !gm_span_word(&line, &word) || gm_span_find_byte(word, ':') < 1) return false;
    if (!gm_span_word(&line, &word) || !gm_span_take_uint(&word, &inode)) return false;
    area->writable = perms.data[1] == 'w';
    area->name = gm_span_trim(line);
    return true;
}

/* --- classes --- */
static bool is_go_arena(uint64_t start) {
    static const uint64_t gib = UINT64_C(1) << 30;
    bool amd64 = start >= UINT64_C(0xc000000000) && start < UINT64_C(0xc000000000) + 64 * gib;
    bool arm64 = start >= UINT64_C(0x4000000000) && start < UINT64_C(0x4000000000) + 64 * gib;
    return amd64 || arm64;
}

static const char *class_of_go(gm_span name) {
    static const char *const heap[] = {"heap]", "heap reservation]", "user arena chunk]"};
    for (size_t i = 0; i < sizeof(heap) / sizeof(heap[0]); i++) {
        if (gm_span_equal(name, gm_span_of(heap[i]))) return "go_heap";
    }
    return "go_other";
}

static const char *class_of_brackets(const gm_area *area) {
    gm_span name = area->name;
    if (gm_span_take(&name, GM_SPAN("[anon: Go: "))) return class_of_go(name);
    if (gm_span_equal(name, GM_SPAN("[heap]"))) return "heap";
    if (gm_span_starts(name, GM_SPAN("[stack"))) return "stack";
    if (gm_span_starts(name, GM_SPAN("[anon_shmem:"))) return "shmem";
    if (gm_span_starts(name, GM_SPAN("[anon:"))) return area->writable ? "anon_rw" : "anon_other";
    return "special";
}

static const char *class_of(const gm_area *area) {
    static const char *const shared[] = {"/memfd:", "/dev/shm/", "/SYSV", "/dev/zero"};
    gm_span name = area->name;
    if (name.len == 0 && is_go_arena(area->start)) return "go_heap";
    if (name.len == 0) return area->writable ? "anon_rw" : "anon_other";
    if (name.data[0] == '[') return class_of_brackets(area);
    for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++) {
        if (gm_span_starts(name, gm_span_of(shared[i]))) return "shmem";
    }
    if (gm_span_ends(name, GM_SPAN(" (deleted)"))) return "file_deleted";
    return name.data[0] == '/' ? "file" : "special";
}

/* --- groups --- */
bool gm_areas_init(gm_areas *areas, gm_capture *capture) {
    *areas = (gm_areas){.capture = capture};
    /* behind the named groups there is room for one of each class */
    areas->groups = GM_ARENA_NEW(capture->member->arena, gm_mapping, GM_AREA_GROUPS + 16);
    return areas->groups != NULL;
}

static gm_mapping *find_group(gm_areas *areas, const char *class_name, gm_span name) {
    for (size_t i = areas->count; i > 0; i--) {
        gm_mapping *group = &areas->groups[i - 1];
        if (gm_span_equal(group->name, name) && strcmp(group->class_name, class_name) == 0) return group;
    }
    return NULL;
}

static gm_mapping *make_group(gm_areas *areas, const char *class_name, gm_span name) {
    gm_span kept = gm_arena_span(areas->capture->member->arena, name);
    if (areas->count >= GM_AREA_GROUPS || !kept.data) {
        kept = gm_span_of(class_name);
        gm_mapping *group = find_group(areas, class_name, kept);
        if (group) return group;
    }
    gm_mapping *group = &areas->groups[areas->count++];
    *group = (gm_mapping){.identity_id = areas->capture->identity_id,
                          .t_ns = areas->capture->t_ns,
                          .class_name = class_name,
                          .name = kept,
                          .rss_bytes = GM_UNKNOWN,
                          .pss_bytes = GM_UNKNOWN,
                          .anonymous_bytes = GM_UNKNOWN,
                          .lazyfree_bytes = GM_UNKNOWN,
                          .anon_huge_bytes = GM_UNKNOWN,
                          .swap_bytes = GM_UNKNOWN};
    return group;
}

void gm_areas_add(gm_areas *areas, const gm_area *area) {
    const char *class_name = class_of(area);
    gm_span name = area->name.len > 0 ? area->name : gm_span_of(class_name);
    gm_mapping *group = areas->current;
    bool same = group && gm_span_equal(group->name, name) && strcmp(group->class_name, class_name) == 0;
    if (!same) group = find_group(areas, class_name, name);
    if (!group) group = make_group(areas, class_name, name);
    uint64_t size = area->end - area->start, room = (uint64_t)(INT64_MAX - group->size_bytes);
    group->size_bytes += (int64_t)(size < room ? size : room);
    group->areas++;
    areas->current = group;
}

gm_status gm_areas_emit(gm_areas *areas) {
    gm_status status = GM_OK;
    for (size_t i = 0; i < areas->count && status == GM_OK; i++) {
        status = gm_emit_mapping(areas->capture->member->store, &areas->groups[i]);
    }
    return status;
}
