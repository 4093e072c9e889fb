/* Tests of identity settling: each emits identities as the formats do and looks at who got which container.
 */
#include "bundle_test.h"

#include <math.h>

#include "gomortem/emit_records.h"
#include "importer/identity.h"
#include "importer/select.h"

#define HEX_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HEX_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HEX_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define UID_1 "11111111-1111-1111-1111-111111111111"
#define UID_2 "22222222-2222-2222-2222-222222222222"
#define POD   "cartd-3f9c1-6b5f7c9d8-k4m2z"

static const gm_span none = {NULL, 0};

static gm_store *importing(void) {
    GError *error = NULL;
    gm_store *store = gm_store_create(":memory:", false, &error);
    assert_non_null(store);
    return store;
}

static int64_t emit(gm_store *store, gm_identity identity) {
    int64_t id;
    assert_int_equal(gm_emit_identity(store, &identity, &id), GM_OK);
    return id;
}

static void named(gm_store *store, const char *ns, const char *pod, const char *container, const char *uid,
                  const char *runtime_id) {
    emit(store, (gm_identity){GM_LEVEL_CONTAINER, gm_span_of(ns), gm_span_of(pod), gm_span_of(container),
                              gm_span_of(uid), gm_span_of(runtime_id), none, none});
}

static void begin_member(gm_store *store, const char *path) {
    int64_t id;
    gm_member_begin begin = {gm_span_of(path), GM_UNKNOWN, GM_UNKNOWN};
    assert_int_equal(gm_emit_member_begin(store, &begin, &id), GM_OK);
}

static void end_member(gm_store *store) {
    assert_int_equal(gm_emit_member_end(store, &(gm_member_end){0}), GM_OK);
}

/* A member that names nobody. */
static void unnamed(gm_store *store, const char *path) {
    begin_member(store, path);
    emit(store, (gm_identity){.level = GM_LEVEL_UNNAMED, .hint = gm_span_of(path)});
    end_member(store);
}

/* A scrape target whose metrics name nobody. */
static void target(gm_store *store, const char *hint) {
    int64_t series_id;
    gm_identity identity = {.level = GM_LEVEL_UNNAMED, .hint = gm_span_of(hint)};
    gm_series series = {.identity_id = emit(store, identity), .source = "prometheus", .name = GM_SPAN("go_goroutines")};
    assert_int_equal(gm_emit_series(store, &series, &series_id), GM_OK);
}

static void add_kill(gm_store *store, gm_identity identity, const char *oom_cgroup, const char *task_cgroup) {
    int64_t kill_id;
    gm_oom_kill kill = {.identity_id = emit(store, identity),
                        .line = 1,
                        .t_ns = GM_UNKNOWN,
                        .oom_cgroup = gm_span_of(oom_cgroup),
                        .task_cgroup = gm_span_of(task_cgroup),
                        .victim = identity.hint};
    begin_member(store, "dmesg.txt");
    assert_int_equal(gm_emit_oom_kill(store, &kill, &kill_id), GM_OK);
    end_member(store);
}

/* An OOM report as the kernel log tells it. */
static void killed(gm_store *store, const char *oom_cgroup, const char *task_cgroup, const char *victim) {
    gm_identity identity = {.level = strcmp(task_cgroup, "") == 0 ? GM_LEVEL_UNNAMED : GM_LEVEL_CONTAINER,
                            .cgroup = gm_span_of(task_cgroup),
                            .hint = gm_span_of(victim)};
    add_kill(store, identity, oom_cgroup, task_cgroup);
}

static void settle(gm_store *store, const struct gm_select *select) {
    GError *error = NULL;
    if (!gm_identity_settle(store, select, &error)) fail_msg("%s", error->message);
}

#define CONTAINERS "SELECT namespace, pod, container, pod_uid FROM container ORDER BY container_id"
/* hint or cgroup or runtime id -> pod, container, rule */
#define PLACED \
    "SELECT coalesce (i.cgroup, i.hint, i.runtime_id), c.pod, c.container, i.rule FROM identity i" \
    " LEFT JOIN container c USING (container_id) WHERE i.pod IS NULL AND i.container IS NULL ORDER BY " \
    "identity_id"
#define UNPLACED "SELECT path, severity, text FROM diagnostic LEFT JOIN member USING (member_id) ORDER BY text"

/* --- containers from names --- */
static void containers_are_numbered_by_their_names(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "z", "p", "c", "", "");
    named(store, "a", "p2", "c", UID_2, "");
    named(store, "a", "p", "d", "", "");
    named(store, "a", "p", "c", "", "");
    settle(store, NULL);
    assert_rows(store, "SELECT container_id, namespace, pod, container, pod_uid FROM container ORDER BY 1",
                "1|a|p|c|-\n2|a|p|d|-\n3|a|p2|c|" UID_2 "\n4|z|p|c|-\n");
}

static void a_restart_does_not_make_a_new_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "shop", POD, "cartd", UID_1, HEX_A);
    named(store, "shop", POD, "cartd", UID_1, HEX_B);
    named(store, "shop", POD, "cartd", "", "");
    killed(store, "/kubepods/pod" UID_1 "/" HEX_A, "/kubepods/pod" UID_1 "/" HEX_A, "cartd");
    killed(store, "/kubepods/pod" UID_1 "/" HEX_B, "/kubepods/pod" UID_1 "/" HEX_B, "cartd");
    settle(store, NULL);
    assert_rows(store, CONTAINERS, "shop|" POD "|cartd|" UID_1 "\n");
    assert_rows(store, "SELECT count (*), count (container_id) FROM identity", "5|5\n");
}

static void partial_names_join_the_complete_ones(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "", "p1", "c", "", "");
    named(store, "", "", "d", "", "");
    named(store, "n", "p1", "", "", "");
    named(store, "n", "p1", "c", "", "");
    named(store, "n", "p2", "d", "", "");
    named(store, "n", "p3", "", "", "");
    settle(store, NULL);
    assert_rows(store, CONTAINERS, "n|p1|c|-\nn|p2|d|-\nn|p3|-|-\n");
    assert_rows(store,
                "SELECT i.namespace, i.pod, i.container, c.pod, c.container FROM identity i JOIN container c"
                " USING (container_id) ORDER BY identity_id",
                "-|p1|c|p1|c\n-|-|d|p2|d\nn|p1|-|p1|c\nn|p1|c|p1|c\nn|p2|d|p2|d\nn|p3|-|p3|-\n");
}

static void a_partial_name_that_fits_two_is_not_assigned(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "p1", "c", "", "");
    named(store, "n", "p2", "c", "", "");
    named(store, "", "", "c", "", "");
    settle(store, NULL);
    assert_rows(store, "SELECT count (*) FROM container", "2\n");
    assert_rows(store, UNPLACED, "-|info|not assigned to a container: c\n");
}

static void pods_nodes_and_pause_containers_are_no_containers(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "p", "POD", "", "");
    named(store, "n", "p", "c", "", "");
    emit(store, (gm_identity){.level = GM_LEVEL_POD, .ns = GM_SPAN("n"), .pod = GM_SPAN("p")});
    emit(store, (gm_identity){.level = GM_LEVEL_NODE, .hint = GM_SPAN("c")});
    settle(store, NULL);
    assert_rows(store, CONTAINERS, "n|p|c|-\n");
    assert_rows(store, "SELECT container, container_id FROM identity ORDER BY identity_id", "POD|-\nc|1\n-|-\n-|-\n");
    assert_rows(store, UNPLACED, "");
}

/* --- kills and cgroups --- */
static void kills_of_other_pods_stay_outside(void **state) {
    static const char *const foreign[] = {"/kubepods/burstable/pod" UID_2 "/" HEX_B, "/lab/cartd-11111",
                                          "/system.slice/sshd.service",
                                          "/kubepods.slice/x-pod" UID_2 ".slice/crio-" HEX_B ".scope"};
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "shop", POD, "cartd", UID_1, HEX_A);
    for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) killed(store, foreign[i], foreign[i], "cartd");
    settle(store, NULL);
    assert_rows(store, "SELECT count (*) FROM identity WHERE container_id IS NOT NULL", "1\n");
    assert_rows(store, "SELECT count (*) FROM diagnostic WHERE severity = 'info'", "4\n");
}

static void kills_find_their_container(void **state) {
    static const struct {
        const char *oom, *task, *victim, *rule;
    } cases[] = {
        {"/kubepods/pod" UID_1 "/" HEX_A, "/kubepods/pod" UID_1 "/" HEX_A, "perl", "runtime_id"},
        {"/kubepods/pod" UID_1, "/kubepods/pod" UID_1 "/" HEX_A, "x", "runtime_id"},
        {"/x", "/kubepods.slice/kubepods-pod11111111_1111_1111_1111_111111111111.slice/cri-containerd-" HEX_B ".scope",
         "other", "pod_uid"},
        {"/lab/cartd-3f9c1", "/lab/cartd-3f9c1", "perl", "cgroup_name"},
        {"/lab/cartd-3f9c1", "/lab/cartd-3f9c1/worker", "perl", "cgroup_name"},
        {"/system.slice/cartd.service", "/system.slice/cartd.service", "x", "cgroup_name"},
        {"/docker/" HEX_B, "/docker/" HEX_B, "cartd", "process"},
        {"", "", "cartd", "process"},
    };
    (void)state;
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(gm_store) store = importing();
        named(store, "shop", POD, "cartd", UID_1, HEX_A);
        killed(store, cases[i].oom, cases[i].task, cases[i].victim);
        settle(store, NULL);
        g_autofree char *expected = g_strdup_printf("1|%s\n", cases[i].rule);
        assert_rows(store, "SELECT container_id, rule FROM identity WHERE pod IS NULL", expected);
    }
}

static void a_kill_counted_for_the_pod_is_the_victims(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "p", "app", UID_1, HEX_A);
    named(store, "n", "p", "proxy", UID_1, HEX_B);
    gm_identity pod = {.level = GM_LEVEL_POD,
                       .cgroup = GM_SPAN("/kubepods/pod" UID_1),
                       .pod_uid = GM_SPAN(UID_1),
                       .hint = GM_SPAN("envoy")};
    add_kill(store, pod, "/kubepods/pod" UID_1, "/kubepods/pod" UID_1 "/" HEX_B);
    settle(store, NULL);
    assert_rows(store,
                "SELECT c.container, rule FROM identity i JOIN container c USING (container_id)"
                " WHERE level = 'pod'",
                "proxy|runtime_id\n");
}

static void the_victims_name_decides_inside_a_pod(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "p", "a-very-long-container-name", UID_1, "");
    named(store, "n", "p", "proxy", UID_1, "");
    killed(store, "", "/kubepods/pod" UID_1 "/" HEX_A, "a-very-long-con");
    killed(store, "", "/kubepods/pod" UID_1 "/" HEX_B, "unknown");
    settle(store, NULL);
    assert_rows(store,
                "SELECT c.container, rule FROM identity i LEFT JOIN container c USING (container_id)"
                " WHERE i.pod IS NULL ORDER BY identity_id",
                "a-very-long-container-name|pod_uid\n-|-\n");
}

static void a_known_cgroup_is_recognised(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "q", "app", "", "");
    emit(store, (gm_identity){.level = GM_LEVEL_CONTAINER,
                              .ns = GM_SPAN("n"),
                              .pod = GM_SPAN("p"),
                              .container = GM_SPAN("app"),
                              .cgroup = GM_SPAN("/kubepods/burstable/podx/app-1")});
    killed(store, "", "/kubepods/burstable/podx/app-1/child", "x");
    killed(store, "", "/lab/app-1", "x");
    killed(store, "", "/kubepods/burstable/podx/app-12", "x");
    settle(store, NULL);
    assert_rows(store, PLACED,
                "/kubepods/burstable/podx/app-1/child|p|app|cgroup\n/lab/app-1|p|app|cgroup_name\n"
                "/kubepods/burstable/podx/app-12|-|-|-\n");
}

/* --- members without names --- */
static void the_only_container_takes_what_names_nobody(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "shop", POD, "cartd", UID_1, HEX_A);
    unnamed(store, "in/pprof/heap.pb.gz");
    unnamed(store, "in/logs/cartd.log");
    target(store, "shop/127.0.0.1:20014");
    target(store, "shop/127.0.0.1:20015");
    emit(store, (gm_identity){.level = GM_LEVEL_UNNAMED, .hint = GM_SPAN("cgroup/group")});
    settle(store, NULL);
    assert_rows(store, PLACED,
                "in/pprof/heap.pb.gz|" POD "|cartd|only_container\nin/logs/cartd.log|" POD "|cartd|path\n"
                "shop/127.0.0.1:20014|" POD "|cartd|only_container\nshop/127.0.0.1:20015|" POD
                "|cartd|only_container\ncgroup/group|" POD "|cartd|only_container\n");
}

static void copies_of_cgroups_are_told_by_their_path(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "p", "app", UID_1, HEX_A);
    named(store, "n", "p", "proxy", UID_1, "");
    unnamed(store, "sos/sys/fs/cgroup/kubepods/burstable/pod" UID_1 "/" HEX_A);
    unnamed(store, "sos/sys/fs/cgroup/kubepods/burstable/pod" UID_2 "/" HEX_B);
    unnamed(store, "gather/image-sha256-" HEX_B "/pods/p/app/heap.pb.gz");
    settle(store, NULL);
    assert_rows(store,
                "SELECT c.container, i.rule FROM identity i LEFT JOIN container c USING (container_id)"
                " WHERE level = 'unnamed' ORDER BY identity_id",
                "app|runtime_id\n-|-\napp|path\n");
}

/* A folder of /proc/PID with its cgroup file. */
static void captured(gm_store *store, const char *folder, const char *cgroup) {
    gm_identity identity = {.level = GM_LEVEL_UNNAMED, .hint = gm_span_of(folder)};
    gm_setting setting = {.t_ns = GM_UNKNOWN, .name = "cgroup", .value = gm_span_of(cgroup), .value_num = NAN};
    setting.identity_id = emit(store, identity);
    begin_member(store, folder);
    assert_int_equal(gm_emit_setting(store, &setting), GM_OK);
    end_member(store);
}

static void captures_belong_to_the_container_of_their_cgroup(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "shop", POD, "cartd", UID_1, HEX_A);
    named(store, "shop", POD, "proxy", UID_1, HEX_B);
    captured(store, "b/proc/7", "/kubepods/burstable/pod" UID_1 "/" HEX_A);
    captured(
        store, "b/proc/8",
        "/docker/node/kubelet.slice/kubelet-kubepods-pod11111111_1111_1111_1111_111111111111.slice/cri-containerd-" HEX_B
        ".scope");
    captured(store, "b/proc/9", "/kubepods/burstable/pod" UID_2 "/" HEX_C); /* of another pod */
    captured(store, "b/proc/10", "/");                                      /* seen from within: tells nothing */
    captured(store, "b/proxy/proc/11", "/user.slice");                      /* a shell's: the path still tells */
    settle(store, NULL);
    assert_rows(
        store,
        "SELECT hint, coalesce (c.container, '-'), rule FROM identity i LEFT JOIN container c USING (container_id)"
        " WHERE hint NOTNULL ORDER BY 1",
        "b/proc/10|-|-\n"
        "b/proc/7|cartd|runtime_id\n"
        "b/proc/8|proxy|runtime_id\n"
        "b/proc/9|-|-\n"
        "b/proxy/proc/11|proxy|path\n");
}

static void captures_of_a_restarted_container_stay_together(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    captured(store, "b/proc/7", "/docker/" HEX_A);
    captured(store, "b/proc/9", "/docker/" HEX_B);
    settle(store, NULL);
    assert_rows(store, "SELECT DISTINCT container_id FROM identity", "1\n");
}

static void scrape_targets_of_two_jobs_are_not_one_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "shop", POD, "cartd", UID_1, HEX_A);
    target(store, "cartd/127.0.0.1:20014");
    target(store, "node-exporter/127.0.0.1:9100");
    settle(store, NULL);
    assert_rows(store, PLACED, "cartd/127.0.0.1:20014|" POD "|cartd|path\nnode-exporter/127.0.0.1:9100|-|-|-\n");
}

static void paths_hold_the_name_of_the_pod_or_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    named(store, "n", "checkout-7c9d8b6f4-abcde", "app", "", "");
    named(store, "n", "payments-5f6d8b6f4-fghij", "app", "", "");
    named(store, "n", "payments-5f6d8b6f4-fghij", "istio-proxy", "", "");
    unnamed(store, "pprof/checkout/heap.pb.gz");
    unnamed(store, "payments-5f6d8b6f4-fghij/istio-proxy.log");
    unnamed(store, "payments-5f6d8b6f4-fghij/app/0.log");
    unnamed(store, "istio-proxy-json.log");
    unnamed(store, "logs/app.log");
    unnamed(store, "payments/heap.pb.gz");
    unnamed(store, "happy.log");
    settle(store, NULL);
    assert_rows(store, PLACED,
                "pprof/checkout/heap.pb.gz|checkout-7c9d8b6f4-abcde|app|path\n"
                "payments-5f6d8b6f4-fghij/istio-proxy.log|payments-5f6d8b6f4-fghij|istio-proxy|path\n"
                "payments-5f6d8b6f4-fghij/app/0.log|payments-5f6d8b6f4-fghij|app|path\n"
                "istio-proxy-json.log|payments-5f6d8b6f4-fghij|istio-proxy|path\n"
                "logs/app.log|-|-|-\npayments/heap.pb.gz|-|-|-\nhappy.log|-|-|-\n");
    assert_rows(store, UNPLACED,
                "happy.log|info|not assigned to a container: happy.log\n"
                "logs/app.log|info|not assigned to a container: logs/app.log\n"
                "payments/heap.pb.gz|info|not assigned to a container: payments/heap.pb.gz\n");
}

static void without_any_name_there_is_one_nameless_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    unnamed(store, "gctrace.log");
    unnamed(store, "heap.pb.gz");
    killed(store, "/docker/" HEX_A, "/docker/" HEX_A, "server");
    settle(store, NULL);
    assert_rows(store, CONTAINERS, "-|-|-|-\n");
    assert_rows(store, "SELECT container_id, rule, count (*) FROM identity GROUP BY 1, 2", "1|nameless|3\n");
}

static void the_nameless_container_takes_no_kill_of_several(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    unnamed(store, "gctrace.log");
    killed(store, "/docker/" HEX_A, "/docker/" HEX_A, "server");
    killed(store, "/docker/" HEX_B, "/docker/" HEX_B, "other");
    settle(store, NULL);
    assert_rows(store, "SELECT container_id, count (*) FROM identity GROUP BY 1", "-|2\n1|1\n");
}

static void nobody_at_all_makes_no_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    emit(store, (gm_identity){.level = GM_LEVEL_NODE});
    settle(store, NULL);
    assert_rows(store, CONTAINERS, "");
}

static void describe(gm_store *store, const char *pod, int64_t t_ns) {
    gm_identity identity = {
        .level = GM_LEVEL_CONTAINER, .ns = GM_SPAN("n"), .pod = gm_span_of(pod), .container = GM_SPAN("app")};
    gm_setting setting = {.t_ns = t_ns, .name = "image", .value = GM_SPAN("x"), .value_num = NAN};
    begin_member(store, "pod.json");
    setting.identity_id = emit(store, identity);
    assert_int_equal(gm_emit_setting(store, &setting), GM_OK);
    end_member(store);
}

/* A cluster's metrics name many; what a pod object describes is what the bundle is about. */
static void the_only_described_container_takes_the_rest(void **state) {
    (void)state;
    for (int described = 1; described <= 2; described++) {
        g_autoptr(gm_store) store = importing();
        for (int pod = 1; pod <= 3; pod++) {
            g_autofree char *name = g_strdup_printf("pod-%d", pod);
            named(store, "n", name, "app", "", "");
            describe(store, name, pod <= described ? GM_UNKNOWN : 1); /* a metric tells when */
        }
        unnamed(store, "heap.pb.gz");
        settle(store, NULL);
        assert_rows(store, PLACED, described == 1 ? "heap.pb.gz|pod-1|app|described\n" : "heap.pb.gz|-|-|-\n");
    }
}

static void what_is_not_selected_is_not_made(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    const char *const globs[] = {"n/*/app", NULL};
    GError *error = NULL;
    g_autoptr(gm_select) select = gm_select_new(globs, &error);
    named(store, "n", "p", "app", "", "");
    named(store, "n", "p", "proxy", "", "");
    unnamed(store, "heap.pb.gz");
    settle(store, select);
    assert_rows(store, CONTAINERS, "n|p|app|-\n");
    assert_rows(store, PLACED, "heap.pb.gz|p|app|only_container\n");
    assert_rows(store, UNPLACED, "");
}

static void nothing_selected_makes_no_nameless_container(void **state) {
    (void)state;
    g_autoptr(gm_store) store = importing();
    const char *const globs[] = {"other", NULL};
    GError *error = NULL;
    g_autoptr(gm_select) select = gm_select_new(globs, &error);
    named(store, "n", "p", "app", "", "");
    unnamed(store, "heap.pb.gz");
    settle(store, select);
    assert_rows(store, CONTAINERS, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(containers_are_numbered_by_their_names),
        cmocka_unit_test(a_restart_does_not_make_a_new_container),
        cmocka_unit_test(partial_names_join_the_complete_ones),
        cmocka_unit_test(a_partial_name_that_fits_two_is_not_assigned),
        cmocka_unit_test(pods_nodes_and_pause_containers_are_no_containers),
        cmocka_unit_test(kills_of_other_pods_stay_outside),
        cmocka_unit_test(kills_find_their_container),
        cmocka_unit_test(a_kill_counted_for_the_pod_is_the_victims),
        cmocka_unit_test(the_victims_name_decides_inside_a_pod),
        cmocka_unit_test(a_known_cgroup_is_recognised),
        cmocka_unit_test(the_only_container_takes_what_names_nobody),
        cmocka_unit_test(the_only_described_container_takes_the_rest),
        cmocka_unit_test(copies_of_cgroups_are_told_by_their_path),
        cmocka_unit_test(captures_belong_to_the_container_of_their_cgroup),
        cmocka_unit_test(captures_of_a_restarted_container_stay_together),
        cmocka_unit_test(scrape_targets_of_two_jobs_are_not_one_container),
        cmocka_unit_test(paths_hold_the_name_of_the_pod_or_container),
        cmocka_unit_test(without_any_name_there_is_one_nameless_container),
        cmocka_unit_test(the_nameless_container_takes_no_kill_of_several),
        cmocka_unit_test(nobody_at_all_makes_no_container),
        cmocka_unit_test(what_is_not_selected_is_not_made),
        cmocka_unit_test(nothing_selected_makes_no_nameless_container),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
