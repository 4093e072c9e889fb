/* Rule mmap_leak: mappings are made and not unmapped: anonymous ones, or the same file again and again.
 * Told from a leak of malloc by the address space: arenas grow into their reserve, mappings beside it. */
#include "analyzer/rules/native.h"

static bool native_rises(const gm_facts *facts) {
    return gm_rises(facts, GM_COL_NATIVE) && gm_growth_of(facts, GM_COL_NATIVE) >= facts->material;
}

static void evidence(const gm_facts *facts, gm_finding *f, const gm_native *native) {
    if (native_rises(facts)) {
        gm_finding_growth(facts, f, "native", "anonymous memory outside the Go runtime grew by %s");
        gm_finding_slope(facts, f, "native_bytes", "it rises by %s");
    }
    gm_native_evidence(facts, f, native);
    if (!native->file) return;
    char *name = sqlite3_mprintf("%Q", native->file);
    gm_finding_evidence(
        facts, f, "count", gm_facts_text(facts, "%%s further mappings of %s", native->file),
        gm_facts_text(
            facts,
            "SELECT sum(last_areas - first_areas) FROM mapping_growth WHERE container_id = {c} AND life = {l} AND name = %s",
            name));
    sqlite3_free(name);
}

static gm_outcome fire(const gm_facts *facts, gm_finding *f, const gm_native *native, bool anonymous) {
    evidence(facts, f, native);
    f->share_pct = anonymous ? fmin(100, gm_share_of(facts, GM_COL_NATIVE)) : NAN;
    f->bytes_per_min = anonymous ? gm_slope_per_min(facts, GM_COL_NATIVE) : NAN;
    f->confidence = anonymous ? gm_trend_confidence(facts, GM_COL_NATIVE) + 0.03 : 0.7;
    if (!anonymous) f->severity = GM_SEV_MEDIUM;
    else f->severity = gm_leak_severity(facts, GM_COL_NATIVE);
    if (facts->n_mapping_captures < 3) f->confidence = fmin(f->confidence, 0.75);
    if (anonymous) gm_native_is_others(facts, f);
    if (gm_native_skew(facts, f) > 0) f->confidence = fmin(f->confidence, 0.7);
    const char *suspect = gm_native_suspect(facts, f);
    f->summary = gm_facts_text(facts, "%s%s%s%s",
                               anonymous ? "anonymous mappings leak: memory from mmap is not unmapped"
                                         : "the same file is mapped again and again and never unmapped: ",
                               anonymous ? "" : native->file, suspect ? "; suspected, not proven: " : "",
                               suspect ? suspect : "");
    f->remedy =
        "Pair every Mmap (syscall, golang.org/x/sys/unix, x/exp/mmap, a C library's) with its Munmap, close readers of mapped files. strace -f -e "
        "trace=mmap,munmap or an eBPF tracer of mmap proves the caller. Mappings are also limited in number (vm.max_map_count).";
    return GM_FIRED;
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    gm_native native = gm_native_of(facts);
    if (!native.known)
        return gm_not_applicable(
            f, "needs two captures of /proc/PID/smaps or maps in which the Go heap can be told apart");
    if (gm_native_is_mmap(facts, &native)) return fire(facts, f, &native, true);
    if (native.file) return fire(facts, f, &native, false);
    return gm_clean(f, native_rises(facts) ? "memory outside the Go runtime rises, but not in mappings beside malloc's"
                                           : "the mappings of the process do not grow");
}

const gm_rule gm_rule_mmap_leak = {
    .slug = "mmap_leak",
    .family = "native",
    .title = "Leak of mappings",
    .is_cause = true,
    .check = check,
    .definition = "Memory mappings are made again and again and not unmapped; Go's MemStats do not count them.",
    .proves =
        "Writable anonymous mappings grow while malloc's reserve stays, in step with anonymous memory outside the Go runtime; or one file is "
        "mapped ever more often.",
    .refutes =
        "The growth is malloc's ([heap], arenas), thread stacks, or the Go heap at a random address; malloc maps single blocks over 128 KiB by themselves; the mappings are never touched.",
    .remedy = "Munmap, close readers of mapped files.",
    .source = "mmap(2); glibc malloc/arena.c; kernel filesystems/proc.rst",
};
