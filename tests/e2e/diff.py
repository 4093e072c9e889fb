#!/usr/bin/env python3
"""Two incidents side by side: diff.py GOMORTEM TESTDATA [INCIDENTS]. Every format, the mirror, the identity, the agreement with
--baseline, the SQL of both sides, hostile names, usage errors; and the bundles of a folder beside the project if it is there."""
import csv, glob, io, json, os, re, sqlite3, subprocess, sys, tarfile, tempfile
import xml.etree.ElementTree as ET

import json_schema

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
more = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
here = os.path.dirname(os.path.abspath(__file__))
SCHEMA = json.load(open(os.path.join(here, "..", "..", "reports", "docs", "diff.schema.json")))
BUNDLES = sorted(p for p in glob.glob(os.path.join(data, "incidents", "*")) if not p.endswith(".json"))
MIRROR = {"new": "gone", "gone": "new", "worse": "better", "better": "worse"}
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


def call(*arguments):
    return subprocess.run([tool, *map(str, arguments)], capture_output=True, timeout=300)


def stem(path):
    return os.path.basename(path).split(".")[0]


def database(work, path):
    db = os.path.join(work, stem(path) + ".db")
    if not os.path.exists(db):
        call("import", path, "-o", db)
        call("analyze", db)
    return db


def diff(a, b, *arguments):
    done = call("diff", a, b, "--format", "json", *arguments)
    check("diff %s %s answers" % (stem(a), stem(b)), done.returncode in (0, 3), done.stderr)
    return json.loads(done.stdout) if done.stdout else None


def rows(doc):
    return {(p["a"] and p["a"]["pod"], p["b"] and p["b"]["pod"], d["area"], d["item"], d["measure"]): d for p in doc["pairs"] for d in p["differences"]}


def find(doc, area, item, measure=""):
    return next((d for p in doc["pairs"] for d in p["differences"] if (d["area"], d["item"], d["measure"]) == (area, item, measure)), None)


# --- what holds for any two incidents ------------------------------------------------------------------------------------

def check_mirror(a, b):
    there, back = rows(diff(a, b)), {(k[1], k[0]) + k[2:]: d for k, d in rows(diff(b, a)).items()}
    bad = sorted(map(str, set(there) ^ set(back)))
    for key in set(there) & set(back):
        x, y = there[key], back[key]
        same = MIRROR.get(x["judgement"], x["judgement"]) == y["judgement"] and x["material"] == y["material"] and x["a"] == y["b"] and x["b"] == y["a"]
        bad += [] if same else [str((key, x, y))]
    check("%s and %s are mirrored" % (stem(a), stem(b)), not bad, bad[:2])


def check_identity(a):
    doc = diff(a, a)
    bad = [d for d in rows(doc).values() if d["judgement"] not in ("same", "unknown") or d["material"] or d["rule"] or d["a"] != d["b"]]
    check("%s does not differ from itself" % stem(a), not bad and all(p["status"] == "unchanged" for p in doc["pairs"]), bad[:2])
    check("and the summary says so", all(p["summary"].startswith("Nothing differs") for p in doc["pairs"]), doc["summary"])


def check_schema(doc, what):
    wrong = json_schema.errors(doc, SCHEMA)
    check("%s keeps the schema" % what, not wrong, wrong[:3])


def check_sql(a, b):
    stores = {"a": sqlite3.connect("file:%s?mode=ro" % a, uri=True), "b": sqlite3.connect("file:%s?mode=ro" % b, uri=True)}
    n, bad = 0, []
    for d in rows(diff(a, b)).values():
        for side, store in stores.items():
            if not d[side]["sql"]:
                continue
            value, wanted = store.execute(d[side]["sql"]).fetchone()[0], d[side]["text"] if d["unit"] is None and d["measure"] != "severity" else d[side]["value"]
            near = value == wanted or (isinstance(value, (int, float)) and isinstance(wanted, (int, float)) and abs(value - wanted) <= 1e-9 * abs(wanted))
            n += 1
            bad += [] if near else [(d["area"], d["item"], d["measure"], value, wanted)]
    check("the SQL of %s and %s yields the values" % (stem(a), stem(b)), n > 50 and not bad, bad[:3] or n)


def check_gate(a, b):
    """What fails against a baseline fails in a diff: one engine."""
    for severity in ("low", "medium", "high", "critical"):
        one, other = call("diff", a, b, "--fail-on", severity), call("analyze", b, "--baseline", a, "--fail-on", severity)
        check("the gates agree on %s and %s at %s" % (stem(a), stem(b), severity), one.returncode == other.returncode, (one.returncode, other.returncode))
    results = lambda done: sorted((r["ruleId"], r["level"], r["baselineState"]) for r in json.loads(done.stdout)["runs"][0]["results"])
    one, other = call("diff", a, b, "--format", "sarif"), call("analyze", b, "--baseline", a, "--format", "sarif")
    check("and SARIF tells the same", results(one) == results(other), (results(one), results(other)))
    told = sorted(d["rule"] for d in rows(diff(a, b)).values() if d["rule"] and d["judgement"] not in ("better", "gone") and d["severity"] != "info")
    check("which are the rules of the comparison", told == [r[0] for r in results(one)], (told, results(one)))


# --- jobs -----------------------------------------------------------------------------------------------------------------

def real_incidents(work):
    dbs = [database(work, path) for path in BUNDLES]
    good = next(d for d in dbs if stem(d) == "healthy")
    for db in dbs:
        check_identity(db)
        doc = diff(good, db)
        check_schema(doc, stem(db))
        if db != good:
            check_mirror(good, db)
            check_gate(good, db)
    leak = next(d for d in dbs if stem(d) == "heapleak")
    check_sql(good, leak)
    doc = diff(good, leak)
    check("the leak leads", re.match(r"B grows [0-9.]+ MiB/min where A is flat; ", doc["summary"]) and "the new growth is in shop/session.(*Store).Create" in doc["summary"], doc["summary"])
    check("its site is new", find(doc, "site", "shop/session.(*Store).Create", "growth")["judgement"] == "new")
    limit = find(doc, "limit", "memory limit")
    check("the limits are told", limit["judgement"] == ("same" if limit["a"]["value"] == limit["b"]["value"] else "changed") and "limit" in doc["summary"], (limit, doc["summary"]))
    gogc = diff(good, next(d for d in dbs if stem(d) == "gogc800"))
    check("GOGC changed", find(gogc, "setting", "GOGC")["judgement"] == "changed" and "GOGC 100 -> 800" in gogc["summary"], gogc["summary"])
    small = diff(good, next(d for d in dbs if stem(d) == "smalllimit"))
    check("the limit changed", find(small, "limit", "memory limit")["judgement"] == "changed", small["summary"])


def formats(work):
    good, leak = [database(work, os.path.join(data, "incidents", n + ".tar.gz")) for n in ("healthy", "heapleak")]
    for name in ("text", "json", "markdown", "html", "csv", "sarif", "junit", "github", "github-summary", "gitlab"):
        one, two = call("diff", good, leak, "--format", name), call("diff", good, leak, "--format", name)
        check("%s is written" % name, one.returncode == 0 and len(one.stdout) > 100, (one.returncode, one.stderr))
        check("%s is the same again" % name, one.stdout == two.stdout)
    bundles = [os.path.join(data, "incidents", n + ".tar.gz") for n in ("healthy", "heapleak")]
    check("bundles give what databases give", call("diff", *bundles).stdout == call("diff", good, leak).stdout)
    doc, table = diff(good, leak), list(csv.DictReader(io.StringIO(call("diff", good, leak, "--format", "csv").stdout.decode())))
    check("the CSV has every difference", len(table) == len(rows(doc)) and table[0]["judgement"] == doc["pairs"][0]["differences"][0]["judgement"])
    check("JUnit is XML with a failure", int(ET.fromstring(call("diff", good, leak, "--format", "junit").stdout).get("failures")) >= 1)
    out = os.path.join(work, "both.db")
    check("a database is written", call("diff", good, leak, "--format", "db", "-o", out).returncode == 0)
    n, summary = sqlite3.connect(out).execute("SELECT (SELECT count (*) FROM differences), (SELECT summary FROM comparison)").fetchone()
    check("with every difference", n == len(rows(doc)) and summary == doc["summary"])
    asked = call("query", out, "SELECT item FROM differences WHERE area = 'finding' AND judgement = 'new'", "--format", "csv")
    check("which query opens", asked.returncode == 0 and b"go_live_leak" in asked.stdout, asked.stderr)
    check("nothing is overwritten", call("diff", good, leak, "--format", "db", "-o", out).returncode == 2 and call("diff", good, leak, "--format", "db", "-f", "-o", out).returncode == 0)
    folder = os.path.join(work, "png")
    check("pictures are written", call("diff", good, leak, "--format", "png", "-o", folder).returncode == 0 and sorted(os.listdir(folder)) == ["buckets.png", "histories.png"])
    page = call("diff", good, leak, "--format", "html").stdout.decode()
    check("the page has both names, and asks for nothing", "heapleak against healthy" in page and not re.search(r"(src|href)=\"(?!#)", page[:page.index("<script>")]))


def baseline_in_reports(work):
    bundles = [os.path.join(data, "incidents", n + ".tar.gz") for n in ("healthy", "heapleak")]
    for name in ("html", "markdown", "text"):
        page = call("analyze", bundles[1], "--baseline", bundles[0], "--format", name).stdout.decode()
        wanted = {"html": "id=\"baseline\"", "markdown": "Against the baseline: worse", "text": "baseline"}[name]
        check("%s tells of the baseline" % name, wanted in page and "where the baseline is flat" in re.sub(r"\s+", " ", page), page[:800])
        plain = call("analyze", bundles[1], "--format", name).stdout.decode()
        check("and without one it does not", "baseline is flat" not in plain and "id=\"baseline\"" not in plain)
    folder = os.path.join(work, "run")
    call("run", bundles[1], "--baseline", bundles[0], "-o", folder, "--format", "json")
    n = sqlite3.connect(os.path.join(folder, "incident.db")).execute("SELECT count (*) FROM differences WHERE rule IS NOT NULL").fetchone()[0]
    check("the comparison lies in the incident", n >= 2, n)
    call("analyze", os.path.join(folder, "incident.db"))
    n = sqlite3.connect(os.path.join(folder, "incident.db")).execute("SELECT count (*) FROM differences").fetchone()[0]
    check("until it is analyzed anew", n == 0, n)


HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\x1b[31m'\"&|`@all"


def hostile_bundle(path, pods, step):
    def series(name, pod, start, rise):
        labels = {"__name__": name, "namespace": "n", "pod": pod, "container": "c"}
        return {"metric": labels, "values": [[1700000000 + 15 * i, str(start + rise * i)] for i in range(240)]}
    result = [series("container_memory_usage_bytes", p, 10**8, step) for p in pods] + [series("container_memory_rss", p, 9 * 10**7, step) for p in pods]
    pods_json = [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": p, "namespace": "n"}, "spec": {"containers": [
        {"name": "c", "image": HOSTILE, "env": [{"name": "GODEBUG", "value": HOSTILE + str(step)}], "resources": {"limits": {"memory": "2Gi"}}}]}, "status": {}} for p in pods]
    files = {"range.json": {"status": "success", "data": {"resultType": "matrix", "result": result}}, "pods.json": {"apiVersion": "v1", "kind": "List", "items": pods_json}}
    with tarfile.open(path, "w") as tar:
        for name, value in files.items():
            raw = json.dumps(value).encode()
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))


def hostile_names(work):
    a, b = os.path.join(work, "a.tar"), os.path.join(work, "b.tar")
    hostile_bundle(a, [HOSTILE], 0)
    hostile_bundle(b, [HOSTILE], 2 * 10**6)
    check_schema(diff(a, b), "hostile names")
    check_mirror(a, b)
    for name in ("text", "markdown", "github", "github-summary"):
        text = call("diff", a, b, "--format", name).stdout.decode()
        check("%s: nothing of theirs has power" % name, "\x1b[31m" not in text and "\u202e" not in text and (name in ("text", "github") or "<img" not in text), text[:300])
    page = call("diff", a, b, "--format", "html").stdout.decode()
    check("the page shows them as text", "<img src=x" not in page and "\u202e" not in page and "&lt;img src=x" in page)
    ET.fromstring(call("diff", a, b, "--format", "junit").stdout)


def other_sides(work):
    one, two, renamed = (os.path.join(work, n) for n in ("one.tar", "two.tar", "renamed.tar"))
    hostile_bundle(one, ["shop-0"], 0)
    hostile_bundle(two, ["shop-0", "other-7c9d8b6f4-x2v5q"], 0)
    hostile_bundle(renamed, ["another-0"], 0)
    doc = diff(one, two)
    check("what only B has is new", sorted((p["status"], p["matched_by"]) for p in doc["pairs"]) == [("new", "nothing"), ("unchanged", "names")], doc["pairs"])
    doc = diff(two, one)
    check("what only A has is gone", sorted((p["status"], p["b"] is None) for p in doc["pairs"]) == [("gone", True), ("unchanged", False)])
    doc = diff(one, renamed)
    check("two that are alone meet", [(p["matched_by"], p["status"]) for p in doc["pairs"]] == [("place", "unchanged")], doc["pairs"])
    for name in ("text", "markdown", "html", "csv", "sarif", "junit"):
        check("%s of several containers" % name, call("diff", two, one, "--format", name).returncode == 0)


def readme_example(work):
    """The summary that the README shows is what is printed."""
    text = open(os.path.join(here, "..", "..", "README.md"), encoding="utf-8").read()
    section = text[text.index("### Two incidents side by side"):]
    shown = re.search(r"^    (B grows.*?)\n\n", section, re.M | re.S).group(1)
    printed = call("diff", *(os.path.join(data, "incidents", n + ".tar.gz") for n in ("healthy", "heapleak"))).stdout.decode()
    check("the README's example", re.sub(r"\s+", " ", shown) in re.sub(r"\s+", " ", printed), shown)


def usage(work):
    good = os.path.join(data, "incidents", "healthy.tar.gz")
    unanalyzed = os.path.join(work, "raw.db")
    call("import", good, "-o", unanalyzed)
    cases = {"one side": (good,), "three sides": (good, good, good), "no such file": (good, "missing.tar.gz"), "an unknown format": (good, good, "--format", "nonsense"),
             "pictures without a folder": (good, good, "--format", "png"), "a database without a name": (good, good, "--format", "db"),
             "an unknown severity": (good, good, "--fail-on", "terrible"), "an unanalyzed database": (good, unanalyzed), "a wrong theme": (good, good, "--theme", "pink")}
    for what, arguments in cases.items():
        done = call("diff", *arguments)
        check("%s: exit 2 and a sentence" % what, done.returncode == 2 and done.stderr.startswith(b"gomortem: ") and not done.stdout, (done.returncode, done.stderr))
    done = call("diff", unanalyzed, good)
    check("the side is named", b"raw.db" in done.stderr, done.stderr)
    leak = os.path.join(data, "incidents", "heapleak.tar.gz")
    check("--fail-on: exit 3", call("diff", good, leak, "--fail-on", "high").returncode == 3 and call("diff", leak, good, "--fail-on", "low").returncode in (0, 3))
    check("no --fail-on: exit 0", call("diff", good, leak).returncode == 0)


def neighbours(work):
    """Pairs of bundles that are no part of the project: what holds for any two holds for them."""
    found = sorted(p for p in glob.glob(os.path.join(more, "incident-*")) if not p.endswith(".json")) if more else []
    if not found:
        print("SKIP  no further incidents beside the project")
        return
    dbs = [database(work, p) for p in found[::3]]
    for i, db in enumerate(dbs):
        check_identity(db)
        check_schema(diff(dbs[i - 1], db), stem(db))
        check_mirror(dbs[i - 1], db)
    check_gate(dbs[0], dbs[1])
    check_sql(dbs[1], dbs[2])


JOBS = (real_incidents, formats, baseline_in_reports, hostile_names, other_sides, readme_example, usage, neighbours)
for job in [j for j in JOBS if not os.environ.get("ONLY") or j.__name__ in os.environ["ONLY"].split(",")]:
    with tempfile.TemporaryDirectory() as folder:
        job(folder)
print("diff: %d failures" % failures)
sys.exit(failures > 0)
