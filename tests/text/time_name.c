/* time_name.c: every form of a time in a name, and the many digits that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <inttypes.h>

#include "importer/text/span.h"

static void in_name(const char *name, const char *expected) {
    int64_t ns = 4711, wanted = 0;
    assert_true(gm_time_rfc3339(gm_span_of(expected), &wanted));
    if (!gm_time_in_name(gm_span_of(name), &ns)) fail_msg("%s is refused", name);
    if (ns != wanted) fail_msg("%s gives %" PRId64 ", not %s", name, ns, expected);
}

static void test_forms(void **state) {
    (void)state;
    in_name("heap-20261123T085930Z.pb.gz", "2026-11-23T08:59:30Z");
    in_name("heap-20261123T085930Z.debug1.txt", "2026-11-23T08:59:30Z");
    in_name("metrics-20261123-090132.prom", "2026-11-23T09:01:32Z");
    in_name("heap-20240623_101609.out", "2024-06-23T10:16:09Z");
    in_name("mem.20060102150405.000.log", "2006-01-02T15:04:05Z");
    in_name("mem.event7.20260102150405.123.log", "2026-01-02T15:04:05.123Z");
    in_name("2026-11-23T09:14:50Z", "2026-11-23T09:14:50Z");
    in_name("2026-11-23T09:14:50.25Z", "2026-11-23T09:14:50Z");
    in_name("2026-11-23T09:14:50.250Z", "2026-11-23T09:14:50.25Z");
    in_name("2026-11-23T10:14:50+01:00", "2026-11-23T09:14:50Z");
    in_name("2026-11-23T10:14:50+0100", "2026-11-23T09:14:50Z");
    in_name("2026-11-23T08:14:50-01:00", "2026-11-23T09:14:50Z");
    in_name("support-bundle-2021-09-10T18_50_35.tar.gz", "2021-09-10T18:50:35Z");
    in_name("x 2021-09-10 18_50_35.txt", "2021-09-10T18:50:35Z");
    in_name("pprof.app.host-1.alloc_objects.alloc_space.2026-01-02T150405.UTC.pprof", "2026-01-02T15:04:05Z");
    in_name("pprof.app.host-1.samples.cpu.2026-01-02T150405.KST.pprof", "2026-01-02T06:04:05Z");
    in_name("pprof.app.host-1.samples.cpu.2026-01-02T150405.XYZ.pprof", "2026-01-02T15:04:05Z");
    in_name("20250602T205846Z-7e03e43cf46dda03", "2025-06-02T20:58:46Z");
    in_name("traces-2022-09-14T05-02-14.173.json", "2022-09-14T05:02:14.173Z");
    in_name("0.log.20230314-091233.gz", "2023-03-14T09:12:33Z");
    in_name("sosreport-host-20171224185433", "2017-12-24T18:54:33Z");
    in_name("2026.11.23-09.14.50.txt", "2026-11-23T09:14:50Z");
    in_name("2026_11_23_09_14_50.txt", "2026-11-23T09:14:50Z");
    in_name("2026-11-23-09-14-50", "2026-11-23T09:14:50Z");
    in_name("20261123-090132-0500.prom", "2026-11-23T09:01:32Z");
    in_name("20240229T000000Z", "2024-02-29T00:00:00Z");
}

static void test_unix(void **state) {
    (void)state;
    in_name("1644509272337470000.pb.gz", "2022-02-10T16:07:52.337470000Z");
    in_name("heap-1644509272337470.pb.gz", "2022-02-10T16:07:52.33747Z");
    in_name("heap.1644509272337", "2022-02-10T16:07:52.337Z");
    in_name("heap_1644509272.out", "2022-02-10T16:07:52Z");
}

static void test_unix_limits(void **state) {
    (void)state;
    int64_t ns;
    in_name("0946684800", "2000-01-01T00:00:00Z");
    assert_false(gm_time_in_name(GM_SPAN("0946684799"), &ns));
    in_name("4133980799", "2100-12-31T23:59:59Z");
    assert_false(gm_time_in_name(GM_SPAN("4133980800"), &ns));
}

static void test_ulid(void **state) {
    (void)state;
    /* 01ARZ3NDEKTSV4RRFFQ69G5FAV of the ULID specification is 1469922850259 ms */
    in_name("01ARZ3NDEKTSV4RRFFQ69G5FAV", "2016-07-30T23:54:10.259Z");
    int64_t ns;
    assert_false(gm_time_in_name(GM_SPAN("01ARZ3NDEKTSV4RRFFQ69G5FAU"), &ns)); /* no U in base 32 */
    assert_false(gm_time_in_name(GM_SPAN("01ARZ3NDEKTSV4RRFFQ69G5FA"), &ns));
    assert_false(gm_time_in_name(GM_SPAN("7ZZZZZZZZZTSV4RRFFQ69G5FAV"), &ns));
}

static void test_several(void **state) {
    (void)state;
    in_name("incident-20261123T080000Z-heap-20261123T090000Z.pb.gz", "2026-11-23T09:00:00Z");
    in_name("20261123T080000Z-1644509272.pb.gz", "2026-11-23T08:00:00Z");
}

static void test_none(void **state) {
    (void)state;
    const char *names[] = {
        "",
        "memory.stat",
        "shopd-7c9d8b6f4-x2v0q",
        "incident-80ac9",
        "pprof.shopd.alloc_objects.alloc_space.inuse_objects.inuse_space.041.pb.gz",
        "3f1e5a2097c4b8d60f2b6e1d5c3a49870123456789abcdef0123456789abcdef-json.log",
        "a1644509272b7c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d",
        "pod8c2d1a3e-4b5f-4c6d-8e7f-0123456789ab",
        "v1.19.8",
        "go1.22.0.linux-amd64.tar.gz",
        "linux-6.1.0-192",
        "20261123.log",
        "2026-11-23.log",
        "report-2026-11-23-ab12cd3.tar.xz",
        "20261323T085930Z",
        "20260230T085930Z",
        "20261123T245930Z",
        "20261123T086030Z",
        "20261123T08593",
        "120261123T085930Z",
        "20261123T0859300",
        "19991231T235959Z",
        "21010101T000000Z",
        "v0.0.0-20191109021931-daa7c04131f5",
        "x@v0.0.0-20191109021931-daa7c04131f5.mod",
        "123456789",
        "12345678901",
        "12345678901234",
        "9999999999",
        "profile1644509272.pb.gz",
        "1644509272x.pb.gz",
        "must-gather.local.1644509272337470000",
        "202611230859301",
        "2026-11-23T08",
        "2026-1123T085930Z",
        "20261123085930123",
        "0000000000",
        "2026-11-23T08:5930",
        "20261123+085930",
        "192.168.100.200",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int64_t ns = 4711;
        if (gm_time_in_name(gm_span_of(names[i]), &ns)) fail_msg("%s gives %" PRId64, names[i], ns);
        assert_int_equal(ns, 4711);
    }
}

static void in_path(const char *path, const char *expected, const char *where) {
    int64_t ns = 4711, wanted = 0;
    const char *source = NULL;
    assert_true(gm_time_rfc3339(gm_span_of(expected), &wanted));
    assert_true(gm_time_in_path(gm_span_of(path), &ns, &source));
    assert_int_equal(ns, wanted);
    assert_string_equal(source, where);
}

static void test_path(void **state) {
    (void)state;
    in_path("incident/pprof/heap-20261123T085930Z.pb.gz", "2026-11-23T08:59:30Z", "name");
    in_path("incident/cgroup/2026-11-23T09:14:50Z/memory.stat", "2026-11-23T09:14:50Z", "directory");
    in_path("b-20261123T080000Z/proc/20261123T090133Z/smaps", "2026-11-23T09:01:33Z", "directory");
    in_path("b-20261123T080000Z/proc/1/smaps", "2026-11-23T08:00:00Z", "directory");
    in_path("20261123T080000Z/heap-20261123T090000Z", "2026-11-23T09:00:00Z", "name");
    in_path("20261123T090133Z", "2026-11-23T09:01:33Z", "name");
    in_path("20261123T090133Z/", "2026-11-23T09:01:33Z", "directory");
    int64_t ns = 4711;
    const char *source = "untouched";
    assert_false(gm_time_in_path(GM_SPAN("incident-1/k8s/pod.json"), &ns, &source));
    assert_false(gm_time_in_path(GM_SPAN(""), &ns, &source));
    assert_false(gm_time_in_path(GM_SPAN("20261123/T090133Z"), &ns, &source));
    assert_false(gm_time_in_path(GM_SPAN("//"), &ns, &source));
    assert_int_equal(ns, 4711);
    assert_string_equal(source, "untouched");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms), cmocka_unit_test(test_unix),    cmocka_unit_test(test_unix_limits),
        cmocka_unit_test(test_ulid),  cmocka_unit_test(test_several), cmocka_unit_test(test_none),
        cmocka_unit_test(test_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
