#!/usr/bin/env python3
"""Databases that a stranger made: untrusted.py GOMORTEM TESTDATA.

Every column of every table gets values that its type forbids or that nobody expects, pages are damaged, schemas changed. A
command may refuse the file in one sentence or answer from it; it may not crash, hang, write to the file while it reads, or
print what a terminal, a workflow or a browser would obey. GM_UNTRUSTED=all takes every value for every table."""
import os, random, re, shutil, sqlite3, subprocess, sys, tempfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
whole = os.environ.get("GM_UNTRUSTED") == "all"
failures = runs = 0
rng = random.Random(5)
MEMBERS = {"log_plain/gctrace_go1.18": "pods/shop/app.log", "prom_text/scrape": "metrics/scrape.prom", "pprof/heap": "pprof/heap.pb", "k8s_object/pod": "pod.json",
           "log_plain/oom_5.10_ctime_multiline": "dmesg.txt", "cgroup_file/v2_stat": "cgroup/memory.stat", "goroutine_dump/debug2": "goroutines.txt", "proc_smaps/go1.22": "proc/1/smaps"}
TEXT = "x\x00y\x1b[31m\n::error::planted\n<script>planted()</script>=cmd()\u202e"
VALUES = {"null": None, "smallest": -2**63, "largest": 2**63 - 1, "infinite": float("inf"), "tiny": 5e-324, "text": TEXT, "long text": "A" * 3000000, "blob": b"\xff\x00" * 40,
          "wrong text": b"\xc3\x28\xff".decode("latin-1"), "empty": "", "number as text": "0x7fffffffffffffff", "minus": -1, "zero": 0, "json": '{"a":[[[[1e999]]]]}'}
COMMANDS = (["analyze", "DB"], ["analyze", "--format", "json", "DB"], ["analyze", "--format", "github", "DB"], ["report", "-f", "--format", "html,markdown,sarif,junit,gitlab,json", "-o", "OUT", "DB"], ["query", "DB", "timeline"],
            ["query", "--format", "json", "DB", "SELECT * FROM findings"], ["export", "DB", "ndjson"], ["export", "-f", "-o", "FILE", "DB", "pprof"], ["export", "DB", "folded"],
            ["export", "DB", "openmetrics"], ["export", "DB", "rules"])


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[-1500:]))
    failures += not ok


def make(work):
    bundle, db = os.path.join(work, "bundle"), os.path.join(work, "good.db")
    for name, path in MEMBERS.items():
        target = os.path.join(bundle, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(os.path.join(data, "formats", name + ".in"), target)
    subprocess.run([tool, "import", bundle, "-o", db], check=True)
    subprocess.run([tool, "analyze", db], check=True, stdout=subprocess.DEVNULL)
    return db


def writer(db):
    """Each statement counts at once; nobody waits for the disk."""
    base = sqlite3.connect(db, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA journal_mode = MEMORY")
    return base


def plant(db, sql):
    """Runs sql on a schema without its checks, and puts the schema back."""
    base = writer(db)
    page_size = base.execute("PRAGMA page_size").fetchone()[0]
    rows = base.execute("SELECT rowid, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    base.execute("PRAGMA writable_schema = ON")
    for rowid, text in rows:
        loose = re.sub(r"\bCHECK\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", "", text or "")
        loose = re.sub(r"\)\s*STRICT\s*$", ")", re.sub(r"STRICT\s*,\s*", "", re.sub(r",\s*STRICT\b", "", loose)))
        loose = re.sub(r"\bNOT NULL\b", "", loose)
        base.execute("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?", (loose, rowid))
    base.close()
    base = writer(db)
    try:
        sql(base)
    finally:
        base.execute("PRAGMA writable_schema = ON")
        for rowid, text in rows:
            base.execute("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?", (text, rowid))
        base.close()
    return page_size


def columns(db):
    base = sqlite3.connect(db)
    found = {}
    for (table,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"):
        if base.execute("SELECT count(*) FROM %s" % table).fetchone()[0]:
            found[table] = [(r[1], r[5]) for r in base.execute("PRAGMA table_info(%s)" % table)]
    base.close()
    return found


def run(command, db, what):
    global runs
    runs += 1
    folder = os.path.dirname(db)
    names = {"DB": db, "OUT": os.path.join(folder, "out"), "FILE": os.path.join(folder, "out.pb.gz")}
    before = open(db, "rb").read()
    try:
        done = subprocess.run([tool, *(names.get(a, a) for a in command)], capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        check("%s: %s ends" % (what, command), False)
        return
    text = done.stderr.decode(errors="replace")
    check("%s: %s exits as it should" % (what, command), done.returncode in (0, 1, 2), (done.returncode, text))
    check("%s: %s says one thing" % (what, command), done.returncode == 0 or (text.startswith("gomortem: ") and text.count("\n") <= 1), text)
    check("%s: %s has no escape" % (what, command), b"\x1b" not in done.stderr + (done.stdout if command[1] != "ndjson" else b""), done.stdout[:300])
    if "github" in command:
        lines = done.stdout.decode(errors="replace").splitlines()
        check("%s: nothing planted is a command" % what, not any(line.startswith("::error::planted") for line in lines), lines[:5])
    if command[0] != "analyze":
        check("%s: %s does not write" % (what, command), open(db, "rb").read() == before)
    page = os.path.join(folder, "out", "report.html")
    if command[0] == "report" and done.returncode == 0:
        check("%s: the page has no planted script" % what, "<script>planted" not in open(page, encoding="utf-8").read())


def try_all(db, what, few):
    for command in rng.sample(COMMANDS, 2) if few else COMMANDS:
        run(command, db, what)


def values(good, work):
    db = os.path.join(work, "v.db")
    for table, all_columns in columns(good).items():
        for name in list(VALUES) if whole else rng.sample(list(VALUES), 2):
            shutil.copy(good, db)

            def sql(base, table=table, all_columns=all_columns, name=name):
                for column, key in all_columns:
                    if key and name not in ("null", "largest"):
                        continue  # rowids are integers whatever is done; one key alone can have the value
                    where = "" if not key and name != "long text" else " WHERE rowid = (SELECT max(rowid) FROM %s)" % table
                    try:
                        base.execute("UPDATE %s SET %s = ?%s" % (table, column, where), (VALUES[name],))
                    except sqlite3.Error:
                        pass  # a constraint that was not taken off

            plant(db, sql)
            try_all(db, "%s of %s" % (name, table), not whole)


def pages(good, work):
    db, content = os.path.join(work, "p.db"), open(good, "rb").read()
    for number in range(400 if whole else 12):
        damaged = bytearray(content)
        for _ in range(rng.choice((1, 8, 200))):
            at = rng.randrange(100, len(damaged))
            damaged[at] = rng.randrange(256)
        if number % 5 == 0:
            page = rng.randrange(1, len(damaged) // 4096) * 4096
            damaged[page:page + 4096] = bytes(4096) if number % 2 else damaged[4096:8192]
        open(db, "wb").write(damaged)
        try_all(db, "damaged pages %d" % number, not whole)


def schemas(good, work):
    """Anything in the schema that is not ours is refused before it is used."""
    db = os.path.join(work, "s.db")
    bomb = "CREATE VIEW timeline AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    for sql in ("DROP VIEW timeline; " + bomb, "CREATE TRIGGER t AFTER DELETE ON finding BEGIN DELETE FROM sample; END", "CREATE VIRTUAL TABLE planted USING fts5 (x)", "CREATE TABLE planted (x)",
                "CREATE INDEX planted ON sample (value)", "DROP TABLE setting", "ALTER TABLE setting ADD COLUMN planted TEXT", "PRAGMA user_version = 7", "PRAGMA application_id = 1", "PRAGMA journal_mode = WAL",
                "CREATE VIEW planted AS SELECT load_extension ('x')"):
        shutil.copy(good, db)
        base = sqlite3.connect(db, isolation_level=None)
        base.executescript(sql)
        base.close()
        for command in COMMANDS if whole else rng.sample(COMMANDS, 3):
            done = subprocess.run([tool, *({"DB": db, "OUT": os.path.join(work, "out"), "FILE": os.path.join(work, "out.pb.gz")}.get(a, a) for a in command)], capture_output=True, timeout=60)
            check("refused: %s: %s" % (sql, command), done.returncode == 2 and done.stderr.count(b"\n") == 1, done)


with tempfile.TemporaryDirectory() as work:
    good = make(work)
    schemas(good, work)
    pages(good, work)
    values(good, work)
print("untrusted: %d runs, %d failures" % (runs, failures))
sys.exit(failures > 0)
