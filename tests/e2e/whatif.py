#!/usr/bin/env python3
"""The command `whatif`: whatif.py GOMORTEM TESTDATA. Formats, questions of the user, refusals; nothing is written."""
import csv, hashlib, io, json, os, sqlite3, subprocess, sys, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import json_schema

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SCHEMA = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "reports", "docs", "whatif.schema.json")))
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:800]))
    failures += not ok


def whatif(*arguments):
    return subprocess.run([tool, "whatif", *arguments], capture_output=True, text=True, timeout=120)


def answer(*arguments):
    done = whatif(*arguments, "--format", "json")
    check("%s: exits with 0" % (arguments,), done.returncode == 0, done.stderr)
    result = json.loads(done.stdout)
    wrong = json_schema.errors(result, SCHEMA)
    check("%s: fits the schema" % (arguments,), not wrong, wrong[:3])
    return result["containers"][0]


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest()


def formats(db):
    before = digest(db)
    c = answer(db)
    check("too high a GOGC is to be changed", c["advice"]["action"] == "change" and c["advice"]["recommended"]["gogc"] == 100, c["advice"])
    check("the price is told", c["advice"]["gc_cpu_pct"] > c["advice"]["gc_cpu_now_pct"], c["advice"])
    text = whatif(db).stdout
    check("the text says it", c["advice"]["summary"].split(":")[0] in " ".join(text.split()) and "What this cannot tell" in text, text[:300])
    check("sizes are Go's", "MiB" in text and "GOMEMLIMIT=" in text and "Mi " not in text.replace("MiB", ""))
    check("no line is wider than a terminal of 132", max(map(len, text.splitlines())) <= 132)
    rows = list(csv.DictReader(io.StringIO(whatif(db, "--format", "csv").stdout)))
    check("CSV has the grid", len(rows) == len(c["settings"]) == 72, (len(rows), len(c["settings"])))
    check("CSV and JSON agree", [int(r["peak_bytes"]) for r in rows] == [s["peak_bytes"] for s in c["settings"]])
    markdown = whatif(db, "--format", "markdown").stdout
    check("Markdown has a table for each", markdown.count("| GOGC |") == 2, markdown[:200])
    check("twice the same", whatif(db).stdout == text)
    check("nothing was written", digest(db) == before)


def questions(db):
    before = digest(db)
    asked = answer(db, "--gogc", "100,off", "--memlimit", "none,200MiB", "--limit", "300MiB,1GiB")["settings"]
    lives = {s["life"] for s in asked}
    check("each combination for each life", len(asked) == 8 * len(lives), len(asked))
    pick = {(s["gogc"], s["memlimit_bytes"], s["limit_bytes"]): s for s in asked if s["life"] == min(lives)}
    check("off and no limit is killed", pick[(-1, None, 300 << 20)]["verdict"] == "killed" and pick[(-1, None, 300 << 20)]["killed"])
    check("a larger limit is not", pick[(-1, None, 1 << 30)]["killed"] is None, pick[(-1, None, 1 << 30)])
    check("GOMEMLIMIT holds it", pick[(-1, 200 << 20, 300 << 20)]["peak_bytes"] < pick[(-1, None, 300 << 20)]["peak_bytes"])
    check("the interval holds the time", pick[(-1, None, 300 << 20)]["killed_from"] <= pick[(-1, None, 300 << 20)]["killed"])
    only = answer(db, "--gogc", "100")["settings"]
    check("what is not named stays as it was", all(s["memlimit_bytes"] is None and s["limit_bytes"] == 300 << 20 for s in only), only[:1])
    check("nothing was written", digest(db) == before)
    for bad in (["--gogc", "0"], ["--gogc", "x"], ["--gogc", ""], ["--memlimit", "200Mi"], ["--memlimit", "0.5GiB"], ["--limit", "none"], ["--limit", "-1"], ["--limit", "9" * 30],
                ["--gogc", ",".join(["1"] * 65)], ["--format", "html"]):
        done = whatif(db, *bad)
        check("%s is refused" % bad, done.returncode == 2 and done.stderr and not done.stdout, done)
    check("a database must be named", whatif().returncode == 2)


def other_bundles(work):
    leak = answer(data + "/incidents/heapleak.tar.gz")
    check("a leak gets no setting", leak["advice"]["action"] == "no_setting_helps" and leak["advice"]["delayed"] > leak["advice"]["killed"], leak["advice"])
    check("nothing is safe under a leak", {s["verdict"] for s in leak["settings"]} <= {"delays", "killed", "thrash"})
    check("a native leak neither", answer(data + "/incidents/nativeleak.tar.xz")["advice"]["action"] == "no_setting_helps")
    check("a healthy service keeps its setting", answer(data + "/incidents/healthy.tar.gz")["advice"]["action"] == "keep")
    small = answer(data + "/incidents/smalllimit.tar.gz")["advice"]
    check("a limit too small: a smaller GOGC, or a larger limit", small["action"] in ("change", "raise_limit") and small["margin_bytes"] > 0, small)
    out = work + "/whatif.md"
    check("-o writes a file", whatif(data + "/incidents/healthy.tar.gz", "--format", "markdown", "-o", out).returncode == 0 and os.path.getsize(out) > 500)
    check("and does not overwrite it", whatif(data + "/incidents/healthy.tar.gz", "-o", out).returncode == 2)


def stored(db):
    con = sqlite3.connect(db)
    one = lambda sql: con.execute(sql).fetchone()[0]
    check("the view has the grid and the setting in force", one("SELECT count(*) FROM whatif WHERE status = 'validated'") == 73 * one("SELECT count(*) FROM whatif_input WHERE status = 'validated'"))
    check("validated lives are within 10 %", one("SELECT count(*) FROM whatif_input WHERE status = 'validated' AND heap_error_pct > 10") == 0)
    check("what was killed within the record was killed in time", one("SELECT count(*) FROM whatif w JOIN whatif_input i USING (container_id, life) WHERE w.killed AND NOT w.killed_ns BETWEEN i.from_ns AND i.to_ns") == 0)
    check("more garbage is more memory", one("SELECT (SELECT peak_bytes FROM whatif WHERE life = 1 AND gogc = 800 AND memlimit_bytes IS NULL AND NOT in_force) > "
                                             "(SELECT peak_bytes FROM whatif WHERE life = 1 AND gogc = 100 AND memlimit_bytes IS NULL)") == 1)
    check("and less CPU", one("SELECT (SELECT gc_cpu_pct FROM whatif WHERE life = 1 AND gogc = 800 AND memlimit_bytes IS NULL AND NOT in_force) < "
                              "(SELECT gc_cpu_pct FROM whatif WHERE life = 1 AND gogc = 25 AND memlimit_bytes IS NULL)") == 1)


with tempfile.TemporaryDirectory() as folder:
    made = subprocess.run([tool, "run", data + "/incidents/gogc800.tar.gz", "-o", folder + "/out", "--format", "html"], capture_output=True, text=True)
    db = folder + "/out/incident.db"
    check("run makes an incident", os.path.exists(db), made)
    formats(db)
    questions(db)
    other_bundles(folder)
    stored(db)
    page = open(folder + "/out/report.html").read()
    check("the report has the section", 'id="whatif"' in page and "What this cannot tell" in page and "w-killed" in page and "w-here" in page)
print("whatif: %d failures" % failures)
sys.exit(failures > 0)
