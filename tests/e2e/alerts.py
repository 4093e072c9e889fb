#!/usr/bin/env python3
"""The command alerts, end to end: alerts.py GOMORTEM TESTDATA SOURCE. A history made here, whose answers are known by hand."""
import hashlib, html, json, os, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import json_schema

tool, testdata, source = map(os.path.abspath, sys.argv[1:4])
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:2000]))
    failures += not ok


def run(*arguments):
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=300)


ZERO = 1700000040  # a multiple of a minute
LABELS = '{namespace="n",pod="p",container="c"}'


def history(work, name, series):
    """OpenMetrics: series is a list of (metric, [(seconds, value)])."""
    path = os.path.join(work, name)
    with open(path, "w") as out:
        for metric, samples in series:
            out.writelines("%s%s %s %d.000\n" % (metric, LABELS, value, ZERO + at) for at, value in samples)
        out.write("# EOF\n")
    return path


def rule_file(work, *rules, interval="15s"):
    path = os.path.join(work, "rules.yml")
    json.dump({"groups": [{"name": "g", "interval": interval, "rules": [dict(zip(("alert", "expr", "for", "keep_firing_for"), r)) for r in rules]}]}, open(path, "w"))
    return path


def replay(bundle, rules, *options):
    done = run("alerts", bundle, rules, "--format", "json", *options)
    check("the replay of %s" % os.path.basename(bundle), done.returncode == 0, done.stderr)
    return json.loads(done.stdout)


def times(document, rule):
    """(pending, fired, resolved) in seconds from ZERO."""
    import datetime
    at = lambda text: text and int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()) - ZERO
    return [(at(a["pending"]), at(a["fired"]), at(a["resolved"])) for c in document["containers"] for a in c["alerts"] if a["rule"] == rule]


def markers(work):
    """A marker of staleness ends a series at once; without it the last sample lingers for five minutes."""
    level = [(i * 15, 100) for i in range(5)]
    later = [(i * 15, 1) for i in range(60)]
    rules = rule_file(work, ("High", "container_memory_rss > 50", "30s"))
    plain = replay(history(work, "plain.om", [("container_memory_rss", level), ("container_memory_usage_bytes", later)]), rules)
    check("a series lingers for five minutes", times(plain, "High") == [(0, 30, 360)], times(plain, "High"))
    stale = history(work, "stale.om", [("container_memory_rss", level + [(75, "NaN"), (90, "NaN")]), ("container_memory_usage_bytes", later)])
    check("a marker ends it", times(replay(stale, rules), "High") == [(0, 30, 75)], times(replay(stale, rules), "High"))
    db = os.path.join(work, "stale.db")
    run("import", stale, "-o", db)
    rows = sqlite3.connect(db).execute("SELECT count (*), min (t_ns) FROM stale_marker").fetchone()
    check("one row marks it", rows == (1, (ZERO + 75) * 10 ** 9), rows)
    check("what was left out is counted", sqlite3.connect(db).execute("SELECT records FROM left_out WHERE reason = 'no_value'").fetchone() == (2,))


def windows(work):
    """A jump at 60 s: with [1m] at 120 s the sample at 60 s lies on the left edge."""
    path = history(work, "edge.om", [("container_memory_rss", [(0, 0)] + [(i * 15, 10) for i in range(1, 5)] + [(75 + i * 15, 20) for i in range(6)])])
    rules = rule_file(work, ("Jump", "delta(container_memory_rss[1m]) > 0",))
    two, three = times(replay(path, rules, "--prometheus", "2"), "Jump"), times(replay(path, rules, "--prometheus", "3"), "Jump")
    check("Prometheus 2 sees the edge", two == [(15, 15, 135)], two)
    check("Prometheus 3 does not", three == [(15, 15, 60), (75, 75, 120)], three)


def keep_and_step(work):
    path = history(work, "saw.om", [("container_memory_rss", [(i * 15, 90 if i % 4 < 2 else 10) for i in range(12)])])
    rules = rule_file(work, ("Saw", "container_memory_rss > 50"), ("Kept", "container_memory_rss > 50", "0s", "45s"), interval="15s")
    document = replay(path, rules)
    check("it flaps", times(document, "Saw") == [(0, 0, 30), (60, 60, 90), (120, 120, 150)], times(document, "Saw"))
    check("keep_firing_for holds it", times(document, "Kept") == [(0, 0, None)], times(document, "Kept"))
    check("--step", times(replay(path, rules, "--step", "60"), "Saw") == [(0, 0, None)], times(replay(path, rules, "--step", "60"), "Saw"))
    outcome = [o for c in document["containers"] for o in c["outcomes"] if o["rule"] == "Saw" and o["life"]][0]
    check("nothing followed", (outcome["outcome"], outcome["episodes"], outcome["false_alarms"]) == ("false_alarm", 3, 3), outcome)


def incident(work):
    bundle, db = os.path.join(testdata, "incidents", "heapleak.tar.gz"), os.path.join(work, "leak.db")
    run("import", bundle, "-o", db)
    done = run("alerts", db)
    check("what was not analyzed is refused", done.returncode == 2 and "run gomortem analyze" in done.stderr and not done.stdout, done)
    run("analyze", db)
    before = hashlib.sha256(open(db, "rb").read()).hexdigest()
    rules = rule_file(work, ("Never", "container_memory_rss > 1e15"), ("Unknown", "no_such_metric > 1"), ("Outside", "histogram_quantile(0.9, x) > 1"), ("Broken", "1 +"),
                      ("Ambiguous", "container_memory_rss / on (namespace) {__name__=~\"container_memory_(rss|cache)\"} > 0"))
    schema = json.load(open(os.path.join(source, "reports", "docs", "alerts.schema.json")))
    document = replay(db, rules)
    for name, d in (("of a user's rules", document), ("of the built-in rules", json.loads(run("alerts", db, "--format", "json").stdout))):
        wrong = json_schema.errors(d, schema)
        check("the JSON %s keeps its schema" % name, not wrong, wrong[:5])
    check("nothing is written", hashlib.sha256(open(db, "rb").read()).hexdigest() == before)
    whole = {o["rule"]: o for o in document["containers"][0]["outcomes"] if o["life"] is None}
    check("a rule that never fires missed the kills", whole["Never"]["outcome"] == "missed" and whole["Never"]["caught"] == 0 and whole["Never"]["ends"] >= 1, whole["Never"])
    for rule, part in (("Unknown", "no_such_metric"), ("Outside", "character 1: histogram_quantile is outside"), ("Broken", "too early"), ("Ambiguous", "right side")):
        check("%s was not evaluated" % rule, whole[rule]["outcome"] == "not_evaluated" and part in (whole[rule]["reason"] or ""), whole[rule])
    stored = sqlite3.connect(db).execute("SELECT rule, outcome, lead_s FROM alerts WHERE life IS NULL").fetchall()
    again = json.loads(run("alerts", db, "--format", "json", "--reaction", "11").stdout)
    fresh = {o["rule"]: (o["outcome"], o["lead_s"]) for o in again["containers"][0]["outcomes"] if o["life"] is None}
    check("a fresh replay says what is stored", {r: (o, l) for r, o, l in stored} == fresh, (stored, fresh))
    lead = dict((r, l) for r, _, l in stored)["usage_80"]
    sql = """SELECT max (k.t_ns - f.fired_ns) / 1e9 FROM alert_firing f JOIN kill k ON k.container_id = f.container_id AND k.life = f.life WHERE f.rule = 'usage_80'"""
    check("a lead is the kill less the firing", abs(sqlite3.connect(db).execute(sql).fetchone()[0] - lead) < 1e-3 or whole["Never"]["ends"] > 1, lead)
    text, markdown = run("alerts", db).stdout, html.unescape(run("alerts", db, "--format", "markdown").stdout)
    check("text and Markdown name every rule", all("    %s " % r in text and "| %s |" % r in markdown for r, _, _ in stored), markdown)
    check("a bundle serves as well", run("alerts", bundle, rules).returncode == 0)


def kills(work):
    """A life that grows by 10 MB a minute from 20 MB to its limit of 220 MB and is killed after 20 min, then a quiet one: leads by hand."""
    grown, quiet = [(i * 15, 20e6 + 2.5e6 * i) for i in range(80)], [(1230 + i * 15, 30e6 + 1e5 * (i % 3)) for i in range(80)]
    both = grown + quiet
    start = [(at, ZERO - 30 if at < 1215 else ZERO + 1215) for at, _ in both]
    bundle = history(work, "killed.om", [("container_memory_usage_bytes", both), ("container_memory_working_set_bytes", both), ("container_memory_rss", both),
                                         ("container_spec_memory_limit_bytes", [(at, 220e6) for at, _ in both]), ("container_start_time_seconds", start),
                                         ("container_oom_events_total", [(at, int(at >= 1215)) for at, _ in both])])
    db = os.path.join(work, "killed.db")
    run("import", bundle, "-o", db)
    run("analyze", db)
    connection = sqlite3.connect(db)
    killed = connection.execute("SELECT life, t_ns / 1e9 - ? FROM kill", (ZERO,)).fetchall()
    check("one kill, between the last sample and the next", len(killed) == 1 and killed[0][0] == 1 and 1185 <= killed[0][1] <= 1230, killed)
    rows = {(r, l): rest for r, l, *rest in connection.execute("SELECT rule, life, outcome, against, fired_ns / 1000000000 - %d, lead_s, in_time, ends, caught FROM alerts" % ZERO)}
    # 0.8 * 220e6 = 176e6 is passed at the 63rd sample, 945 s; a minute later it fires; 0.9: 198e6 at the 72nd, 1080 s.
    for rule, at in (("usage_80", 1005), ("working_set_90", 1140)):
        check("%s fires when it must" % rule, rows[rule, 1][:3] == ["fired", "kill", at] and abs(rows[rule, 1][3] - (killed[0][1] - at)) < 0.01 and rows[rule, 1][4] == 0, rows[rule, 1])
    # 0.95: 209e6 at the 76th sample, 1140 s, and 1200 s with its minute: behind the last sample, before the kill.
    check("95 % fires at the last moment", rows["usage_95", 1][:3] == ["fired", "kill", 1200] and rows["usage_95", 1][3] < 30, (rows["usage_95", 1], killed))
    # The slope is far above 1 MiB a minute from the second sample on: 15 s, and five minutes of waiting.
    check("deriv fires after its wait", rows["deriv_anon_30m", 1][:3] == ["fired", "kill", 315] and rows["deriv_anon_30m", 1][4] == 1, rows["deriv_anon_30m", 1])
    check("the gate keeps it quiet in a life of 20 min", rows["deriv_anon_30m_aged", 1][0] == "missed", rows["deriv_anon_30m_aged", 1])
    check("the quiet life is quiet", rows["usage_80", 2][:2] == ["quiet", "nothing"] and rows["usage_80", None][5:] == [1, 1], (rows["usage_80", 2], rows["usage_80", None]))
    outcome, expression, lead, tried = connection.execute("SELECT outcome, expression, lead_s, tried FROM alert_proposal").fetchone()
    check("a rule is proposed", outcome == "proposed" and tried > 100, outcome)
    # A quarter of the life of 20 min is the gate: 5 min from the start at -30 s; the earliest step behind is 285 s, and a minute at the least.
    check("it is gated and early", "container_start_time_seconds" in expression and "> 300)" in expression and lead >= killed[0][1] - 285 - 60 - 60, (expression, lead))
    checks = connection.execute("SELECT count (*), sum (labels IS NULL) FROM alert_test_check").fetchone()
    check("its test has quiet and loud moments", checks[0] >= 3 and 1 <= checks[1] < checks[0], checks)
    strict = json.loads(run("alerts", bundle, "--format", "json", "--reaction", "1").stdout)
    in_time = [o["in_time"] for o in strict["containers"][0]["outcomes"] if o["rule"] == "usage_80" and o["life"] == 1]
    check("with a minute to react the threshold was in time", in_time == [True], in_time)


def other_sources(work):
    """A capture of cgroup files alone: the rules find their series by the canonical names."""
    found = [b for b in ("tmpfs.tar.gz", "pagecache.tar.zst") if os.path.exists(os.path.join(testdata, "incidents", b))]
    cgroup = os.path.join(work, "cgroup")
    for i in range(40):
        at = "%s/memory-%d" % (cgroup, i)
        stamp = subprocess.run(["date", "-u", "-d", "@%d" % (ZERO + 30 * i), "+%Y-%m-%dT%H:%M:%SZ"], capture_output=True, text=True, check=True).stdout.strip()
        at = os.path.join(cgroup, stamp)
        os.makedirs(at)
        for name, text in (("memory.current", "%d" % (30000000 + 2000000 * i)), ("memory.max", "134217728"),
                           ("memory.stat", "anon %d\nfile 10000000\ninactive_file 9000000\nactive_file 1000000\nshmem 0\nkernel 100000" % (19900000 + 2000000 * i))):
            open(os.path.join(at, name), "w").write(text + "\n")
    document = replay(cgroup, rule_file(work, ("Anon", "container_memory_rss / container_spec_memory_limit_bytes > 0.5"), ("Set", "container_memory_working_set_bytes > 60e6")))
    # anon reaches 67.1 MB at the 24th sample, the working set 60e6 at the 20th: 21e6 + 2e6 * 20 = 61e6.
    check("anonymous memory by its canonical name", times(document, "Anon")[:1] == [(720, 720, None)], times(document, "Anon"))
    check("the working set is derived", times(document, "Set")[:1] == [(600, 600, None)], times(document, "Set"))
    check("there are bundles", found)


def far_apart(work):
    """A clock that jumps by centuries makes no endless replay."""
    path = history(work, "far.om", [("container_memory_rss", [(0, 100), (15, 100), (4000000000, 100), (4000000015, 100)])])
    document = replay(path, rule_file(work, ("High", "container_memory_rss > 50")))
    check("the replay ends", len(document["rules"]) == 1)
    check("and so does the analysis", run("analyze", path).returncode == 0)


def usage(work):
    bundle = history(work, "one.om", [("container_memory_rss", [(0, 1), (15, 1)])])
    bad = os.path.join(work, "bad.yml")
    open(bad, "w").write("groups: [{rules: [{alert: a}]}]\n")
    for arguments in ((), (bundle, bad), (bundle, "/nonexistent.yml"), (bundle, "--prometheus", "4"), (bundle, "--step", "0.1"), (bundle, "--format", "xml"), (bundle, "--reaction", "-1"), ("/nonexistent",)):
        done = run("alerts", *arguments)
        check("usage %s" % (arguments,), done.returncode == 2 and done.stderr.startswith("gomortem: ") and not done.stdout, done)
    out = os.path.join(work, "out.json")
    open(out, "w").write("mine")
    check("nothing is overwritten", run("alerts", bundle, "-o", out).returncode == 2 and open(out).read() == "mine" and run("alerts", bundle, "-f", "-o", out).returncode == 0)


with tempfile.TemporaryDirectory() as work:
    for part in (markers, windows, keep_and_step, incident, kills, other_sources, far_apart, usage):
        part(work)
print("alerts: %d failures" % failures)
sys.exit(failures > 0)
