/* Profiles of runtime/pprof, fgprof and everybody else who writes the pprof protobuf.
 *
 * Comes after the core has taken gzip off. pprof/wire.c walks the fields, decode.c collects them, emit.c
 * writes rows. A member may hold several profiles behind each other, as `cat` or an appending collector
 * leaves them. The format: github.com/google/pprof, proto/profile.proto and proto/README.md. */
#include "importer/formats/pprof/bid.h"
#include "importer/formats/pprof/profile.h"

/* More than that is no collector's work any more. */
#define PROFILES_MAX 64

static gm_status parse_one(gm_member *member, gm_pprof_wire *wire, gm_status *read) {
    gm_pprof profile;
    gm_status status = GM_DAMAGED;
    if (gm_pprof_init(&profile, member)) {
        *read = gm_pprof_read(&profile, wire);
        status = *read == GM_FATAL ? GM_FATAL : gm_pprof_emit(&profile);
    } else {
        *read = GM_DAMAGED;
        gm_member_diag(member, GM_SEVERITY_ERROR, GM_UNKNOWN, GM_UNKNOWN, "no memory for a profile");
    }
    gm_pprof_release(&profile);
    return status;
}

static gm_status pprof_parse(gm_member *member) {
    gm_pprof_wire wire;
    gm_status read = GM_OK, status = GM_OK;
    gm_pprof_wire_init(&wire, member);
    for (int n = 1; read == GM_OK && status != GM_FATAL; n++) {
        gm_status one = parse_one(member, &wire, &read);
        if (one != GM_OK) status = one;
        if (read == GM_OK)
            gm_member_diag(member, GM_SEVERITY_WARNING, GM_UNKNOWN, wire.again.offset,
                           n < PROFILES_MAX ? "another profile follows behind the first"
                                            : "too many profiles in one member: the rest is not read");
        if (n == PROFILES_MAX) break;
    }
    if (status == GM_FATAL || read == GM_FATAL) return GM_FATAL;
    return status == GM_OK && read == GM_DAMAGED ? GM_DAMAGED : status;
}

const gm_format gm_format_pprof = {
    .name = "pprof",
    .title = "pprof profile",
    .takes = "The profile with its totals and one row per stack, with names, files and lines",
    .bid = gm_pprof_bid,
    .parse = pprof_parse,
};
