#!/usr/bin/env python3
"""CI formats, exit codes and the comparison with a baseline: ci.py GOMORTEM TESTDATA. Every format is parsed again by a
consumer that is not ours where there is one: xmllint, json, and the rules of GitHub's workflow commands. ONLY=job,job runs some of it."""
import json, os, re, shutil, signal, subprocess, sys, tempfile, time
import xml.etree.ElementTree as ET

import json_schema

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
here = os.path.dirname(os.path.abspath(__file__))
bundle = lambda name: os.path.join(data, "incidents", name + ".tar.gz")
schema = lambda name: json.load(open(os.path.join(here, "schemas", name + ".schema.json")))
FILES = {"sarif": "report.sarif", "junit": "junit.xml", "github": "github.txt", "github-summary": "github-summary.md", "gitlab": "gl-code-quality.json", "json": "report.json"}
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, detail))
    failures += not ok


def call(*arguments, env=None):
    return subprocess.run([tool, *arguments], capture_output=True, timeout=300, env=env)


def commands(text):
    """Workflow commands as the runner reads them: (level, title, message), and the other lines."""
    found, rest = [], []
    for line in text.splitlines():
        match = re.fullmatch(r"::(error|warning|notice) title=([^:,]*)::(.*)", line)
        if not match:
            rest.append(line)
            continue
        back = lambda s: s.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        found.append((match[1], back(match[2]), back(match[3])))
    return found, rest


def by_run(name, work, arguments):
    out = os.path.join(work, "run")
    done = call("run", "-f", *arguments, "-o", out, "--format", ",".join(FILES))
    check("%s: exits with 0" % name, done.returncode == 0, done.stderr)
    return {f: open(os.path.join(out, file), "rb").read() for f, file in FILES.items()}


def by_analyze(name, work, arguments):
    raw = {f: call("analyze", *arguments, "--format", f) for f in FILES}
    for f, done in raw.items():
        check("%s: %s exits with 0" % (name, f), done.returncode == 0, done.stderr)
    return {f: done.stdout for f, done in raw.items()}


class Outputs:
    """All CI formats of one incident, parsed; each must be well formed and keep its schema."""

    def __init__(self, name, work, *arguments, write=by_run):
        self.raw = raw = write(name, work, arguments)
        self.result = json.loads(raw["json"])
        self.sarif = json.loads(raw["sarif"])
        self.gitlab = json.loads(raw["gitlab"])
        self.commands, self.other_lines = commands(raw["github"].decode())
        self.summary = raw["github-summary"].decode()
        for f, doc in (("sarif", self.sarif), ("gitlab", self.gitlab)):
            wrong = json_schema.errors(doc, schema(f))
            check("%s: %s keeps its schema" % (name, f), not wrong, wrong[:3])
        wrong = json_schema.errors(self.result, json.load(open(os.path.join(here, "..", "..", "reports", "docs", "result.schema.json"))))
        check("%s: JSON keeps its schema" % name, not wrong, wrong[:3])
        path = os.path.join(work, "junit.xml")
        open(path, "wb").write(raw["junit"])
        if shutil.which("xmllint"):
            done = subprocess.run(["xmllint", "--noout", "--schema", os.path.join(here, "schemas", "junit.xsd"), path], capture_output=True)
            check("%s: xmllint accepts the JUnit file" % name, done.returncode == 0, done.stderr)
        else:
            print("skipped: xmllint is not there, JUnit is only parsed")
        self.junit = ET.fromstring(raw["junit"])

    def results(self):
        return self.sarif["runs"][0]["results"]


def agree(name, out):
    """All formats tell the same things, and the counts add up."""
    fired = sorted((c["pod"], f["rule"]) for c in out.result["containers"] for f in c["findings"] if f["outcome"] == "fired" and f["severity"] != "info")
    plain = lambda s: re.sub("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ufffd-\uffff ]+", "?", s)
    pods = lambda r: next(l["name"] for l in r["locations"][0]["logicalLocations"] if l["kind"] == "pod")
    check(name + ": SARIF tells what fired", sorted((plain(pods(r)), r["ruleId"]) for r in out.results()) == sorted((plain(p), r) for p, r in fired), fired)
    check(name + ": GitLab tells what fired", sorted(i["check_name"] for i in out.gitlab) == sorted(r for _, r in fired))
    check(name + ": GitHub tells what fired", sorted(t.split()[0] for _, t, _ in out.commands) == sorted(r for _, r in fired) and not out.other_lines)
    check(name + ": JUnit fails what fired", sorted(t.get("name") for t in out.junit.iter("testcase") if t.find("failure") is not None) == sorted(r for _, r in fired))
    rules = [r["id"] for r in out.sarif["runs"][0]["tool"]["driver"]["rules"]]
    check(name + ": rule indices lead to the rules", all(rules[r["ruleIndex"]] == r["ruleId"] for r in out.results()))
    outcomes = [f["outcome"] for c in out.result["containers"] for f in c["findings"]]
    for element, outcome in (("skipped", "not_applicable"), ("error", "failed")):
        check("%s: JUnit counts %s" % (name, element), len(list(out.junit.iter(element))) == outcomes.count(outcome))
    check(name + ": what was not checked is told", len(out.sarif["runs"][0]["invocations"][0]["toolConfigurationNotifications"]) == outcomes.count("not_applicable") + outcomes.count("failed"))
    for suite in [out.junit] + list(out.junit):
        cases = list(suite.iter("testcase"))
        counts = [len(cases)] + [sum(c.find(e) is not None for c in cases) for e in ("failure", "error", "skipped")]
        check(name + ": JUnit's counts add up", counts == [int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped")], counts)


def real_incidents(work):
    leak, healthy = Outputs("leak", work, bundle("heapleak")), Outputs("healthy", work, bundle("healthy"))
    agree("leak", leak)
    agree("healthy", healthy)
    first = next(r for r in leak.results() if r["ruleId"] == "go_live_leak")
    check("a leak is an error in SARIF", first["level"] == "error" and "session.(*Store).Create" in first["message"]["text"], first["message"])
    check("a leak points at a heap profile", "/pprof/heap-" in first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], first["locations"])
    check("a leak is an annotation", any(level == "error" and "shopd" in title for level, title, _ in leak.commands), leak.commands)
    check("a healthy run has no error anywhere", not any(level == "error" for level, _, _ in healthy.commands) and all(r["level"] == "note" for r in healthy.results()))
    check("the summary is a table with the cause", "| go&#95;live&#95;leak |" in leak.summary.replace("| ", "| ") and "| critical |" in leak.summary, leak.summary)
    again = Outputs("again", work, bundle("heapleak"), write=by_analyze)
    check("run and analyze write the same bytes", all(again.raw[f] == leak.raw[f] for f in FILES), [f for f in FILES if again.raw[f] != leak.raw[f]])


def write_bundle(path, namespace, pod, container, shift=0, peak=0):
    """Anonymous memory that rises beyond the limit's reach, with a limit: something fires."""
    names = {"namespace": namespace, "pod": pod, "container": container}
    times = [1700000000 + shift + 15 * i for i in range(240)]
    rise = [200 * 2**20 + i * 2**20 + (i * 7919 % 13) * 2**12 for i in range(240)]
    series = {"container_memory_usage_bytes": [v + 30 * 2**20 + (peak if i == 239 else 0) for i, v in enumerate(rise)], "container_memory_rss": rise, "container_memory_cache": [2**20] * 240,
              "container_spec_memory_limit_bytes": [2**29] * 240, "container_oom_events_total": [0] * 200 + [1] * 40}
    result = [{"metric": dict(names, __name__=n), "values": [[t, str(v)] for t, v in zip(times, values)]} for n, values in series.items()]
    json.dump({"status": "success", "data": {"resultType": "matrix", "result": result}}, open(path, "w"))


HOSTILE = ["::error title=x::gotcha", "]]><failure message='x'/>", "\x1b[31mred\x1b]0;title\x07", "two\r\n::error::lines", "%0A::error::percent", '"><testcase name="x"/>', "&lt;&#0;&amp;",
           "\u202eright to left\u2066", "`code` | [a](http://x.example) <img src=x> @all", "a: b, c=d", "x" * 5000, "\ufffe\uffff\u2028\x85", "\\u0000 \\\" }"]


def hostile_names(work):
    for i, name in enumerate(HOSTILE):
        folder = os.path.join(work, "hostile-%d" % i)
        os.mkdir(folder)
        write_bundle(os.path.join(folder, name.replace("/", "|")[:60].replace("\x00", "")), name, "pod-" + name, name)
        out = Outputs("hostile name %d" % i, work, folder)
        agree("hostile name %d" % i, out)
        check("hostile name %d: something is told" % i, out.results() and out.commands)
        check("hostile name %d: one suite, no new element" % i, len(out.junit) == 1 and {e.tag for e in out.junit.iter()} <= {"testsuites", "testsuite", "testcase", "failure", "skipped", "system-out"})
        lines = out.summary.splitlines()
        cells = len(re.findall(r"\|", lines[2]))
        check("hostile name %d: the table keeps its shape" % i, len(lines) == 5 and lines[4].count("|") == cells, lines)
        check("hostile name %d: no markup in the summary" % i, not re.search(r"[<>`\[\]@\x00-\x09\x0b-\x1f\u202e]", lines[4]), lines[4])
        everything = json.dumps([out.sarif, out.gitlab, out.commands], ensure_ascii=False)
        check("hostile name %d: no control characters" % i, not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", everything))


def limits(work):
    """Thirty containers that leak: ten annotations of a level and the rest counted; every fingerprint once."""
    result = []
    for k in range(30):
        path = os.path.join(work, "one.json")
        write_bundle(path, "n", "svc%02d-7c9d8b6f4-x2v5q" % k, "c")
        result += json.load(open(path))["data"]["result"]
    path = os.path.join(work, "many.json")
    json.dump({"status": "success", "data": {"resultType": "matrix", "result": result}}, open(path, "w"))
    found, rest = commands(call("analyze", path, "--format", "github").stdout.decode())
    counts = [sum(level == l for level, _, _ in found) for l in ("error", "warning", "notice")]
    total = len(json.loads(call("analyze", path, "--format", "gitlab").stdout))
    check("at most ten annotations of a level", max(counts) == 10, counts)
    check("the rest is counted", len(rest) == 1 and rest[0].startswith("gomortem: %d more" % (total - len(found))), (rest, total, len(found)))
    prints = [i["fingerprint"] for i in json.loads(call("analyze", path, "--format", "gitlab").stdout)]
    check("every fingerprint is there once", len(prints) == len(set(prints)))


def fingerprints(work):
    """A later run of the same service has other times and another pod name, and the same fingerprints."""
    prints = []
    for pod, shift in (("shop-7c9d8b6f4-x2v5q", 0), ("shop-66f8dd9c4b-kzr7p", 86400), ("other-66f8dd9c4b-kzr7p", 0)):
        path = os.path.join(work, "run.json")
        write_bundle(path, "n", pod, "c", shift)
        prints.append({r["ruleId"]: r["partialFingerprints"]["gomortem/v1"] for r in json.loads(call("analyze", path, "--format", "sarif").stdout)["runs"][0]["results"]})
    check("fingerprints outlive the run", prints[0] and prints[0] == prints[1], prints)
    check("another workload has others", not set(prints[0].values()) & set(prints[2].values()))


def exit_codes(work):
    cut = os.path.join(work, "cut.tar.gz")
    raw = open(bundle("heapleak"), "rb").read()
    open(cut, "wb").write(raw[:len(raw) * 2 // 3])
    code = lambda *a: call("analyze", *a).returncode
    check("0 without options", code(bundle("heapleak")) == 0)
    check("3 on a leak", code(bundle("heapleak"), "--fail-on", "high") == 3)
    check("0 on a healthy run", code(bundle("healthy"), "--fail-on", "medium", "--strict") == 0)
    check("0 on losses without --strict", code(cut) == 0)
    check("4 on losses with --strict", code(cut, "--strict") == 4)
    check("4 before 3", code(cut, "--strict", "--fail-on", "info") == 4)
    check("2 before all of them", code("missing.tar.gz", "--strict", "--fail-on", "info") == 2)
    check("2 on a word that is no severity", code(bundle("healthy"), "--fail-on", "terrible") == 2)
    check("2 on an unknown format", code(bundle("healthy"), "--format", "tap") == 2)
    check("run has the same codes", call("run", bundle("heapleak"), "-o", os.path.join(work, "r"), "--format", "sarif,junit", "--fail-on", "high").returncode == 3)
    check("run writes CI files", {"report.sarif", "junit.xml", "incident.db"} <= set(os.listdir(os.path.join(work, "r"))))
    summary = os.path.join(work, "summary.md")
    check("the environment is not read", call("analyze", bundle("healthy"), "--format", "github", env=dict(os.environ, GITHUB_STEP_SUMMARY=summary)).returncode == 0 and not os.path.exists(summary))


def interrupt(work):
    """A signal while standard input is awaited: 130, one sentence, and no temporary file stays."""
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen([tool, "analyze", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, TMPDIR=work))
        process.stdin.write(b"# TYPE go_goroutines gauge\n" + b"go_goroutines 5\n" * 5000)
        process.stdin.flush()
        while not os.listdir(work):
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        check("interrupted by %s: 130" % number.name, process.returncode == 130 and err == b"gomortem: interrupted\n" and not out, (process.returncode, err))
        check("interrupted by %s: nothing stays" % number.name, not os.listdir(work), os.listdir(work))


def comparison(*arguments):
    done = call("analyze", *arguments, "--format", "json", "--fail-on", "medium")
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def baseline(work):
    db, result = os.path.join(work, "good.db"), os.path.join(work, "good.json")
    call("import", bundle("healthy"), "-o", db)
    call("analyze", db, "--format", "json", "-o", result)
    answers = [comparison(bundle("heapleak"), "--baseline", base) for base in (db, result, bundle("healthy"))]
    check("database, JSON and bundle are one baseline", answers[0] == answers[1] == answers[2])
    code, doc = answers[0]
    changes = doc["containers"][0]["baseline"]["changes"]
    check("a leak is new against a good run", code == 3 and doc["containers"][0]["baseline"]["status"] == "worse" and ("new", "go_live_leak") in [(c["state"], c["rule"]) for c in changes], changes)
    check("its growth and peak are worse", {"baseline_growth", "baseline_peak"} <= {c["rule"] for c in changes if c["state"] == "worse"})
    out = Outputs("against a baseline", work, bundle("heapleak"), "--baseline", result)
    bad = sorted(c["rule"] for c in changes if c["state"] != "better" and c["severity"] != "info")
    check("SARIF tells what is new or worse", sorted(r["ruleId"] for r in out.results()) == bad and {r["baselineState"] for r in out.results()} == {"new", "updated"})
    check("so do the others", sorted(i["check_name"] for i in out.gitlab) == bad == sorted(t.split()[0] for _, t, _ in out.commands)
          == sorted(t.get("name") for t in out.junit.iter("testcase") if t.find("failure") is not None))
    check("the summary has both tables", "against the baseline" in out.summary and "New or worse" in out.summary)
    code, doc = comparison(bundle("heapleak"), "--baseline", bundle("heapleak"))
    check("a known leak is not new", code == 0 and doc["containers"][0]["baseline"] == {"status": "unchanged", "changes": []}, doc["containers"][0]["baseline"])
    same = Outputs("unchanged", work, bundle("heapleak"), "--baseline", bundle("heapleak"))
    check("nothing new, nothing told", not same.results() and not same.gitlab and not same.commands and same.junit.get("failures") == "0")
    text = call("analyze", bundle("healthy"), "--baseline", bundle("heapleak")).stdout.decode()
    check("what got better is told in text", "better: " in text)
    page = call("analyze", bundle("heapleak"), "--baseline", result, "--format", "markdown").stdout.decode()
    check("a comment on a change tells what is new", "## Against the baseline: worse" in page and "- **new**: The live Go heap leaks" in page, page[:600])
    for bad_base in ("missing.db", os.path.join(here, "schemas", "junit.xsd")):
        check("an unusable baseline: exit 2", call("analyze", bundle("healthy"), "--baseline", bad_base).returncode == 2)
    for change in (lambda d: d.update(schema_version=2), lambda d: d["containers"][0].update(verdict=None), lambda d: d.update(containers={}), lambda d: d["containers"].append(3)):
        doc = json.load(open(result))
        change(doc)
        json.dump(doc, open(os.path.join(work, "bad.json"), "w"))
        done = call("analyze", bundle("healthy"), "--baseline", os.path.join(work, "bad.json"))
        check("a damaged result is no baseline: exit 2", done.returncode == 2 and b"--baseline" in done.stderr, done.stderr)


def thresholds(work):
    """Only the peak differs: worse above a tenth and 16 MiB, and --rule-config moves the line."""
    for name, peak in (("before", 0), ("little", 20), ("much", 60)):
        write_bundle(os.path.join(work, name + ".json"), "n", "shop-7c9d8b6f4-x2v5q", "c", peak=peak * 2**20)
    path = lambda name: os.path.join(work, name + ".json")
    rules = lambda *a: {c["rule"] for c in comparison(*a)[1]["containers"][0]["baseline"]["changes"]}
    check("4 % more is as before", rules(path("little"), "--baseline", path("before")) == set())
    check("13 % more is worse", rules(path("much"), "--baseline", path("before")) == {"baseline_peak"}, rules(path("much"), "--baseline", path("before")))
    open(os.path.join(work, "rules.conf"), "w").write("[thresholds]\nbaseline.peak_pct = 20\n")
    check("a threshold of 20 % lets it pass", rules(path("much"), "--baseline", path("before"), "--rule-config", os.path.join(work, "rules.conf")) == set())
    names = ("shop-0", "other-1")
    for name in names:
        write_bundle(os.path.join(work, name + ".json"), "n", name, "c")
    both = [path(n) for n in names]
    code, doc = comparison(both[0], "--baseline", both[1])
    check("a renamed workload that is alone is matched", code == 0 and doc["containers"][0]["baseline"]["status"] == "unchanged", doc)
    two = os.path.join(work, "two")
    os.mkdir(two)
    for name in names:
        shutil.copy(path(name), two)
    code, doc = comparison(two, "--baseline", both[0])
    check("a further workload is new", code == 3 and {c["pod"]: c["baseline"]["status"] for c in doc["containers"]} == {"shop-0": "unchanged", "other-1": "new"})
    code, doc = comparison(both[0], "--baseline", two)
    check("what the baseline had more is missing", code == 0 and doc["baseline"]["missing"] == ["n/other-1/c"], doc["baseline"])


def edited_baselines(work):
    """A leak against its own result, in which one thing was changed."""
    path = os.path.join(work, "base.json")
    original = json.loads(call("analyze", bundle("heapleak"), "--format", "json").stdout)
    check("there is one container", len(original["containers"]) == 1)

    def against(change):
        doc = json.loads(json.dumps(original))
        change(doc["containers"][0], doc)
        json.dump(doc, open(path, "w"))
        code, doc = comparison(bundle("heapleak"), "--baseline", path)
        answer = doc["containers"][0]["baseline"]
        return code, answer["status"], [(c["state"], c["rule"], c["severity"]) for c in answer["changes"]]

    def milder(c, _):
        c["verdict"]["severity"] = "medium"
        next(f for f in c["findings"] if f["rule"] == "go_live_leak")["severity"] = "medium"

    def replicas(c, doc):
        doc["containers"] += [dict(c, pod="shopd-e7e05-66f8dd9c4b-kzr7p", measures=dict(c["measures"], peak_bytes=1)), dict(c, pod="another-0")]
        c["measures"] = dict(c["measures"], peak_bytes=2)

    unchecked = lambda c, _: c["findings"].clear()
    cases = {
        "nothing": (lambda c, _: None, (0, "unchanged", [])),
        "the pod's suffix": (lambda c, _: c.update(pod="shopd-e7e05-66f8dd9c4b-kzr7p"), (0, "unchanged", [])),
        "the site": (lambda c, _: c["verdict"].update(site="shop/cart.Add"), (3, "worse", [("worse", "baseline_site", "critical")])),
        "a milder severity": (milder, (3, "worse", [("worse", "go_live_leak", "critical")])),
        "a slower growth": (lambda c, _: c["measures"].update(growth_bytes_per_min=1e6), (3, "worse", [("worse", "baseline_growth", "critical")])),
        "a faster growth": (lambda c, _: c["measures"].update(growth_bytes_per_min=1e9), (0, "better", [("better", "baseline_growth", "info")])),
        "a busier collector": (lambda c, _: c["measures"].update(gc_cpu_pct=40), (0, "better", [("better", "baseline_gc_cpu", "info")])),
        "numbers that it did not know": (lambda c, _: c.update(measures={"growth_bytes_per_min": None, "peak_bytes": None}), (0, "unchanged", [])),
        "a result without measures": (lambda c, _: c.pop("measures"), (0, "unchanged", [])),
        "rules that it did not check": (unchecked, (3, "worse", [("new", "go_live_leak", "critical")])),
        "another namespace": (lambda c, _: c.update(namespace="elsewhere"), (3, "new", [("new", "go_live_leak", "critical")])),
        "replicas with other peaks": (replicas, (3, "worse", [("worse", "baseline_peak", "critical")])),
    }
    for what, (change, wanted) in cases.items():
        got = against(change)
        check("against a baseline that differs in %s" % what, got == wanted, got)


def readme_gate(work):
    """The example of the README, as it stands there: it fails on the leak and passes on the healthy run."""
    text = open(os.path.join(here, "..", "..", "README.md"), encoding="utf-8").read()
    section = text[text.index("## In CI"):]
    line = next(l.strip() for l in section.splitlines() if l.startswith("    gomortem run soak.tar.gz"))
    for name, code in (("heapleak", 3), ("healthy", 0)):
        folder = os.path.join(work, "gate-" + name)
        os.mkdir(folder)
        shutil.copy(bundle(name), os.path.join(folder, "soak.tar.gz"))
        os.symlink(tool, os.path.join(folder, "gomortem"))
        done = subprocess.run(["sh", "-c", line], cwd=folder, env=dict(os.environ, PATH=folder + ":" + os.environ["PATH"]), capture_output=True)
        check("the gate of the README exits with %d on %s" % (code, name), done.returncode == code, (done.returncode, done.stderr))
        check("and leaves JUnit and SARIF", os.path.exists(folder + "/soak/junit.xml") and os.path.exists(folder + "/soak/report.sarif"), os.listdir(folder))


JOBS = (real_incidents, hostile_names, limits, fingerprints, exit_codes, interrupt, baseline, thresholds, edited_baselines, readme_gate)
for job in [j for j in JOBS if not os.environ.get("ONLY") or j.__name__ in os.environ["ONLY"].split(",")]:
    with tempfile.TemporaryDirectory() as folder:
        job(folder)
print("ci: %d failures" % failures)
sys.exit(failures > 0)
