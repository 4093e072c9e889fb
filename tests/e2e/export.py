#!/usr/bin/env python3
"""The command `export`: export.py GOMORTEM TESTDATA. Every kind is read back, by the tool that it is for where that is installed."""
import csv, gzip, json, os, re, shutil, sqlite3, subprocess, sys, tempfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:2000]))
    failures += not ok


def run(*arguments, **options):
    return subprocess.run([tool, *arguments], capture_output=True, timeout=300, **options)


def export(db, kind, *arguments):
    done = run("export", db, kind, *arguments)
    check("export %s %s exits with 0" % (kind, " ".join(arguments)), done.returncode == 0, done.stderr)
    return done.stdout


def there(program):
    if not shutil.which(program):
        print("SKIP  %s is not installed" % program)
    return shutil.which(program)


def rows(db, sql, *values):
    with sqlite3.connect("file:%s?mode=ro" % db, uri=True) as connection:
        return connection.execute(sql, values).fetchall()


# --- pprof: a decoder of our own, then Go's ---------------------------------------------------------------------
def fields(message):
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = varint()
            at += size
            yield key >> 3, message[at - size:at]


def varints(packed):
    out, value, shift = [], 0, 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            out.append(value - (1 << 64) if value >> 63 else value)
            value = shift = 0
    return out


def totals(pprof):
    strings, types, sums, functions, locations, used = [], [], None, set(), set(), set()
    for number, value in fields(gzip.decompress(pprof)):
        if number == 6:
            strings.append(value.decode())
        elif number == 1:
            types.append(dict(fields(value))[1])
        elif number == 5:
            functions.add(dict(fields(value))[1])
        elif number == 4:
            locations.add(dict(fields(value))[1])
        elif number == 2:
            sample = {1: [], 2: []}
            for field, part in fields(value): # packed or one by one
                sample[field] += varints(part) if isinstance(part, bytes) else [part - (1 << 64) if part >> 63 else part]
            used |= set(sample[1])
            values = sample[2]
            sums = [a + b for a, b in zip(sums or [0] * len(values), values)]
    check("every location of a sample is there", used and used <= locations)
    check("the first text is empty", strings[0] == "")
    return dict(zip((strings[t] for t in types), sums or [0] * len(types)))


def fitted(captures, value):
    """Least squares over (t, value), times the length."""
    times = [t for t, _ in captures]
    mean = sum(times) / len(times)
    slope = sum((t - mean) * value[p] for t, p in captures) / sum((t - mean) ** 2 for t in times)
    return slope * (times[-1] - times[0])


def pprof(db):
    last_life = "SELECT t_ns, profile_id FROM heap_capture WHERE life = 1 ORDER BY t_ns"
    captures = rows(db, last_life)
    inuse = dict(rows(db, "SELECT profile_id, sum (inuse_bytes) FROM profile_sample GROUP BY 1"))
    for profile, kind in rows(db, "SELECT min (profile_id), kind FROM profile GROUP BY kind"):
        got = totals(export(db, "pprof", "--profile", str(profile)))
        columns = {"alloc_objects": "alloc_objects", "alloc_space": "alloc_bytes", "inuse_objects": "inuse_objects", "inuse_space": "inuse_bytes",
                   "goroutine": "count", "threadcreate": "count", "samples": "count", "cpu": "nanoseconds", "contentions": "count", "delay": "nanoseconds"}
        for name, total in got.items():
            want = rows(db, "SELECT coalesce (sum (%s), 0) FROM profile_sample WHERE profile_id = ?" % columns[name], profile)[0][0]
            check("%s of a %s profile" % (name, kind), total == want, (total, want))
    first, last = captures[0][1], captures[-1][1]
    check("--profile first", totals(export(db, "pprof", "--profile", "first"))["inuse_space"] == inuse[first])
    check("--profile last", totals(export(db, "pprof", "--profile", "last"))["inuse_space"] == inuse[last])
    check("--profile diff", totals(export(db, "pprof", "--profile", "diff"))["inuse_space"] == inuse[last] - inuse[first])
    growth, want = totals(export(db, "pprof"))["inuse_space"], fitted(captures, inuse)
    check("the growth adds up to the growth of the whole", abs(growth - want) < 1000, (growth, want))
    if not there("go"):
        return
    for which in ("growth", "diff", "last"):
        name = os.path.join(work, which + ".pb.gz")
        export(db, "pprof", "--profile", which, "-o", name)
        raw = subprocess.run(["go", "tool", "pprof", "-raw", name], capture_output=True, text=True, env=dict(os.environ, GOFLAGS="-mod=mod", HOME=work))
        check("go tool pprof -raw opens %s" % which, raw.returncode == 0, raw.stderr)
        section = raw.stdout.split("Samples:")[1].split("Locations")[0]
        values = [line.split(":")[0].split() for line in section.splitlines() if re.match(r"\s+-?\d+ ", line)]
        check("go tool pprof reads our total of %s" % which, sum(int(v[-1]) for v in values) == totals(open(name, "rb").read())["inuse_space"])
        top = subprocess.run(["go", "tool", "pprof", "-top", name], capture_output=True, text=True, env=dict(os.environ, HOME=work))
        check("go tool pprof -top names the site in %s" % which, re.search(r"flat%.*\n.*shop/session\.\(\*Store\)\.Create\n", top.stdout), top.stdout[:900] + top.stderr)


# --- folded, speedscope -----------------------------------------------------------------------------------------
def stacks(db):
    want = sum(v for v, in rows(db, "SELECT inuse_bytes FROM profile_sample WHERE profile_id = (SELECT profile_id FROM heap_capture WHERE life = 1 ORDER BY t_ns DESC LIMIT 1)"))
    lines = export(db, "folded", "--profile", "last").decode().splitlines()
    check("folded lines are stack and value", all(re.fullmatch(r"\S.* \d+", line) for line in lines))
    check("folded values add up", sum(int(line.rsplit(" ", 1)[1]) for line in lines) == want)
    check("the root comes first", any(line.startswith("main.main") or line.startswith("runtime.main") for line in lines), lines[:3])
    scope = json.loads(export(db, "speedscope", "--profile", "last"))
    check("speedscope says its schema", scope["$schema"] == "https://www.speedscope.app/file-format-schema.json")
    frames, profile = scope["shared"]["frames"], scope["profiles"][0]
    check("speedscope frames have names", all(isinstance(f["name"], str) and set(f) <= {"name", "file", "line", "col"} for f in frames))
    check("a sampled profile", set(profile) == {"type", "name", "unit", "samples", "weights", "startValue", "endValue"} and profile["type"] == "sampled")
    check("its unit is known", profile["unit"] in ("none", "nanoseconds", "microseconds", "milliseconds", "seconds", "bytes"))
    check("samples are frame numbers", all(0 <= n < len(frames) for s in profile["samples"] for n in s))
    check("as many weights as samples", len(profile["samples"]) == len(profile["weights"]) > 0)
    check("speedscope weights add up", sum(profile["weights"]) == profile["endValue"] == want)
    names = sorted(";".join(frames[n]["name"] for n in s) for s in profile["samples"])
    check("folded and speedscope hold the same stacks", names == sorted(line.rsplit(" ", 1)[0] for line in lines))


# --- OpenMetrics ------------------------------------------------------------------------------------------------
SAMPLES = ("SELECT c.pod, c.container, coalesce (s.quantity, ''), s.t_ns, s.value FROM samples s LEFT JOIN container c USING (container_id) "
           "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5")


def openmetrics(db, name):
    path = os.path.join(work, name + ".om")
    done = run("export", db, "openmetrics", "-o", path)
    check("openmetrics exits with 0", done.returncode == 0, done.stderr)
    text = open(path).read()
    check("it ends with # EOF", text.endswith("# EOF\n"))
    types = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    check("each family is one block", len(types) == len(set(types)))
    written = sum(not line.startswith("#") for line in text.splitlines())
    again = os.path.join(work, name + "-again.db")
    back = run("import", path, "-o", again, "-f")
    check("%s can be imported again" % name, back.returncode == 0, back.stderr)
    first, second = set(rows(db, SAMPLES)), set(rows(again, SAMPLES))
    left_out = sum(map(int, re.findall(rb"(\d+) samples before 1970", done.stderr)))
    check("%s: the same samples come back" % name, not second - first and len(first - second) <= left_out,
          (len(first), len(second), left_out, sorted(second - first)[:3], sorted(first - second)[:3]))
    if not there("promtool"):
        return
    blocks = os.path.join(work, name + "-blocks")
    made = subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", path, blocks], capture_output=True, text=True)
    check("promtool makes blocks of %s" % name, made.returncode == 0, made.stderr + made.stdout)
    held = [line for b in os.listdir(blocks) for line in [json.load(open(os.path.join(blocks, b, "meta.json")))["stats"]["numSamples"]]] if made.returncode == 0 else []
    check("the blocks hold every sample of %s" % name, sum(held) == written, (sum(held), written))


# --- facts ------------------------------------------------------------------------------------------------------
def facts(db):
    tables = {}
    for line in export(db, "ndjson").decode().splitlines():
        row = json.loads(line)
        tables.setdefault(row.pop("fact"), []).append(row)
    folder = os.path.join(work, "csv")
    export(db, "csv", "-o", folder)
    check("the six fact tables", set(tables) == {"incidents", "findings", "evidence", "mem_window", "gc_window", "profile_top"}, set(tables))
    check("one file a table", {n[:-4] for n in os.listdir(folder)} == set(tables))
    for name, objects in tables.items():
        with open(os.path.join(folder, name + ".csv"), newline="") as file:
            lines = list(csv.DictReader(file))
        check("%s: as many rows in both" % name, len(lines) == len(objects), (len(lines), len(objects)))
        check("%s: the same columns, version and incident first" % name, list(lines[0]) == list(objects[0]) and list(lines[0])[:3] == ["facts_version", "incident_id", "tool_version"])
        check("%s: the same values" % name, all(str(o[k]) == v or (o[k] is None and v == "") or float(o[k]) == float(v) for o, l in zip(objects, lines) for k, v in l.items()))
        check("%s alone" % name, export(db, "csv", "--table", name) == open(os.path.join(folder, name + ".csv"), "rb").read())
    check("all findings", len(tables["findings"]) == rows(db, "SELECT count (*) FROM finding")[0][0])
    check("all evidence", len(tables["evidence"]) == rows(db, "SELECT count (*) FROM finding_evidence")[0][0])
    check("all points", sum(r["points"] for r in tables["mem_window"]) == rows(db, "SELECT count (*) FROM timeline_point")[0][0])
    check("all cycles", sum(r["cycles"] for r in tables["gc_window"]) == rows(db, "SELECT count (*) FROM gc WHERE t_ns IS NOT NULL")[0][0])
    check("the cause", tables["incidents"][0]["cause"] == "go_live_leak")
    check("a second time nothing is overwritten", run("export", db, "csv", "-o", folder).returncode == 2 and run("export", db, "csv", "-f", "-o", folder).returncode == 0)


# --- alert rules ------------------------------------------------------------------------------------------------
QUIET_TEST = """
rule_files: [rules.yml]
evaluation_interval: 15s
tests:
  - name: a saw-tooth that does not grow
    interval: 1m
    input_series:
      - {series: 'container_memory_rss{namespace="shop",container="shopd",pod="a"}', values: '%(saw)s'}
      - {series: 'container_memory_working_set_bytes{namespace="shop",container="shopd",pod="a"}', values: '%(saw)s'}
      - {series: 'container_start_time_seconds{namespace="shop",container="shopd",pod="a"}', values: '0x120'}
      - {series: 'container_spec_memory_limit_bytes{namespace="shop",container="shopd",pod="a"}', values: '268435456x120'}
    promql_expr_test:
      - {expr: 'count_over_time(ALERTS{alertstate="firing"}[115m])', eval_time: 115m, exp_samples: []}
"""


def rules(db, healthy):
    path, unit = os.path.join(work, "rules.yml"), os.path.join(work, "rules_test.yml")
    export(db, "rules", "-o", path)
    export(db, "rules_test", "-o", unit)
    text, test = open(path).read(), open(unit).read()
    proposal = rows(db, "SELECT alert, expression, lead_s FROM alert_proposal")[0]
    check("the proposed rule is written", "- alert: %s" % proposal[0] in text and all(line.strip() in text for line in proposal[1].split("\n")), text)
    check("never rate () of a gauge", "rate(" not in text and ("deriv(" in text or "predict_linear(" in text))
    check("young processes are let warm up", text.count("container_start_time_seconds") == 1)
    check("the test holds both answers", "exp_alerts: []" in test and "exp_labels" in test and "exp_annotations" in test, test[-3000:])
    quiet = run("export", healthy, "rules")
    check("a healthy container gets no rule, and is told why", b"groups: []" in quiet.stdout and b"nothing to catch" in quiet.stdout and b"nothing to catch" in quiet.stderr, quiet)
    check("and no test", run("export", healthy, "rules_test").returncode == 2)
    if not there("promtool"):
        return
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True)
    check("promtool check rules", done.returncode == 0 and "1 rules found" in done.stdout, done.stdout + done.stderr)
    done = subprocess.run(["promtool", "test", "rules", unit], capture_output=True, text=True)
    check("the rule does on the recorded series what its test says", done.returncode == 0, done.stdout + done.stderr)
    wrong = os.path.join(work, "wrong_test.yml")
    open(wrong, "w").write(test.replace("exp_alerts: []", "exp_alerts: [{exp_labels: {a: b}}]", 1))
    check("the test can fail", subprocess.run(["promtool", "test", "rules", wrong], capture_output=True).returncode != 0)
    saw = " ".join(str(60000000 + 9000000 * (i % 3)) for i in range(120))
    open(wrong, "w").write(QUIET_TEST % {"saw": saw})
    done = subprocess.run(["promtool", "test", "rules", wrong], capture_output=True, text=True)
    check("it does not fire on a saw-tooth", done.returncode == 0, done.stdout + done.stderr)


def datasette(db):
    metadata = json.loads(export(db, "datasette"))
    tables = metadata["databases"]["incident"]["tables"]
    for name, in rows(db, "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')"):
        columns = {r[0] for r in rows(db, "SELECT name FROM pragma_table_info (?)", name)}
        check("datasette describes %s" % name, name in tables and tables[name]["description"] and set(tables[name]["columns"]) == columns, columns)
        check("no column of %s lacks a comment" % name, all(tables[name]["columns"].values()), tables[name]["columns"])
    check("it brings the queries", len(metadata["databases"]["incident"]["queries"]) >= 15)


def schema_reference(db):
    sql = run("schema").stdout.decode()
    check("schema prints SQL", "CREATE VIEW timeline" in sql)
    reference = json.loads(run("schema", "--format", "json").stdout)
    markdown = run("schema", "--format", "markdown").stdout.decode()
    with sqlite3.connect(":memory:") as fresh:
        fresh.executescript(sql)
        kinds = dict(fresh.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')"))
        check("every table and view is in the reference", {t["name"]: t["kind"] for t in reference["tables"]} == kinds)
        for t in reference["tables"]:
            columns = [r[1] for r in fresh.execute("PRAGMA table_info (%s)" % t["name"])]
            check("%s has a comment" % t["name"], t["comment"])
            check("%s: its columns, in order" % t["name"], [c["name"] for c in t["columns"]] == columns)
            lacking = [c["name"] for c in t["columns"] if not c["comment"]]
            check("%s: no column lacks a comment" % t["name"], not lacking, lacking)
            check("%s is in the Markdown" % t["name"], "`%s`" % t["name"] in markdown and all("| `%s` |" % c for c in columns))
    application, version = rows(db, "SELECT application_id, user_version FROM pragma_application_id, pragma_user_version")[0]
    check("application_id and version are those of the file", (reference["application_id"], reference["schema_version"]) == (application, version))
    check("no other format", run("schema", "--format", "xml").returncode == 2)


def usage(db, raw):
    for arguments in ((db,), (db, "nosuchkind"), (db, "csv"), (db, "csv", "--table", "x"), (db, "pprof", "--profile", "x"), (db, "pprof", "--profile", "99999999"),
                      (db, "folded", "--container", "nobody/*"), (raw, "rules"), (raw, "pprof"), ("/nonexistent", "ndjson")):
        done = run("export", *arguments)
        check("usage: %s" % (arguments,), done.returncode == 2 and done.stderr.startswith(b"gomortem: ") and not done.stdout, (done.returncode, done.stderr, done.stdout[:99]))
    target = os.path.join(work, "there")
    open(target, "w").write("mine")
    check("nothing is overwritten", run("export", db, "folded", "-o", target).returncode == 2 and open(target).read() == "mine")
    check("no half file is left", run("export", db, "pprof", "--profile", "99999999", "-o", target + "2").returncode == 2 and not [n for n in os.listdir(work) if n.startswith("there2")])


def hostile(db):
    """Texts of a stranger's cluster go through every export."""
    copy = os.path.join(work, "hostile.db")
    shutil.copy(db, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE container SET namespace = ?, container = ?", ('n"s\\\n: - {', "c'\u202e\x1b#\n  - x"))
        connection.execute("UPDATE function SET name = name || ?", (';x" \n',))
        connection.execute("UPDATE series SET labels = ? WHERE source = 'prometheus'", ('{"a-b":"q\\"\\\\\\n","a_b":"twice","0":"digit","pod":"other"}',))
        connection.execute("UPDATE series SET name = name || '-\u00e4 {' WHERE series_id % 2 = 0 AND source = 'prometheus'")
    for kind in ("pprof", "folded", "speedscope", "openmetrics", "ndjson", "rules", "rules_test", "datasette"):
        export(copy, kind)
    check("folded lines stay lines", all(re.fullmatch(r".* \d+", line) for line in export(copy, "folded").decode().split("\n")[:-1]))
    json.loads(export(copy, "speedscope"))
    if there("promtool"):
        for kind, command in (("rules", ["check", "rules"]), ("openmetrics", ["tsdb", "create-blocks-from", "openmetrics"])):
            path = os.path.join(work, "hostile." + kind)
            export(copy, kind, "-o", path)
            done = subprocess.run(["promtool", *command, path] + ([path + ".blocks"] if kind == "openmetrics" else []), capture_output=True, text=True)
            check("promtool takes hostile names in %s" % kind, done.returncode == 0, done.stderr + done.stdout)


with tempfile.TemporaryDirectory() as work:
    dbs = {}
    for bundle in ("heapleak.tar.gz", "healthy.tar.gz", "pagecache.tar.zst"):
        name = bundle.split(".")[0]
        dbs[name] = os.path.join(work, name + ".db")
        run("import", os.path.join(data, "incidents", bundle), "-o", dbs[name], check=True)
        if name == "heapleak":
            shutil.copy(dbs[name], os.path.join(work, "raw.db"))
        run("analyze", dbs[name], check=True)
    leak = dbs["heapleak"]
    pprof(leak)
    stacks(leak)
    for name, db in dbs.items():
        openmetrics(db, name)
    facts(leak)
    rules(leak, dbs["healthy"])
    datasette(leak)
    schema_reference(leak)
    usage(leak, os.path.join(work, "raw.db"))
    hostile(leak)
    before = open(leak, "rb").read()
    for kind in ("pprof", "folded", "speedscope", "openmetrics", "ndjson", "rules", "rules_test", "datasette"):
        check("%s: the same bytes twice" % kind, export(leak, kind) == export(leak, kind))
    check("the incident is as it was", open(leak, "rb").read() == before)
print("export: %d failures" % failures)
sys.exit(failures > 0)
