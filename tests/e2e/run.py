#!/usr/bin/env python3
"""End-to-end tests of the program: run.py GOMORTEM TESTDATA. Standard library only; prints what it checks."""
import base64, hashlib, io, json, math, os, re, sqlite3, subprocess, sys, tarfile, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import json_schema

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
bundle = lambda name: os.path.join(data, "incidents", name + ".tar.gz")
failures = 0


def check(what, ok, detail=""):
    global failures
    print(("ok    " if ok else "FAIL  ") + what + ("" if ok else ": %s" % (detail,)))
    failures += not ok


def call(*arguments, cwd=None):
    return subprocess.run([tool, *arguments], capture_output=True, cwd=cwd, timeout=300)


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def main_job(work):
    out = os.path.join(work, "out")
    done = call("run", bundle("heapleak"), "-o", out)
    text = done.stdout.decode()
    check("run exits with 0", done.returncode == 0, done.stderr)
    for name in ("incident.db", "report.html", "summary.png", "timeline.png", "waterfall.png", "gc.png", "growth.png", "heap.png", "sites.png"):
        check("run writes " + name, os.path.exists(os.path.join(out, name)))
    check("the verdict names cause and site", "go_live_leak" in text and "shop/session.(*Store).Create" in re.sub(r"\s+", " ", text), text)
    check("a second run refuses to overwrite", call("run", bundle("heapleak"), "-o", out).returncode == 2)
    again = os.path.join(work, "again")
    call("run", bundle("heapleak"), "-o", again)
    for name in sorted(os.listdir(out)):
        check("the same bytes twice: " + name, digest(os.path.join(out, name)) == digest(os.path.join(again, name)))
    evidence(os.path.join(out, "incident.db"))
    page(os.path.join(out, "report.html"))
    repeated = call("analyze", os.path.join(out, "incident.db"))
    check("analyze on the database gives the same text", repeated.returncode == 0 and repeated.stdout == done.stdout, repeated.stderr)


def evidence(path):
    db = sqlite3.connect(path)
    rows = db.execute("SELECT sql, value FROM evidence").fetchall()
    check("there is evidence", len(rows) > 5)
    for sql, value in rows:
        row = db.execute(sql).fetchone()
        found = row[0] if row else None
        same = found is None and value is None or (found is not None and value is not None and math.isclose(found, value, rel_tol=1e-9, abs_tol=1e-12))
        if not same:
            check("evidence yields its value: " + sql, False, "%r, not %r" % (found, value))


def page(path):
    html = open(path, encoding="utf-8").read()
    check("the page is at most 2 MiB", os.path.getsize(path) <= 2 << 20)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html).group(1)
    check("the page has a strict policy", "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy, policy)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    hashes = {"'sha256-%s'" % base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts + re.findall(r"<style>(.*?)</style>", html, re.S)}
    check("the policy names the hash of every script and style, and no other", hashes == set(re.findall(r"'sha256-[^']*'", policy)), hashes)
    check("the charts' library keeps its licence", any("@license" in s[:200] for s in scripts))
    body = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    check("the page asks for nothing", not re.search(r'(?:src|href)="(?!data:|#)', body) and not re.search(r"url\(|@import", body))
    prose = re.search(r'<p class="prose">(.*?)</p>', body, re.S).group(1)
    check("points in time in the verdict stay on one line", re.search(r"<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC</time>", prose) and not re.search(r"\dT\d", prose), prose)
    check("no style attributes, no event attributes", not re.search(r"<[a-z][^>]*\s(?:style|on[a-z]+)=", body))
    ids = re.findall(r'\sid="([^"]*)"', body)
    check("every id is there once", len(ids) == len(set(ids)), [i for i in ids if ids.count(i) > 1])
    missing = [h for h in re.findall(r'href="#([^"]*)"', body) if h not in ids]
    check("every link inside the page leads somewhere", not missing, missing)
    for data in re.findall(r'<script type="application/json" class="data">(.*?)</script>', html, re.S):
        doc = json.loads(data)
        check("the data under the charts is JSON", "<" not in data and doc["panes"] and all(len(g["t"]) == len(s["v"]) for p in doc["panes"] for g in p["groups"] for s in g["series"]))
        nodes = doc["flame"]["nodes"]
        check("parents come first and hold their callees", all(n[0] < i and n[3] <= nodes[n[0]][3] + 1 for i, n in enumerate(nodes) if i))


SCHEMA = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "reports", "docs", "result.schema.json")))


def contract(name, doc):
    wrong = json_schema.errors(doc, SCHEMA)
    check(name + ": the JSON keeps its schema", not wrong, wrong[:3])
    for c in doc["containers"]:
        rules = [f["rule"] for f in c["findings"]]
        check(name + ": one finding a rule", len(rules) == len(set(rules)))


def schema_catches(doc):
    """The schema must refuse what breaks the contract, or it checks nothing."""
    def broken(change):
        copy = json.loads(json.dumps(doc))
        change(copy)
        return json_schema.errors(copy, SCHEMA)
    verdict = lambda d: d["containers"][0]["verdict"]
    for what, change in {
        "a null cause": lambda d: verdict(d).update(cause=None), "a confidence above 1": lambda d: verdict(d).update(confidence=1.2),
        "an unknown level": lambda d: verdict(d).update(level="sure"), "a missing key": lambda d: verdict(d).pop("site"), "another key": lambda d: d.update(more=1),
        "a local time": lambda d: d["incident"].update({"from": "2026-11-23T09:00:00+01:00"}), "a count as text": lambda d: d["incident"].update(members="3"),
        "an outcome that is none": lambda d: d["containers"][0]["findings"][0].update(outcome="healthy"),
    }.items():
        check("the schema refuses " + what, broken(change))


def many(work):
    """Thirty containers with long histories: the overview first, sections for the worst, and the budget holds."""
    result = []
    for k in range(30):
        labels = {"__name__": "container_memory_usage_bytes", "namespace": "n", "pod": "pod-%02d" % k, "container": "c"}
        values = [[1700000000 + 15 * i, str(10**8 + (5 * 10**8 if i == 1234 and k == 0 else 10**4 * ((i * 7919 + k) % 997)))] for i in range(3000)]
        result.append({"metric": labels, "values": values})
    path = os.path.join(work, "many.json")
    json.dump({"status": "success", "data": {"resultType": "matrix", "result": result}}, open(path, "w"))
    out = os.path.join(work, "many")
    done = call("run", path, "-o", out)
    html = open(os.path.join(out, "report.html"), encoding="utf-8").read()
    check("many containers: at most 2 MiB", done.returncode == 0 and len(html.encode()) <= 2 << 20, (done.stderr, len(html)))
    check("many containers: all are in the overview, before any section", html.index('id="containers"') < html.index('class="container"') and all("pod-%02d" % k in html for k in range(30)))
    sections = html.count('<div class="container"')
    check("many containers: the worst have sections, and the page says so", 1 <= sections < 30 and "have sections of their own" in html, sections)
    ids = re.findall(r'\sid="([^"]*)"', re.sub(r"<script>.*?</script>", "", html, flags=re.S))
    check("many containers: every id is there once", len(ids) == len(set(ids)))
    first = html[html.index('class="container"'):]
    peaks = [max(v for g in json.loads(d)["panes"][0]["groups"] for s in g["series"] for v in s["v"] if v is not None)
             for d in re.findall(r'<script type="application/json" class="data">(.*?)</script>', first, re.S)]
    check("many containers: a spike of one sample is on the page", max(peaks) > 585000, peaks)
    check("many containers: pictures of the worst only", os.path.exists(out + "/summary-4.png") and not os.path.exists(out + "/summary-5.png"))


def pictures(work):
    db = os.path.join(work, "pictures.db")
    call("import", bundle("heapleak"), "-o", db)
    call("analyze", db, "-o", os.path.join(work, "v.txt"))
    size = lambda path: tuple(int.from_bytes(open(path, "rb").read(24)[i:i + 4], "big") for i in (16, 20))
    call("report", db, "-o", work + "/plain", "--format", "png")
    check("the summary card is 1200 x 630", size(work + "/plain/summary.png") == (1200, 630), size(work + "/plain/summary.png"))
    call("report", db, "-o", work + "/large", "--format", "png", "--size", "800x500", "--dpi", "192", "--theme", "dark")
    check("--size and --dpi", size(work + "/large/timeline.png") == (1600, 1000), size(work + "/large/timeline.png"))
    for wrong in (["--size", "10x10"], ["--size", "big"], ["--dpi", "7"], ["--theme", "pink"]):
        check("refused: " + " ".join(wrong), call("report", db, "-o", work + "/none", *wrong).returncode == 2)


def texts(work):
    """Markdown and text: whole, quiet about strangers' markup, as wide as asked."""
    db = os.path.join(work, "texts.db")
    call("import", bundle("heapleak"), "-o", db)
    call("analyze", db, "-o", os.path.join(work, "verdict.txt"))
    markdown = call("analyze", db, "--format", "markdown").stdout.decode()
    check("markdown has verdict, facts, evidence and tables", all(w in markdown for w in ("`go_live_leak`", "| Limit | 256 MiB |", "<details><summary>SQL</summary>", "## Who grew", "Ruled out")))
    check("every table row has as many cells as its head", all(len(set(line.count("|") for line in block.splitlines())) == 1 for block in re.findall(r"(?:^\|.*\n)+", markdown, re.M)))
    text = call("analyze", db).stdout.decode()
    check("the text has curves", re.search("usage +[\u2581-\u2588]{20,}", text))
    check("no line is wider than 80 columns", max(len(line) for line in text.splitlines()) <= 80, max(text.splitlines(), key=len))
    check("no colour into a pipe", "\033" not in text)


def verdicts():
    wanted = {"heapleak": ({"go_live_leak"}, 2), "gogc800": ({"gogc_high", "memlimit_missing"}, 6), "healthy": ({"none", "warmup_plateau", "load_following"}, 0)}
    for name, (causes, kills) in wanted.items():
        done = call("analyze", bundle(name), "--format", "json")
        doc = json.loads(done.stdout)
        contract(name, doc)
        if name == "heapleak":
            schema_catches(doc)
        verdict = doc["containers"][0]["verdict"]
        check("%s: cause %s" % (name, verdict["cause"]), verdict["cause"] in causes)
        check("%s: %d OOM kills" % (name, kills), doc["containers"][0]["oom_kills"] == kills, doc["containers"][0]["oom_kills"])
    check("--fail-on fails on a leak", call("analyze", bundle("heapleak"), "--fail-on", "high").returncode == 3)
    check("--fail-on passes on a healthy run", call("analyze", bundle("healthy"), "--fail-on", "high").returncode == 0)


def bad_input(work):
    open(os.path.join(work, "empty.tar.gz"), "w").close()
    with open(os.path.join(work, "cut.tar.gz"), "wb") as out:
        out.write(open(bundle("heapleak"), "rb").read(200))
    os.mkdir(os.path.join(work, "unknown"))
    with open(os.path.join(work, "unknown", "notes.txt"), "w") as out:
        out.write("nothing of use\n")
    before = sorted(os.listdir(work))
    for name in ("empty.tar.gz", "cut.tar.gz", "unknown", "missing.tar.gz"):
        for command in (("run", name, "-o", "result"), ("import", name, "-o", "result.db"), ("analyze", name)):
            done = call(*command, cwd=work)
            lines = done.stderr.decode().splitlines()
            check("%s %s: exit 2 and one sentence" % (command[0], name), done.returncode == 2 and len(lines) == 1 and name in lines[0], (done.returncode, lines))
    check("nothing is left behind", sorted(os.listdir(work)) == before, os.listdir(work))


def hostile(work):
    name = "</script><img src=x onerror=alert(1)>\u202egnp"
    labels = {"__name__": "container_memory_usage_bytes", "namespace": "n", "pod": name, "container": "c"}
    values = [[1700000000 + 15 * i, str(10**8 + 1000 * i)] for i in range(80)]
    files = {"range.json": {"status": "success", "data": {"resultType": "matrix", "result": [{"metric": labels, "values": values}]}},
             "pod.json": {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "n"}, "spec": {"containers": [{"name": "c"}]}, "status": {}}}
    path = os.path.join(work, "hostile.tar")
    with tarfile.open(path, "w") as tar:
        for file, doc in files.items():
            raw = json.dumps(doc).encode()
            info = tarfile.TarInfo(file)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
    done = call("run", path, "-o", os.path.join(work, "hostile"))
    html = open(os.path.join(work, "hostile", "report.html"), encoding="utf-8").read()
    check("a hostile name is inert on the page", done.returncode == 0 and "<img src=x" not in html and html.count("</script") == html.count("<script") and "\u202e" not in html)
    check("a hostile name is shown", "&lt;img src=x" in html)


def without_drawing(work):
    """The drawing library is broken: what needs no pictures works, what does says so and leaves nothing half done."""
    with open(os.path.join(work, "libpangocairo-1.0.so.0"), "w") as broken:
        broken.write("no library")
    environment = dict(os.environ, LD_LIBRARY_PATH=work)
    run = lambda *arguments: subprocess.run([tool, *arguments], capture_output=True, env=environment, timeout=300)
    done = run("run", bundle("healthy"), "-o", work + "/text", "--format", "text,json,markdown")
    check("no pictures, no drawing library", done.returncode == 0 and os.path.getsize(work + "/text/report.json") > 0, done.stderr)
    for kind in ("html", "png"):
        done = run("report", work + "/text/incident.db", "-o", work + "/" + kind, "--format", kind)
        check("%s without the drawing library: one sentence" % kind, done.returncode == 1 and re.fullmatch(rb"gomortem: charts cannot be drawn: [^\n]+\n", done.stderr), done.stderr)
        check("%s without the drawing library: no file" % kind, not os.path.exists(work + "/" + kind) or not os.listdir(work + "/" + kind))


def others():
    folder = os.environ.get("GOMORTEM_INCIDENTS")
    if not folder:
        print("skipped: GOMORTEM_INCIDENTS is not set, no further incidents are analyzed")
        return
    for name in sorted(os.listdir(folder)):
        if not re.search(r"\.(tar|tar\.\w+|zip)$", name):
            continue
        done = call("analyze", os.path.join(folder, name), "--format", "json")
        check("analyze " + name, done.returncode == 0, done.stderr[-300:])


for job in (main_job, bad_input, hostile, many, pictures, texts, without_drawing):
    with tempfile.TemporaryDirectory() as folder:
        job(folder)
verdicts()
others()
print("%d failures" % failures)
sys.exit(failures > 0)
