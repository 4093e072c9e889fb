#!/usr/bin/env python3
"""The command `query`: query.py GOMORTEM TESTDATA. Every shipped query on real incidents, and what must be refused."""
import csv, io, json, os, signal, sqlite3, subprocess, sys, tempfile, time

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, detail))
    failures += not ok


def query(*arguments):
    return subprocess.run([tool, "query", *arguments], capture_output=True, timeout=120)


def shipped_queries(db, name, must_answer):
    names = [line.split()[0] for line in query("--list").stdout.decode().splitlines()]
    check("there are at least 15 queries", len(names) >= 15, names)
    for n in names:
        done = query(db, n, "--format", "json")
        check("%s: %s exits with 0" % (name, n), done.returncode == 0, done.stderr)
        rows = json.loads(done.stdout)
        check("%s: %s answers rows" % (name, n), rows or n not in must_answer)
        table = list(csv.reader(io.StringIO(query(db, n, "--format", "csv").stdout.decode())))
        check("%s: %s has as many rows in CSV" % (name, n), len(table) == len(rows) + 1, len(table))
        people = query(db, n).stdout.decode().splitlines()
        check("%s: %s has as many rows for people" % (name, n), len(people) == len(rows) + 2, len(people))


def parts_add_up(db):
    rows = json.loads(query(db, "waterfall", "--format", "json").stdout)
    usage = sum(r["mib"] for r in rows if r["part"] == "cgroup usage")
    parts = sum(r["mib"] for r in rows if r["part"] != "cgroup usage")
    check("the waterfall's parts add up to usage", abs(usage - parts) < 0.02 * len(rows), (usage, parts))
    early = json.loads(query(db, "waterfall", "--format", "json", "--at", "2026-11-23T08:59:37Z").stdout)
    check("--at chooses the time", early and early[0]["at"].startswith("2026-11-23T08:59:3"), early[:1])
    one = json.loads(query(db, "evidence", "--like", "go_live%", "--format", "json").stdout)
    check("--like narrows", one and all(r["rule"] == "go_live_leak" for r in one), one[:1])


def refusals(db):
    before = open(db, "rb").read()
    for sql in ("DELETE FROM life", "CREATE TABLE x (a)", "ATTACH 'y' AS y", "PRAGMA journal_mode = WAL", "SELECT load_extension ('x')",
                "SELECT writefile ('x', 'y')", "SELECT 1; SELECT 2", "SELECT", "", "nosuchquery", "SELECT * FROM nothing"):
        done = query(db, sql)
        check("refused: " + sql, done.returncode == 2 and done.stderr.startswith(b"gomortem: ") and not done.stdout, (done.returncode, done.stderr))
    check("the file is as it was", open(db, "rb").read() == before)
    for arguments in ((db, "verdicts", "--format", "xml"), (db, "waterfall", "--at", "noon"), (db,) * 3, ("/nonexistent", "verdicts")):
        check("usage: %s" % (arguments,), query(*arguments).returncode == 2)


def hostile_texts(db):
    names = ["::error::x", "##[error]x", "=1+1", "+x", "-x", "@x", "a,b", 'say "x"', "two\nlines", "two\n ::error::x", "\x1b[31mred", "\u202eright to left", "x" * 1000, ""]
    sql = "SELECT * FROM (VALUES %s)" % ", ".join("('%s')" % n for n in names)
    back = [r[0] for r in csv.reader(io.StringIO(query(db, sql, "--format", "csv").stdout.decode(), newline="")) if r][1:]
    wanted = ["'" + n if n[:1] in ("=", "+", "-", "@") else n.replace("::e", "\ufffd:e").replace("##[", "\ufffd#[") for n in names if n]
    check("CSV gives texts back, formulas and commands without power", back == wanted, back)
    check("JSON gives texts back", [r["column1"] for r in json.loads(query(db, sql, "--format", "json").stdout)] == names)
    table = query(db, sql).stdout.decode()
    check("a terminal gets no control characters", "\x1b" not in table and "\u202e" not in table and "\n::" not in table and "##[" not in table and len(table.splitlines()) == len(names) + 2, table)
    check("--max-rows stops and says so", len(query(db, sql, "--max-rows", "3").stdout.splitlines()) == 5)


def interrupt(db):
    """A question without end, ended by Ctrl-C once the program listens for it."""
    asked = subprocess.Popen([tool, "query", db, "SELECT count (*) FROM sample a, sample b, sample c"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    listens = False
    while not listens and asked.poll() is None:
        time.sleep(0.05)
        caught = [line.split()[1] for line in open("/proc/%d/status" % asked.pid) if line.startswith("SigCgt")]
        listens = bool(caught) and bool(int(caught[0], 16) >> (signal.SIGINT - 1) & 1)
    asked.send_signal(signal.SIGINT)
    errors = asked.communicate(timeout=120)[1]
    check("an interrupt ends with 130", asked.returncode == 130, (asked.returncode, errors))


with tempfile.TemporaryDirectory() as work:
    for bundle, must_answer in (("heapleak", ("verdicts", "growth", "heap_growth", "kills", "gc", "clocks", "settings", "heap_stacks", "profiles")),
                                ("healthy", ("verdicts", "lives", "series", "members", "trends"))):
        db = os.path.join(work, bundle + ".db")
        path = os.path.join(data, "incidents", bundle + ".tar.gz")
        subprocess.run([tool, "import", path, "-o", db], check=True)
        subprocess.run([tool, "analyze", db], check=True, stdout=subprocess.DEVNULL)
        shipped_queries(db, bundle, must_answer)
    db = os.path.join(work, "heapleak.db")
    parts_add_up(db)
    refusals(db)
    hostile_texts(db)
    interrupt(db)
    straight = query(os.path.join(data, "incidents", "healthy.tar.gz"), "verdicts", "--format", "json")
    check("a bundle can be asked too", json.loads(straight.stdout) == json.loads(query(os.path.join(work, "healthy.db"), "verdicts", "--format", "json").stdout))
print("query: %d failures" % failures)
sys.exit(failures > 0)
