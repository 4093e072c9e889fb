#!/usr/bin/env python3
"""The command `batch`: batch.py GOMORTEM TESTDATA. A thousand generated bundles counted by SQL, the same bytes whatever runs
first, one broken bundle among good ones, interrupts and what goes on after them. ONLY=job,job runs some of it."""
import hashlib, json, os, pty, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
bundle = lambda name: os.path.join(data, "incidents", name + ".tar.gz")
many = 100 if b"__asan_init" in open(tool, "rb").read() else 1000  # with sanitizers each of them takes four times as long
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, detail))
    failures += not ok


def batch(*arguments, stdin=None):
    done = subprocess.run([tool, "batch", *arguments], capture_output=True, timeout=500, input=stdin)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def digests(folder):
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            found[os.path.relpath(path, folder)] = hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found


def write_bundle(path, service, rising, number=0):
    """A steady service, or one whose anonymous memory rises until the kernel kills it."""
    labels = {"namespace": "n", "pod": service + "-7c9d8b6f4-x%dv5q" % (number % 10), "container": "c"}
    times = [1700000000 + number * 3600 + 30 * i for i in range(72)]
    anon = [(100 + number % 50) * 2**20 + (4 * i * 2**20 if rising else 0) + (i * 7919 % 13) * 2**12 for i in range(72)]
    series = {"container_memory_usage_bytes": [v + 2**24 for v in anon], "container_memory_rss": anon, "container_memory_cache": [2**20] * 72, "container_spec_memory_limit_bytes": [2**29] * 72}
    if rising:
        series["container_oom_events_total"] = [0] * 70 + [1] * 2
    result = [{"metric": dict(labels, __name__=n), "values": [[t, str(v)] for t, v in zip(times, values)]} for n, values in series.items()]
    with open(path, "w") as out:
        json.dump({"status": "success", "data": {"resultType": "matrix", "result": result}}, out)


def write_many(folder, n):
    os.mkdir(folder)
    for i in range(n):
        write_bundle(os.path.join(folder, "b%04d.json" % i), "svc%d" % (i % 5), i % 4 == 0, i)


def thousand(work):
    folder, out = os.path.join(work, "in"), os.path.join(work, "out")
    write_many(folder, many)
    code, lines, err = batch(folder, "-j", "2", "-o", out, "--format", "gitlab", "--fail-on", "high")
    check("a thousand bundles: exit 3 for the leaks, silence elsewhere", code == 3 and err == "", (code, err[-300:]))
    check("a line for each, in order", [l["bundle"] for l in lines] == [os.path.join(folder, "b%04d.json" % i) for i in range(many)])
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE line (text TEXT)")
    db.executemany("INSERT INTO line VALUES (?)", [(json.dumps(l),) for l in lines])
    one = lambda sql: db.execute(sql).fetchall()
    check("all are analyzed", one("SELECT text ->> '$.status', count(*) FROM line GROUP BY 1") == [("ok", many)])
    kills = one("SELECT sum(c.value ->> '$.oom_kills'), count(*) FROM line, json_each(text, '$.result.containers') c")
    check("SQL counts a kill in every fourth container", kills == [(many // 4, many)], kills)
    check("the codes are those of the severities", one("SELECT count(*) FROM line WHERE (text ->> '$.code' = 3) <> (text ->> '$.result.severity' IN ('high', 'critical'))") == [(0,)])
    check("ids differ", one("SELECT count(DISTINCT text ->> '$.result.incident') FROM line") == [(many,)])
    groups = one("SELECT c.value ->> '$.signature', count(*), sum(c.value ->> '$.oom_kills') FROM line, json_each(text, '$.result.containers') c GROUP BY 1 ORDER BY 1")
    overview = json.load(open(os.path.join(out, "overview.json")))
    check("the overview groups as SQL does", sorted((g["signature"], g["incidents"], g["oom_kills"]) for g in overview["groups"]) == groups, groups)
    check("its totals are right", overview["bundles"] == {"total": many, "analyzed": many, "failed": 0} and sum(len(g["bundles"]) for g in overview["groups"]) == many)
    ranks = ["critical", "high", "medium", "low", "info"]
    order = [(ranks.index(g["severity"]), -g["incidents"], g["signature"]) for g in overview["groups"]]
    check("the worst and largest groups come first", order == sorted(order) and overview["groups"][0]["oom_kills"] > 0, order)
    check("pods of one workload are one group", all(g["workload"] in ("svc0", "svc1", "svc2", "svc3", "svc4") for g in overview["groups"]))
    check("every bundle has its folder", sorted(l["result"]["output"] for l in lines) == sorted(n for n in os.listdir(out) if n not in ("overview.json", "index.html")))
    check("and what was asked for in it", all(sorted(os.listdir(os.path.join(out, l["result"]["output"]))) == ["gl-code-quality.json", "result.json"] for l in lines))


def same_bytes(work):
    folder = os.path.join(work, "in")
    write_many(folder, 24)
    shutil.copy(bundle("heapleak"), folder)
    answers = []
    for name, workers in (("a", "1"), ("b", "2"), ("c", "7")):
        out = os.path.join(work, name)
        answers.append((batch(folder, "-j", workers, "-o", out), digests(out)))
    check("one worker or many: the same lines", answers[0][0] == answers[1][0] == answers[2][0])
    check("and the same bytes", answers[0][1] == answers[1][1] == answers[2][1] and len(answers[0][1]) == 25 * 3 + 2, len(answers[0][1]))
    check("lines alone are the same but for the folder", [dict(l["result"], output=None, settings=None) for l in batch(folder)[1]] == [dict(l["result"], output=None, settings=None) for l in answers[0][0][1]])
    page = open(os.path.join(work, "a", "index.html"), encoding="utf-8").read()
    links = re.findall(r'href="([^"]*)"', page)
    check("links of the overview lead to reports", len(links) == 25 and all(os.path.exists(os.path.join(work, "a", l)) for l in links), links[:3])
    check("the page has a strict policy and no script", "default-src 'none'" in page and "<script" not in page)
    line = answers[0][0][1][-1]
    single = json.loads(subprocess.run([tool, "analyze", bundle("heapleak"), "--format", "json"], capture_output=True).stdout)
    check("a batch says what analyze says", line["result"]["incident"] == single["incident"]["id"] and line["result"]["containers"][0]["cause"] == single["containers"][0]["verdict"]["cause"])
    db = os.path.join(work, "a", line["result"]["output"], "incident.db")
    check("the database that is kept can be asked", sqlite3.connect(db).execute("SELECT cause FROM verdicts WHERE life IS NULL").fetchall() == [(single["containers"][0]["verdict"]["cause"],)])
    code, lines, _ = batch(db)
    check("a database is a bundle too", code == 0 and lines[0]["result"]["incident"] == line["result"]["incident"])
    again = batch(folder, "-o", os.path.join(work, "a"))
    check("what is there is not overwritten", again[0] == 2 and not again[1] and "-f" in again[2])
    before = digests(os.path.join(work, "a"))
    check("-f writes it again", batch(folder, "-o", os.path.join(work, "a"), "-f")[0] == 0 and digests(os.path.join(work, "a")) == before)


def one_breaks(work):
    good = os.path.join(work, "good.json")
    write_bundle(good, "svc", False)
    cut, empty = os.path.join(work, "cut.tar.gz"), os.path.join(work, "empty.tar.gz")
    raw = open(bundle("heapleak"), "rb").read()
    open(cut, "wb").write(raw[:300])
    open(empty, "wb").close()
    out = os.path.join(work, "out")
    code, lines, _ = batch(good, cut, "missing.tar.gz", empty, bundle("healthy"), "-j", "2", "-o", out)
    check("broken bundles fail alone", code == 2 and [l["status"] for l in lines] == ["ok", "failed", "failed", "failed", "ok"], lines)
    check("a failed line says why", all(l["code"] == 2 and l["result"] is None and l["bundle"] in l["error"] for l in lines[1:4]), lines)
    overview = json.load(open(os.path.join(out, "overview.json")))
    check("the overview lists them", [f["bundle"] for f in overview["failed"]] == [cut, "missing.tar.gz", empty] and overview["bundles"]["failed"] == 3)
    check("nothing half-done stays", sorted(os.listdir(out)) == sorted(["index.html", "overview.json"] + [lines[i]["result"]["output"] for i in (0, 4)]), os.listdir(out))
    lossy = os.path.join(work, "lossy.tar.gz")
    open(lossy, "wb").write(raw[:len(raw) * 2 // 3])
    codes = lambda *a: batch(*a)[0]
    check("codes: 0, 3, 4, 2 and their order", [codes(good), codes(good, bundle("heapleak"), "--fail-on", "high"), codes(lossy, bundle("heapleak"), "--strict", "--fail-on", "high"),
                                                codes(lossy, cut, bundle("heapleak"), "--strict", "--fail-on", "high")] == [0, 3, 4, 2])
    check("usage errors: 2", [codes(), codes(good, "--shard", "3/2"), codes(good, "--shard", "x"), codes(good, "-j", "-1"), codes(good, "--format", "tap"), codes(good, "--fail-on", "bad"),
                              codes(good, "--skip-existing"), codes("--manifest", "missing")] == [2] * 8)


def start(*arguments):
    return subprocess.Popen([tool, "batch", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def children(process):
    for _ in range(3000):
        pids = open("/proc/%d/task/%d/children" % (process.pid, process.pid)).read().split()
        if pids:
            return [int(p) for p in pids]
        time.sleep(0.01)
    return []


def killed_worker(work):
    """A worker that waits for standard input is killed by force: one failed line, the others go on."""
    for name in ("one", "two"):
        write_bundle(os.path.join(work, name + ".json"), name, False)
    out = os.path.join(work, "out")
    process = start(os.path.join(work, "one.json"), "-", os.path.join(work, "two.json"), "-j", "1", "-o", out)
    first = process.stdout.readline()
    for pid in children(process):
        os.kill(pid, signal.SIGKILL)
    rest, err = process.communicate(timeout=60)
    lines = [json.loads(l) for l in (first + rest).splitlines()]
    check("a killed worker costs one line", [l["status"] for l in lines] == ["ok", "failed", "ok"] and "signal 9" in lines[1]["error"], lines)
    check("it is transient: exit 1", process.returncode == 1 and lines[1]["code"] == 1, process.returncode)
    check("and leaves nothing", not [n for n in os.listdir(out) if n.startswith(".")], os.listdir(out))


def interrupted(work):
    folder, out, fresh = (os.path.join(work, n) for n in ("in", "out", "fresh"))
    write_many(folder, 12)
    paths = [os.path.join(folder, n) for n in sorted(os.listdir(folder))]
    for number in (signal.SIGINT, signal.SIGTERM):
        process = start(*paths[:5], "-", *paths[5:], "-j", "1", "-o", out, "--skip-existing")
        seen = [process.stdout.readline() for _ in range(5)]
        process.send_signal(number)
        rest, err = process.communicate(timeout=60)
        done = [json.loads(l) for l in seen + rest.splitlines() if l]
        check("interrupted: exit 130", process.returncode == 130 and b"--skip-existing" in err, (process.returncode, err))
        check("interrupted: what was done is told and whole", [l["bundle"] for l in done] == paths[:5] and all(os.path.exists(os.path.join(out, l["result"]["output"], "result.json")) for l in done))
        check("interrupted: nothing half-done stays, no overview", len(os.listdir(out)) == 5 and "overview.json" not in os.listdir(out), os.listdir(out))
    check("the second run skipped the five", all(l["status"] == "skipped" for l in done), done[:1])
    code, lines, _ = batch(*paths, "-j", "2", "-o", out, "--skip-existing")
    check("it goes on where it stood", code == 0 and [l["status"] for l in lines] == ["skipped"] * 5 + ["ok"] * 7, [l["status"] for l in lines])
    whole = batch(*paths, "-o", fresh)
    check("and ends as if never interrupted", digests(out) == digests(fresh) and [l["result"] for l in lines] == [l["result"] for l in whole[1]])
    code, lines, _ = batch(*paths, "-o", out, "--skip-existing", "--fail-on", "high")
    check("results that are kept are judged again", code == 3 and {l["status"] for l in lines} == {"skipped"} and [l["code"] for l in lines] == [3 if i % 4 == 0 else 0 for i in range(12)])
    kept = os.path.join(out, lines[0]["result"]["output"], "result.json")
    text = open(kept).read()
    for damage in (json.dumps(json.loads(text), indent=2), text[:-20], "{}", ""):
        open(kept, "w").write(damage)
        code, again, _ = batch(paths[0], "-o", out, "--skip-existing", "-f")
        check("a kept result that somebody changed is made again", code == 0 and again[0]["status"] == "ok" and open(kept).read() == text, again)
    rules = os.path.join(work, "rules.conf")
    open(rules, "w").write("[suppress]\nrule = *\nreason = all is well\n")
    other = batch(paths[0], "-o", out, "--skip-existing", "--rule-config", rules)
    check("another configuration is another result: not skipped, not overwritten", other[0] == 2 and other[1][0]["status"] == "failed" and "-f" in other[1][0]["error"], other)
    other = batch(paths[0], "-o", out, "-f", "--rule-config", rules, "--fail-on", "low")
    check("-f replaces it", other[0] == 0 and other[1][0]["status"] == "ok", other)


def lists(work):
    folder = os.path.join(work, "in")
    write_many(folder, 20)
    names = lambda lines: [os.path.basename(l["bundle"]) for l in lines]
    everything = sorted(os.listdir(folder))
    shards = [names(batch(folder, "--shard", "%d/3" % i)[1]) for i in (1, 2, 3)]
    check("shards share all bundles out", sorted(sum(shards, [])) == everything and all(shards), shards)
    moved = os.path.join(work, "moved")
    shutil.copytree(folder, moved)
    check("a moved folder is shared out alike", names(batch(moved, "--shard", "2/3")[1]) == shards[1])
    out = os.path.join(work, "out")
    for i in (1, 2, 3):
        batch(folder, "--shard", "%d/3" % i, "-o", out, "--format", "db")
    totals = [json.load(open(os.path.join(out, "overview-%d-of-3.json" % i)))["bundles"]["total"] for i in (1, 2, 3)]
    check("shards write into one folder", totals == [len(s) for s in shards] and len(os.listdir(out)) == 20 + 6, totals)
    manifest = os.path.join(work, "list")
    text = "# two of them\n\n%s/b0003.json\r\n  %s/b0001.json\n" % (folder, folder)
    open(manifest, "w").write(text)
    check("a manifest keeps its order", names(batch("--manifest", manifest)[1]) == ["b0003.json", "b0001.json"])
    check("a manifest comes from standard input", names(batch("--manifest", "-", stdin=text.encode())[1]) == ["b0003.json", "b0001.json"])
    code, lines, _ = batch(folder, "--whole")
    check("--whole takes a folder as one bundle", code == 0 and len(lines) == 1 and len(lines[0]["result"]["containers"]) > 1, len(lines))
    twice = batch(*[os.path.join(folder, "b0000.json")] * 2, "-j", "2", "-o", os.path.join(work, "twice"))
    check("a bundle that comes twice: two lines, one output", twice[0] == 0 and twice[1][0] == twice[1][1] and len(os.listdir(os.path.join(work, "twice"))) == 3, twice)


def regressions(work):
    for name, rising in (("good", False), ("calm", False), ("leak", True)):
        write_bundle(os.path.join(work, name + ".json"), "svc", rising)
    path = lambda name: os.path.join(work, name + ".json")
    code, lines, _ = batch(path("calm"), path("leak"), "--baseline", path("good"), "--fail-on", "medium")
    check("a batch against a baseline", code == 3 and [l["result"]["containers"][0]["baseline"] for l in lines] == ["unchanged", "worse"] and [l["code"] for l in lines] == [0, 3], lines)


def terminal(work):
    """Progress on a terminal, and only there."""
    write_many(os.path.join(work, "in"), 4)
    try:
        leader, follower = pty.openpty()
    except OSError as error:
        print("skipped: progress on a terminal: %s" % error)
        return
    done = subprocess.run([tool, "batch", os.path.join(work, "in")], stdout=subprocess.PIPE, stderr=follower, timeout=100)
    os.close(follower)
    shown = b""
    try:
        while chunk := os.read(leader, 4096):
            shown += chunk
    except OSError:
        pass
    check("progress is shown on a terminal", b"4 of 4 bundles" in shown and b"left" in shown, shown)
    check("lines are not disturbed", len([json.loads(l) for l in done.stdout.splitlines()]) == 4)
    check("nothing is shown elsewhere", batch(os.path.join(work, "in"))[2] == "")


def hostile(work):
    name = "</script><img src=x>\n\u202e\x1b[31m.json"
    write_bundle(os.path.join(work, "plain.json"), "svc</td><script>\u202e", True)
    folder = os.path.join(work, "in")
    os.mkdir(folder)
    shutil.copy(os.path.join(work, "plain.json"), os.path.join(folder, name.replace("/", "|")))
    open(os.path.join(folder, "<b>bad"), "w").close()
    out = os.path.join(work, "out")
    code, lines, _ = batch(folder, "-o", out)
    page = open(os.path.join(out, "index.html"), encoding="utf-8").read()
    check("hostile names: two lines", code == 2 and [l["status"] for l in lines] == ["failed", "ok"], lines)
    check("hostile names are inert on the page", not re.search("<script|<img|<b>|\u202e|\x1b", page))
    check("hostile names make plain folders", all(re.fullmatch(r"[A-Za-z0-9_.-]+", n) for n in os.listdir(out)), os.listdir(out))


JOBS = (thousand, same_bytes, one_breaks, killed_worker, interrupted, lists, regressions, terminal, hostile)
for job in [j for j in JOBS if not os.environ.get("ONLY") or j.__name__ in os.environ["ONLY"].split(",")]:
    with tempfile.TemporaryDirectory() as folder:
        job(folder)
print("batch: %d failures" % failures)
sys.exit(failures > 0)
