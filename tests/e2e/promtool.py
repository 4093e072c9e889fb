#!/usr/bin/env python3
"""Prometheus' own word on the replay: promtool.py GOMORTEM TESTDATA [INCIDENTS].

promtool (Debian's is of Prometheus 2) evaluates the cases of testdata/replay that hold for Prometheus 2, and the built-in rules on recorded series put on a
grid; it must agree with every expected result and with every alert that gomortem replays, at each change of state. Skips without promtool."""
import glob, json, os, re, shutil, sqlite3, subprocess, sys, tempfile

tool, testdata = map(os.path.abspath, sys.argv[1:3])
incidents = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else ""
if not shutil.which("promtool"):
    print("SKIP  promtool is not installed")
    sys.exit(77)
work = tempfile.mkdtemp(prefix="gomortem-promtool-")
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:3000]))
    failures += not ok


def promtool(*arguments):
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=300)
    return done.returncode == 0, done.stdout + done.stderr


def seconds(text):
    return sum(int(n) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[u] for n, u in re.findall(r"(\d+)(ms|s|m|h)", text)) if text != "0" else 0


def write(name, document):
    path = os.path.join(work, name)
    with open(path, "w") as out:
        json.dump(document, out)  # JSON is YAML
    return path


# --- the engine's cases -------------------------------------------------------------------------------------------
def blocks(path):
    """(first line, indented lines) of each word of a case."""
    found = []
    for line in open(path):
        line = line.rstrip("\n")
        if line.startswith(" "):
            found[-1][1].append(line.strip())
        elif line and not line.startswith("#"):
            found.append((line, []))
    return found


def split(line):
    end = line.rindex("}") + 1 if "{" in line else line.index(" ") if " " in line else len(line)
    return line[:end], line[end:].strip()


def labels_of(text):
    labels = dict(re.findall(r'(\w+)="([^"]*)"', text))
    return labels


def alert_test(interval, series, head, lines):
    words, expr = head.split(": ", 1)[0].split(), head.split(": ", 1)[1]
    step, hold, keep, end = (seconds(words[i]) for i in (3, 5, 7, 9))
    rule = {"alert": "case", "expr": expr, "for": "%ds" % hold, "keep_firing_for": "%ds" % keep}
    firings = [(labels_of(split(l)[0]), split(l)[1].split()) for l in lines if l != "none"]
    checks = []
    for at in range(0, int(end) + 1, int(step)):
        on = [{"exp_labels": labels} for labels, (_, fired, resolved) in firings if seconds(fired) <= at and (resolved == "-" or at < seconds(resolved))]
        checks.append({"eval_time": "%ds" % at, "alertname": "case", "exp_alerts": on})
    rules = write("case.yml", {"groups": [{"name": "case", "rules": [rule]}]})
    return {"rule_files": [rules], "evaluation_interval": "%ds" % step, "tests": [{"interval": interval, "input_series": series, "alert_rule_test": checks}]}


def cases():
    evaluated = alerts = 0
    for path in sorted(glob.glob(os.path.join(testdata, "replay", "*.test"))):
        series, tests, interval = {}, [], "15s"
        for head, lines in blocks(path):
            word = head.split(" ", 2)
            if word[0] == "series":
                interval = word[1]
                series.setdefault(interval, []).extend({"series": split(l)[0], "values": split(l)[1]} for l in lines)
            holds = word[0] in ("eval", "alert") and word[1] in ("2", "both")
            if not holds or (lines and lines[0].startswith("fails")) or "offset -" in head:  # promtool loads nothing behind the time of evaluation
                continue
            name = "%s: %s" % (os.path.basename(path), head)
            if word[0] == "alert":
                unit = alert_test(interval, series[interval], head, lines)
                alerts += 1
            else:
                at, expr = re.match(r"eval \w+ at (\w+): (.*)", head).groups()
                # Values are compared to the last bit there; ours are compared to 1e-12 elsewhere.
                samples = [{"labels": split(l)[0], "value": split(l)[1]} for l in lines if l != "empty"]
                samples = [dict(s, value=float(s["value"].replace("Inf", "inf"))) for s in samples]
                samples = [dict(s, value={float("inf"): ".inf"}.get(s["value"], ".nan" if s["value"] != s["value"] else s["value"])) for s in samples]
                # Samples are loaded up to the last multiple of the evaluation interval only.
                unit = {"evaluation_interval": "1s", "tests": [{"interval": interval, "input_series": series[interval],
                                   "promql_expr_test": [{"expr": expr, "eval_time": at, "exp_samples": samples}]}]}
                evaluated += 1
            text = json.dumps(unit).replace('".inf"', ".inf").replace('".nan"', ".nan")
            path_of_unit = os.path.join(work, "unit.yml")
            open(path_of_unit, "w").write(text)
            ok, output = promtool("test", "rules", path_of_unit)
            check(name, ok or almost(output), output)
    check("there are cases", evaluated >= 60 and alerts >= 5, (evaluated, alerts))
    print("%d expressions, %d alerts" % (evaluated, alerts))


def almost(output):
    """promtool compares exactly: a difference in the last bits of a number is none."""
    pair = re.search(r"exp:(.*?)\n\s*got:(.*?)(?:\n|$)", output, re.S)
    if not pair:
        return False
    number = r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|Inf|NaN)"
    expected, got = (re.sub(number, "#", p.strip()) for p in pair.groups())
    numbers = [[float(n.replace("Inf", "inf")) for n in re.findall(number, p)] for p in pair.groups()]
    same = len(numbers[0]) == len(numbers[1]) and all(a == b or (a != a and b != b) or abs(a - b) <= 1e-12 * max(abs(a), abs(b)) for a, b in zip(*numbers))
    return expected == got and same


# --- the built-in rules on recorded series --------------------------------------------------------------------------
STEP, ZERO = 15, 1700000010  # a multiple of the step
METRICS = ("container_memory_usage_bytes", "container_memory_working_set_bytes", "container_memory_rss", "container_spec_memory_limit_bytes", "container_start_time_seconds")
ASK = """SELECT s.name, s.labels, i.namespace, i.pod, i.container, s.series_id FROM series s JOIN identity i USING (identity_id)
         WHERE s.source = 'prometheus' AND s.name IN (%s) AND i.container_id = (SELECT container_id FROM life GROUP BY 1 ORDER BY count (*) DESC, 1 LIMIT 1)
         ORDER BY s.series_id""" % ",".join("'%s'" % m for m in METRICS)


def run(*arguments):
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=300)


def on_grid(db):
    """(selector, values by step) of each recorded series that the built-in rules look at; None where nothing was recorded."""
    connection, found = sqlite3.connect(db), []
    rows = connection.execute(ASK).fetchall()
    samples = [connection.execute("SELECT t_ns / 1000000, value FROM sample WHERE series_id = ? ORDER BY 1", r[5:]).fetchall() for r in rows]
    if not any(samples):
        return []
    first = min(s[0][0] for s in samples if s) // (STEP * 1000) * STEP
    last = max(s[-1][0] for s in samples if s) // 1000
    for (name, labels, ns, pod, container, _), own in zip(rows, samples):
        labels = dict(json.loads(labels), namespace=ns, pod=pod, container=container)
        values = [None] * ((last - first) // STEP + 2)
        for ms, value in own:
            values[-((first * 1000 - ms) // (STEP * 1000))] = value - first if name == "container_start_time_seconds" else value
        found.append((name, "{%s}" % ",".join('%s="%s"' % (k, v) for k, v in sorted(labels.items())), values))
    return found


def recorded(bundle):
    db, metrics = os.path.join(work, "recorded.db"), os.path.join(work, "recorded.prom")
    done = run("import", "-f", bundle, "-o", db)
    done = run("analyze", db) if done.returncode == 0 else done
    check("%s is analyzed" % bundle, done.returncode == 0, done.stderr)
    series = on_grid(db)
    with open(metrics, "w") as out:
        for name, labels, values in series:
            shift = ZERO if name == "container_start_time_seconds" else 0
            out.writelines("%s%s %r %d.0\n" % (name, labels, value + shift, ZERO + i * STEP) for i, value in enumerate(values) if value is not None)
        out.write("# EOF\n")
    rules = json.loads(run("alerts", db, "--format", "json").stdout)["rules"]
    path = write("builtin.yml", {"groups": [{"name": "builtin", "interval": "%ds" % STEP, "rules": [{"alert": r["rule"], "expr": r["expression"], "for": "%ds" % r["for_s"]} for r in rules]}]})
    return series, metrics, path, [r["rule"] for r in rules]


def at_of(time):
    return int(subprocess.run(["date", "-u", "-d", time, "+%s"], capture_output=True, text=True, check=True).stdout) - ZERO


def proposal(bundle):
    """The proposed rule and its unit test, as they are exported; None where nothing is proposed."""
    db = os.path.join(work, "recorded.db")
    asked = sqlite3.connect(db).execute("SELECT count (*), sum (outcome = 'proposed') FROM alert_proposal").fetchone()
    check("every container of %s has a proposal or a reason" % bundle, asked[0] > 0)
    rules, unit = os.path.join(work, "rules.yml"), os.path.join(work, "rules_test.yml")
    done = run("export", "-f", db, "rules", "-o", rules)
    check("the rules are written", done.returncode == 0, done.stderr)
    ok, output = promtool("check", "rules", rules)
    check("promtool check rules takes those of %s" % bundle, ok, output)
    if not asked[1]:
        return None
    done = run("export", "-f", db, "rules_test", "-o", unit)
    text = open(unit).read()
    ok, output = promtool("test", "rules", unit)
    check("promtool test rules passes on those of %s" % bundle, done.returncode == 0 and ok and "exp_labels" in text, output)
    broken = os.path.join(work, "broken_test.yml")
    open(broken, "w").write(text.replace('severity": "', 'severity": "x', 1))
    ok, output = promtool("test", "rules", broken)
    check("the unit test of %s can fail" % bundle, not ok)
    return len(re.findall("eval_time", text))


def builtin(bundle):
    series, metrics, rules, names = recorded(bundle)
    if not series:  # no Prometheus watched it
        return 0
    done = run("alerts", metrics, rules, "--prometheus", "2", "--step", str(STEP), "--format", "json")
    check("the series of %s are replayed" % bundle, done.returncode == 0, done.stderr)
    if done.returncode:
        return 0
    firings = [a for c in json.loads(done.stdout)["containers"] for a in c["alerts"]]
    spans = [(a["rule"], a["labels"], at_of(a["fired"]), at_of(a["resolved"]) if a["resolved"] else 10 ** 9) for a in firings]
    last = (max(len(v) for _, _, v in series) - 2) * STEP
    checks = []
    for name in names:
        moments = {0, last // 2, last} | {t for n, _, fired, resolved in spans if n == name for t in (fired - STEP, fired, resolved - STEP, resolved) if 0 <= t <= last}
        for at in sorted(moments):
            on = [{"exp_labels": labels} for n, labels, fired, resolved in spans if n == name and fired <= at < resolved]
            checks.append({"eval_time": "%ds" % at, "alertname": name, "exp_alerts": on})
    given = [{"series": name + labels, "values": " ".join("_" if v is None else repr(v) for v in values)} for name, labels, values in series]
    unit = write("recorded_test.yml", {"rule_files": [rules], "evaluation_interval": "%ds" % STEP, "tests": [{"interval": "%ds" % STEP, "input_series": given, "alert_rule_test": checks}]})
    ok, output = promtool("test", "rules", unit)
    check("promtool agrees on the built-in rules over %s" % os.path.basename(bundle), ok, output)
    ok, output = promtool("check", "rules", rules)
    check("promtool takes the built-in rules", ok, output)
    return len(checks)


cases()
bundles = sorted(glob.glob(os.path.join(testdata, "incidents", "*.tar.*")))
for name in ("a01-heapleak", "a02-cgoleak", "a08-burst", "a13-cgo-and-cache", "b01-gogc800", "b11-spike-oom"):
    bundles += glob.glob(os.path.join(incidents, "incident-%s.tar.*" % name)) if incidents else []
if len(bundles) < 6:
    print("SKIP  the incidents beside the source are not there: fewer bundles")
for bundle in bundles:
    n, proposed = builtin(bundle), proposal(bundle)
    print("%s: %d moments; %s" % (os.path.basename(bundle), n, "%d of a proposed rule" % proposed if proposed else "no rule is proposed"))
shutil.rmtree(work)
sys.exit(1 if failures else 0)
