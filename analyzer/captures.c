/* What would change the verdict, and the cheapest capture that would show it, as a command to run. Part of the text.
 * Names of the container go into the command only when they are plain Kubernetes names: a bundle is not trusted. */
#include "analyzer/verdict_text.h"

static bool is_plain(const char *name) {
    size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") : 0;
    return n > 0 && name[n] == '\0' && n <= 253 && name[0] != '-';
}

typedef struct {
    char *namespace_name, *pod, *container;
} gm_target;

static gm_target target_of(const gm_facts *facts) {
    const gm_timeline *t = facts->timeline;
    return (gm_target){g_strdup(is_plain(t->namespace_name) ? t->namespace_name : "NAMESPACE"),
                       g_strdup(is_plain(t->pod) ? t->pod : "POD"),
                       g_strdup(is_plain(t->container) ? t->container : "CONTAINER")};
}

static void target_clear(gm_target *target) {
    g_free(target->namespace_name);
    g_free(target->pod);
    g_free(target->container);
}

/* kubectl exec ... -- what */
static char *inside(const gm_target *t, const char *what) {
    return g_strdup_printf("kubectl -n %s exec %s -c %s -- %s", t->namespace_name, t->pod, t->container, what);
}

static char *from_pprof(const gm_target *t, const char *what) {
    return g_strdup_printf("kubectl -n %s port-forward %s 6060 & curl -s 'http://localhost:6060/debug/pprof/%s",
                           t->namespace_name, t->pod, what);
}

static char *capture(const gm_facts *facts, const gm_rule *rule, const gm_target *t) {
    unsigned have = facts->inputs;
    bool go = strcmp(rule->family, "go") == 0, native = strcmp(rule->family, "native") == 0;
    if (strcmp(rule->slug, "not_memcg_oom") == 0)
        return g_strdup_printf(
            "kubectl -n %s get events --field-selector involvedObject.name=%s -o json, and the node's kernel log (journalctl -k)",
            t->namespace_name, t->pod);
    if (!(have & GM_INPUT_ANON) || strcmp(rule->family, "file") == 0 || strcmp(rule->family, "kernel") == 0) {
        g_autofree char *command = inside(t, "cat /sys/fs/cgroup/memory.stat");
        return g_strdup_printf("%s (cgroup v1: /sys/fs/cgroup/memory/memory.stat), twice, ten minutes apart", command);
    }
    if (!(have & GM_INPUT_MEMSTATS) && !(have & GM_INPUT_GCTRACE)) {
        g_autofree char *command = from_pprof(t, "heap?debug=1' > heap.txt");
        return g_strdup_printf("%s, twice: it ends with MemStats, which tells the Go heap from native memory", command);
    }
    if (strcmp(rule->slug, "goroutine_leak") == 0 && !(have & GM_INPUT_DUMPS)) {
        g_autofree char *command = from_pprof(t, "goroutine?debug=2' > goroutines.txt");
        return g_strdup_printf("%s, twice, minutes apart", command);
    }
    if (go && !(have & GM_INPUT_HEAP_PROFILES)) {
        g_autofree char *command = from_pprof(t, "heap' > heap-1.pb.gz");
        return g_strdup_printf("%s, three times, minutes apart", command);
    }
    if (native && !(have & GM_INPUT_SMAPS)) {
        g_autofree char *command = inside(t, "cat /proc/1/smaps > smaps-1.txt");
        return g_strdup_printf("%s, twice, minutes apart: it shows which mappings grow", command);
    }
    if (!(have & GM_INPUT_GCTRACE))
        return g_strdup_printf(
            "GODEBUG=gctrace=1 in the container's environment, then kubectl -n %s logs %s -c %s --timestamps",
            t->namespace_name, t->pod, t->container);
    return g_strdup(have & GM_INPUT_LOAD
                        ? "the same captures over a longer time"
                        : "the same captures over a longer time, with the number of requests beside them");
}

const char *gm_verdict_doubt(const gm_facts *facts, const gm_rule *rule, const gm_finding *finding) {
    gm_target target = target_of(facts);
    g_autofree char *command = capture(facts, rule, &target);
    bool named = finding->outcome == GM_FIRED && strcmp(rule->slug, "insufficient_evidence") != 0;
    const char *text = named ? gm_facts_text(facts, "Evidence against it would be: %s Cheapest next capture: %s.",
                                             rule->refutes, command)
                             : gm_facts_text(facts, "Cheapest next capture: %s.", command);
    target_clear(&target);
    return text;
}
