#!/usr/bin/env python3
"""The limits of the command line, each with a bundle that passes it and one that does not: limits.py GOMORTEM TESTDATA."""
import gzip, io, os, sqlite3, subprocess, sys, tarfile, tempfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
failures = 0
sanitized = b"__asan_init" in open(tool, "rb").read()
CYCLE = "gc %d @%d.000s 1%%: 0.1+1.0+0.1 ms clock, 0.4+0.1/0.2/0.3+0.4 ms cpu, 4->5->3 MB, 6 MB goal, 0 MB stacks, 0 MB globals, 4 P\n"


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1000]))
    failures += not ok


def call(*arguments, stdin=None):
    return subprocess.run([tool, *arguments], capture_output=True, input=stdin, timeout=300)


def log(cycles, before=0):
    return "".join(CYCLE % (i + 1, i) for i in range(before, before + cycles)).encode()


def series(count):
    return b"# TYPE go_goroutines gauge\n" + b"".join(b'go_goroutines{namespace="a",pod="b",container="c",n="%d"} 1 1795424362000\n' % i for i in range(count))


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1795424400
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def rows(db, sql):
    connection = sqlite3.connect(db)
    answer = connection.execute(sql).fetchall()
    connection.close()
    return answer


def profile(name):
    return open(os.path.join(data, "profiles", name), "rb").read()


# option, value, a bundle that passes it, what is said, what is kept all the same
CASES = [
    ("--max-bytes", "4K", tar([("a.log", log(5)), ("b.log", log(90))]), "the bundle holds more than 4096 bytes in all", "SELECT count(*) >= 5 FROM gc_cycle"),
    ("--max-ratio", "9", tar([("a.log", log(5)), ("b.gz", gzip.compress(b"\n" * (17 << 20)))]), "decompresses to more than 9 times its size", "SELECT count(*) = 5 FROM gc_cycle"),
    ("--max-members", "2", tar([("%d.log" % i, log(5, 9 * i)) for i in range(4)]), "more than 2 members", "SELECT count(*) = 10 FROM gc_cycle"),
    ("--max-depth", "2", tar([("a.log", log(5)), ("b.tar", tar([("c.log.gz", gzip.compress(log(9)))]))]), "packed more than 2 times", "SELECT count(*) = 5 FROM gc_cycle"),
    ("--max-member-bytes", "1K", tar([("a.log", log(5)), ("b.log", log(90))]), "larger than 1024 bytes", "SELECT count(*) >= 5 FROM gc_cycle"),
    ("--max-line-bytes", "256", tar([("a.log", log(5) + b"x" * 5000 + b"\n" + log(5)[:1000])]), "longer than 256 bytes", "SELECT count(*) >= 5 FROM gc_cycle"),
    ("--max-strings", "9", tar([("a.log", log(5)), ("heap.pb.gz", profile("heap.pb.gz"))]), "string(s) beyond the limit", "SELECT count(*) = 5 FROM gc_cycle"),
    ("--max-series", "3", tar([("a.log", log(5)), ("m.prom", series(9))]), "limit of 3 series", "SELECT count(*) = 3 FROM sample"),
    ("--max-stacks", "3", tar([("a.log", log(5)), ("heap.pb.gz", profile("heap.pb.gz"))]), "limit of 3 locations", "SELECT count(*) = 5 FROM gc_cycle"),
]


def limits(work):
    for option, value, bundle, text, kept in CASES:
        path, free, held = (os.path.join(work, name) for name in ("bundle.tar", "free.db", "held.db"))
        open(path, "wb").write(bundle)
        check("%s lets pass what is usual" % option, call("import", "-f", path, "-o", free).returncode == 0)
        usual = rows(free, "SELECT text FROM diagnostic WHERE text LIKE '%%%s raises it%%'" % option)
        check("%s is silent then" % option, not usual or option == "--max-ratio", usual)
        done = call("import", "-f", "--strict", option, value, path, "-o", held)
        said = rows(held, "SELECT severity, text FROM diagnostic WHERE text LIKE '%%%s raises it%%'" % option) if os.path.exists(held) else []
        check("%s says its name and value" % option, any(text in line for _, line in said), (done, said))
        check("%s keeps the rest" % option, rows(held, kept) == [(1,)], rows(held, "SELECT * FROM import_log"))
        loss = 4 if any(severity == "error" for severity, _ in said) else 0
        check("%s is a loss where it is one" % option, done.returncode == loss, (done, said))
        ids = [rows(db, "SELECT incident_id FROM incident") for db in (free, held)]
        check("%s is part of the incident's id" % option, ids[0] != ids[1], ids)
        name = option[len("--max-"):].replace("-", "_")
        check("%s is among the options" % option, name in rows(held, "SELECT options FROM incident")[0][0] or name in ("bytes",), rows(held, "SELECT options FROM incident"))
        os.unlink(held)
    alone = call("import", "-f", "--max-ratio", "9", "-", "-o", held, stdin=gzip.compress(b"\n" * (17 << 20)))
    check("a bomb alone is unusable", alone.returncode == 2 and alone.stderr.count(b"\n") == 1 and not os.path.exists(held), alone)


def everywhere(work):
    path = os.path.join(work, "bundle.tar")
    open(path, "wb").write(tar([("%d.log" % i, log(5, 9 * i)) for i in range(4)]))
    for command in (["run", "-o", os.path.join(work, "run")], ["analyze"], ["report", "-o", os.path.join(work, "report")], ["batch"], ["query"], ["export"]):
        tail = {"query": ["SELECT text FROM diagnostic"], "export": ["ndjson", "--table", "incidents"]}.get(command[0], [])
        done = call(*command, "--max-members", "2", path, *tail)
        check("%s takes limits" % command[0], done.returncode == 0, done)
    for wrong in (["--max-memory", "63M"], ["--max-bytes", "0"], ["--max-bytes", "12X"], ["--max-bytes", "-1"], ["--max-depth", "1K"], ["--max-depth", "9999999999"],
                  ["--max-bytes", "9999999T"], ["--max-bytes", ""], ["--max-bytes", "18446744073709551617"]):
        done = call("import", "-f", *wrong, path, "-o", os.path.join(work, "x.db"))
        check("refused: %s" % wrong, done.returncode == 2 and done.stderr.count(b"\n") == 1 and wrong[0].encode() in done.stderr, done)
    for good in ("1G", "1GiB", "1g", "1024M", "1073741824"):
        done = call("import", "-f", "--max-bytes", good, path, "-o", os.path.join(work, "x.db"))
        check("a size: %s" % good, done.returncode == 0 and '"total_bytes":1073741824' in rows(os.path.join(work, "x.db"), "SELECT options FROM incident")[0][0], done)


def memory(work):
    """Many names of containers are in memory at once when they are settled: that outgrows the least that can be set."""
    if sanitized:
        print("SKIP  the system's bound on memory cannot hold with sanitizers")
        return
    metrics = b"# TYPE go_goroutines gauge\n" + b"".join(b'go_goroutines{namespace="n%d",pod="pod-%d",container="c"} 1 1795424362000\n' % (i % 9, i) for i in range(250000))
    folder = os.path.join(work, "memory")
    os.mkdir(folder)
    db = os.path.join(folder, "x.db")
    done = call("import", "--max-memory", "64M", "-", "-o", db, stdin=metrics)
    check("memory that is out is one sentence", done.returncode == 1 and done.stderr.count(b"\n") == 1 and b"--max-memory" in done.stderr, done)
    check("and leaves nothing", os.listdir(folder) == [], os.listdir(folder))
    done = call("import", "--max-memory", "256M", "-", "-o", db, stdin=metrics)
    check("four times that is enough", done.returncode == 0, done)


def a_million_series(work):
    """The usual limit, reached by one scrape: as many are kept, the rest is told, also within little memory."""
    if sanitized:
        print("SKIP  a million series take minutes with sanitizers")
        return
    text = b"# TYPE go_goroutines gauge\n" + b"".join(b'go_goroutines{namespace="n",pod="p",container="c",shard="%d"} 1 1795424362000\n' % i for i in range(1000010))
    db = os.path.join(work, "million.db")
    for memory, kept, why in (("1G", 1000000, "limit of 1000000 series is reached; --max-series"), ("256M", None, "too little for its series: the rest was left out; --max-memory")):
        done = call("import", "-f", "--max-memory", memory, "-", "-o", db, stdin=text)
        series, samples, told = rows(db, "SELECT (SELECT count(*) FROM series), (SELECT count(*) FROM sample), (SELECT group_concat(text, '; ') FROM diagnostic)")[0]
        check("a million series within %s" % memory, done.returncode == 0 and series == samples and (series == kept if kept else series > 100000) and why in told, (done, series, samples, told))


with tempfile.TemporaryDirectory() as work:
    limits(work)
    everywhere(work)
    memory(work)
    a_million_series(work)
print("limits: %d failures" % failures)
sys.exit(failures > 0)
