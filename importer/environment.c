/* Which variables of an environment become settings: only what steers the Go runtime or the C library's heap.
 *
 * Used by what finds environments: pods, docker's inspect, /proc/PID/environ. An environment may hold
 * secrets, which have no place in an incident. https://pkg.go.dev/runtime#hdr-Environment_Variables ,
 * mallopt(3) */
#include "importer/environment.h"

const char *gm_environment_setting(gm_span name) {
    static const char *const known[][2] = {{"GOGC", "env.GOGC"},
                                           {"GOMEMLIMIT", "env.GOMEMLIMIT"},
                                           {"GODEBUG", "env.GODEBUG"},
                                           {"GOMAXPROCS", "env.GOMAXPROCS"},
                                           {"GOTRACEBACK", "env.GOTRACEBACK"},
                                           {"MALLOC_ARENA_MAX", "env.MALLOC_ARENA_MAX"}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (gm_span_equal(name, gm_span_of(known[i][0]))) return known[i][1];
    return NULL;
}
