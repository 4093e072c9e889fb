/* Rule socket_buffers: the kernel holds data that was sent and not taken, or received and not read.
 * On cgroup v2 these bytes are part of usage; on v1 TCP memory is a counter beside it. */
#include "analyzer/rules/common.h"

static double waiting_on_network(const gm_facts *facts) {
    double waiting = 0;
    for (size_t i = 0; i < facts->n_groups; i++)
        if (facts->groups[i].state && strstr(facts->groups[i].state, "IO wait"))
            waiting += (double)facts->groups[i].last_count;
    return waiting;
}

static void evidence(const gm_facts *facts, gm_finding *f) {
    gm_finding_growth(facts, f, "sock", "socket buffers grew by %s");
    gm_finding_evidence(facts, f, "bytes", "they hold %s at the end",
                        "SELECT last_bytes FROM growth WHERE container_id = {c} AND life = {l} AND bucket = 'sock'");
    if (facts->growth[GM_COL_USAGE].known) gm_finding_growth(facts, f, "usage", "usage grew by %s");
    if (waiting_on_network(facts) > 0)
        gm_finding_evidence(
            facts, f, "count", "%s goroutines wait for the network",
            "SELECT sum(last_count) FROM goroutine_group WHERE container_id = {c} AND life = {l} AND state LIKE '%IO wait%'");
}

static gm_outcome check(const gm_facts *facts, gm_finding *f) {
    const gm_growth *sock = &facts->growth[GM_COL_SOCK];
    if (!sock->known)
        return gm_not_applicable(
            f, "needs socket memory over time: sock of memory.stat, or memory.kmem.tcp.usage_in_bytes");
    bool share = gm_material_share(facts, GM_COL_SOCK, GM_LIMIT_OF(facts, BUCKET_SHARE_PCT));
    bool large = sock->last >= GM_LIMIT_OF(facts, SOCK_BYTES);
    if (!share && !large) return gm_clean(f, "socket buffers hold little and do not grow");
    evidence(facts, f);
    bool rises = gm_rises(facts, GM_COL_SOCK);
    f->share_pct = fmin(100, gm_share_of(facts, GM_COL_SOCK));
    f->bytes_per_min = rises ? gm_slope_per_min(facts, GM_COL_SOCK) : NAN;
    bool primary = gm_material_share(facts, GM_COL_SOCK, GM_LIMIT_OF(facts, BUCKET_PRIMARY_PCT));
    f->confidence = primary ? 0.9 : share ? 0.75 : 0.5;
    if (gm_was_killed(facts)) f->severity = primary ? GM_SEV_CRITICAL : GM_SEV_MEDIUM;
    else f->severity = rises ? gm_leak_severity(facts, GM_COL_SOCK) : GM_SEV_LOW;
    f->summary =
        rises ? "socket buffers grow: peers read more slowly than the service writes, or it does not read what arrives"
              : "socket buffers hold a large amount of memory";
    f->remedy =
        "Set write deadlines, bound the number of connections, drop slow consumers; smaller buffers (SetWriteBuffer, net.ipv4.tcp_wmem and tcp_rmem) "
        "bound what each one holds.";
    return GM_FIRED;
}

const gm_rule gm_rule_socket_buffers = {
    .slug = "socket_buffers",
    .family = "kernel",
    .title = "Socket buffers",
    .is_cause = true,
    .check = check,
    .definition = "Memory of the kernel's socket buffers that is charged to the container grew or is large.",
    .proves = "sock of memory.stat holds at least a fifth of the growth of usage, or 64 MiB.",
    .refutes =
        "The amount follows the number of connections and returns with it. On cgroup v1 TCP memory lies outside usage and cannot explain it.",
    .remedy = "Deadlines, fewer or smaller buffers, back-pressure.",
    .source =
        "Linux cgroup-v2 documentation, memory.stat (sock); cgroup-v1/memory documentation, kernel memory extension (tcp)",
};
