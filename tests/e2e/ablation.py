#!/usr/bin/env python3
"""No cause is named with confidence when parts of an incident are missing: ablation.py GOMORTEM TESTDATA [FOLDER] [NAME...]

Each bundle is imported once; rows of its parts are then taken out of copies of the database, and the copies are analyzed.
A verdict with a confidence of .7 or more whose cause is not among the accepted ones fails the test, and so does an
evidence whose SQL does not yield its value from that very database. What is accepted
stands in TESTDATA/incidents/truth.json; FOLDER holds further bundles, each with a NAME.truth.json beside it."""
import glob, json, math, os, shutil, sqlite3, subprocess, sys, tempfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CONFIDENT = 0.7
SERIES = "series_id IN (SELECT series_id FROM series LEFT JOIN quantity USING (quantity_id) WHERE %s)"
METRICS = "source NOT IN ('cgroup', 'proc', 'gctrace', 'memstats')"
MEMSTATS = "quantity.name LIKE 'go.%'"
PROFILES = ["DELETE FROM profile_sample", "DELETE FROM goroutine", "DELETE FROM profile"]
PARTS = {
    "metrics": ["DELETE FROM sample WHERE " + SERIES % METRICS],
    "cgroup": ["DELETE FROM sample WHERE " + SERIES % "source = 'cgroup'"],
    "proc": ["DELETE FROM sample WHERE " + SERIES % "source = 'proc'", "DELETE FROM mapping"],
    "memstats": ["DELETE FROM sample WHERE " + SERIES % MEMSTATS],
    "memory_stat": ["DELETE FROM sample WHERE " + SERIES % "quantity.name LIKE 'memory.%' AND quantity.name NOT IN ('memory.usage', 'memory.working_set', 'memory.limit')"],
    "gctrace": ["DELETE FROM gc_cycle"],
    "profiles": PROFILES,
    "oom": ["DELETE FROM oom_stat", "DELETE FROM oom_task", "DELETE FROM oom_kill"],
    "pod": ["DELETE FROM event", "DELETE FROM setting"],
}
SAMPLES = "DELETE FROM sample"
ONLY_USAGE = "DELETE FROM sample WHERE " + SERIES % "quantity.name IS NULL OR quantity.name NOT IN ('memory.usage', 'memory.working_set', 'memory.limit')"


def keep(*statements):
    order = [SAMPLES, "DELETE FROM mapping", *PARTS["gctrace"], *PROFILES, *PARTS["oom"], *PARTS["pod"]]
    return [s for s in order if s not in statements]


CASES = {"whole": []}
CASES.update({"without " + name: statements for name, statements in PARTS.items()})
CASES.update({
    "only metrics": keep(SAMPLES),
    "only metrics and the pod": keep(SAMPLES, *PARTS["pod"]),
    "only usage and working set": keep(SAMPLES) + [ONLY_USAGE],
    "only usage": keep(SAMPLES) + ["DELETE FROM sample WHERE " + SERIES % "quantity.name IS NULL OR quantity.name NOT IN ('memory.usage', 'memory.limit')"],
    "only gctrace": keep(*PARTS["gctrace"]),
    "only gctrace and the pod": keep(*PARTS["gctrace"], *PARTS["pod"]),
    "only profiles": keep(*PROFILES),
    "only the kernel's report": keep(*PARTS["oom"]),
    "only the kernel's report and the pod": keep(*PARTS["oom"], *PARTS["pod"]),
    "second half of the metrics": ["DELETE FROM sample WHERE t_ns < (SELECT (from_ns + to_ns) / 2 FROM incident)"],
})
# Of the further incidents; ABLATION=all in the environment runs all cases.
FEW = ("whole", "only metrics", "only usage and working set", "only gctrace", "only profiles", "only the kernel's report")


def analyze(db):
    done = subprocess.run([tool, "analyze", db, "--format", "json"], capture_output=True, timeout=120)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return json.loads(done.stdout)


def evidence(db, name, case, failures):
    """Every evidence of every finding yields the number that it shows."""
    with sqlite3.connect(db) as store:
        rows = store.execute("SELECT sql, value, text FROM evidence").fetchall()
        for sql, value, text in rows:
            row = store.execute(sql).fetchone()
            found = row[0] if row else None
            if (found is None) != (value is None) or (value is not None and not math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12)):
                print("FAIL  %s, %s: \"%s\" shows %r, and its SQL yields %r: %s" % (name, case, text, value, found, sql))
                failures.append((name, case))
    return len(rows)


def verdict_of(doc, truth):
    found = [c for c in doc["containers"] if c["container"] in (truth["container"], None) and truth.get("pod") in (None, c["pod"])]
    return (found or doc["containers"])[0]["verdict"] if doc["containers"] else None


def bundle(name, path, truth, failures, cases):
    with tempfile.TemporaryDirectory() as work:
        whole, part = os.path.join(work, "whole.db"), os.path.join(work, "part.db")
        subprocess.run([tool, "import", path, "-o", whole], check=True, stderr=subprocess.DEVNULL, timeout=120)
        shown = 0
        for case in cases:
            statements = CASES[case]
            shutil.copy(whole, part)
            db = sqlite3.connect(part)
            db.execute("PRAGMA synchronous=OFF")
            db.execute("PRAGMA foreign_keys=OFF")
            for statement in statements:
                db.execute(statement)
            db.commit()
            db.close()
            verdict = verdict_of(analyze(part), truth)
            shown += evidence(part, name, case, failures)
            wrong = verdict and verdict["cause"] not in truth["accept"] and verdict["confidence"] >= CONFIDENT
            if os.environ.get("VERBOSE") or wrong:
                print("%s %-22s %-38s %s" % ("FAIL " if wrong else "ok   ", name, case, verdict and "%s %.2f" % (verdict["cause"], verdict["confidence"])))
            if wrong:
                failures.append((name, case))
    print("%d reduced incidents of %s, %d numbers shown" % (len(cases), name, shown), flush=True)


def main():
    failures, names = [], sys.argv[4:]
    if len(sys.argv) <= 3 or not names:
        for name, truth in sorted(json.load(open(os.path.join(data, "incidents", "truth.json"))).items()):
            bundle(name, os.path.join(data, "incidents", truth["bundle"]), truth, failures, list(CASES))
    folder = sys.argv[3] if len(sys.argv) > 3 else None
    truths = sorted(glob.glob(os.path.join(folder, "*.truth.json"))) if folder else []
    if not truths:
        print("skipped: no folder of further incidents")
    cases = [case for case in CASES if names or os.environ.get("ABLATION") == "all" or case in FEW]
    for file in truths:
        truth, name = json.load(open(file)), os.path.basename(file)[:-len(".truth.json")]
        if not names or any(n in name for n in names):
            bundle(name, os.path.join(folder, truth["bundle"]), truth, failures, cases)
    print("%d failures: confidently wrong, or a number that its SQL does not yield" % len(failures))
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
