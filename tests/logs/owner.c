/* Names out of paths, docker names and cgroups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importer/logs/owner.h"

#define HEX16 "0123456789abcdef"
#define ID    HEX16 HEX16 HEX16 HEX16
#define UID   "5f1c2d3e-0a1b-4c2d-8e3f-112233445566"

static void check(gm_span found, const char *expected) {
    assert_int_equal(found.len, strlen(expected));
    if (found.len > 0) assert_memory_equal(found.data, expected, found.len);
}

typedef struct {
    const char *path, *ns, *pod, *container, *uid, *id; /* ns NULL: names nobody */
} path_case;

static void paths(void **state) {
    (void)state;
    static const path_case cases[] = {
        {"var/log/pods/shop_cart-0_" UID "/cart/0.log", "shop", "cart-0", "cart", UID, ""},
        {"a/b/var/log/pods/shop_cart-0_" UID "/cart/0.log.20230314-091233.gz", "shop", "cart-0", "cart", UID, ""},
        {"var/log/pods/kube-system_etcd-a_" HEX16 HEX16 "/etcd/7.log", "kube-system", "etcd-a", "etcd", HEX16 HEX16,
         ""},
        {"containers/cart-0_shop_cart-" ID ".log", "shop", "cart-0", "cart", "", ID},
        {"containers/cart-0_shop_my-cart-2-" ID ".log", "shop", "cart-0", "my-cart-2", "", ID},
        {"docker/containers/" ID "/" ID "-json.log.1", "", "", "", "", ID},
        {"b/cluster-resources/pods/logs/shop/cart-0/cart.log", "shop", "cart-0", "cart", "", ""},
        {"b/cluster-resources/pods/logs/shop/cart-0/cart-previous.log", "shop", "cart-0", "cart", "", ""},
        {"must-gather/namespaces/shop/pods/cart-0/cart/cart/logs/current.log", "shop", "cart-0", "cart", "", ""},
        {"logs/cart.log", NULL, "", "", "", ""},
        {"logs/a_b_c/d.log", NULL, "", "", "", ""},
        {"var/log/containers/cart-json.log", NULL, "", "", "", ""},
        {"containers/cart-0_shop_cart-0123.log", NULL, "", "", "", ""},
        {"", NULL, "", "", "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_identity found;
        print_message("case %zu\n", i);
        assert_int_equal(gm_owner_of_path(gm_span_of(cases[i].path), &found), cases[i].ns != NULL);
        assert_int_equal(found.level, cases[i].ns ? GM_LEVEL_CONTAINER : GM_LEVEL_UNNAMED);
        check(found.ns, cases[i].ns ? cases[i].ns : "");
        check(found.pod, cases[i].pod);
        check(found.container, cases[i].container);
        check(found.pod_uid, cases[i].uid);
        check(found.runtime_id, cases[i].id);
    }
}

static void docker_names(void **state) {
    (void)state;
    gm_identity found = {.level = GM_LEVEL_CONTAINER};
    gm_owner_of_docker_name(gm_span_of("/k8s_cart_cart-0_shop_" UID "_3"), &found);
    check(found.container, "cart");
    check(found.pod, "cart-0");
    check(found.ns, "shop");
    check(found.pod_uid, UID);
    found = (gm_identity){.level = GM_LEVEL_CONTAINER};
    gm_owner_of_docker_name(gm_span_of("shop_cart_1"), &found);
    check(found.container, "shop_cart_1");
    check(found.pod, "");
}

static void cgroups(void **state) {
    (void)state;
    static const struct {
        const char *path;
        gm_identity_level level;
        const char *uid, *id;
    } cases[] = {
        {"/kubepods/burstable/pod" UID "/" ID, GM_LEVEL_CONTAINER, UID, ID},
        {"/kubepods/pod" UID, GM_LEVEL_POD, UID, ""},
        {"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod5f1c2d3e_0a1b_4c2d_8e3f_112233445566.slice/"
         "cri-containerd-" ID ".scope",
         GM_LEVEL_CONTAINER, UID, ID},
        {"/lxc.payload.x/kubepods/besteffort/pod" HEX16 HEX16 "/crio-" ID, GM_LEVEL_CONTAINER, HEX16 HEX16, ID},
        {"/docker/" ID, GM_LEVEL_CONTAINER, "", ID},
        {"/docker/" HEX16 HEX16 HEX16 "0000000000000000/kubepods/pod" UID "/" ID, GM_LEVEL_CONTAINER, UID, ID},
        {"/docker/" HEX16 HEX16 HEX16
         "0000000000000000/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod5f1c2d3e_0a1b_4c2d_8e3f_112233445566.slice/"
         "cri-containerd-" ID ".scope",
         GM_LEVEL_CONTAINER, UID, ID},
        {"/system.slice/docker-" ID ".scope", GM_LEVEL_CONTAINER, "", ID},
        {"/../cri-containerd-" ID ".scope", GM_LEVEL_CONTAINER, "", ID},
        {"/system.slice/podman-tests.service", GM_LEVEL_CONTAINER, "", ""},
        {"/", GM_LEVEL_UNNAMED, "", ""},
        {"", GM_LEVEL_UNNAMED, "", ""},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_cgroup_owner found;
        gm_owner_of_cgroup(gm_span_of(cases[i].path), GM_SPAN("cart"), &found);
        print_message("case %zu\n", i);
        assert_int_equal(found.identity.level, cases[i].level);
        check(found.identity.pod_uid, cases[i].uid);
        check(found.identity.runtime_id, cases[i].id);
        check(found.identity.cgroup, cases[i].path);
        check(found.identity.hint, "cart");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths),
        cmocka_unit_test(docker_names),
        cmocka_unit_test(cgroups),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
