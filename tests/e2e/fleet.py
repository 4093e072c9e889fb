#!/usr/bin/env python3
"""The fact tables in a real PostgreSQL: fleet.py GOMORTEM SOURCE. The server is Debian's, on loopback, in a temporary folder."""
import glob, json, os, pwd, re, secrets, shutil, socket, subprocess, sys, tempfile

tool, source = map(os.path.abspath, sys.argv[1:3])
fleet, failures = os.path.join(source, "reports", "fleet"), 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


def job():
    """The command of the Kubernetes job: together the shards do every bundle, each once."""
    text = open(os.path.join(fleet, "kubernetes-job.yaml")).read()
    command = re.search(r"- (exec gomortem batch .*)", text).group(1)
    shards = int(re.search(r"completions: (\d+)", text).group(1))
    check("as many shards as completions", re.search(r'name: SHARDS\s+value: "(\d+)"', text).group(1) == str(shards))
    with tempfile.TemporaryDirectory() as work:
        bundles, results = os.path.join(work, "bundles"), os.path.join(work, "results")
        os.mkdir(bundles)
        os.mkdir(results)
        names = ("heapleak.tar.gz", "healthy.tar.gz", "smalllimit.tar.gz", "tmpfs.tar.gz")
        for name in names:
            shutil.copy(os.path.join(source, "testdata", "incidents", name), bundles)
        command = command.replace("exec gomortem", "exec '%s'" % tool).replace("/bundles", bundles).replace("/results", results)
        done = [subprocess.run(["sh", "-ec", command], capture_output=True, text=True, env=dict(os.environ, JOB_COMPLETION_INDEX=str(i), SHARDS=str(shards))) for i in range(shards)]
        check("every shard ends well", all(d.returncode == 0 for d in done), [(d.returncode, d.stderr) for d in done])
        lines = [json.loads(line) for d in done for line in d.stdout.splitlines()]
        made = glob.glob(os.path.join(results, "*", "*", "incident.db"))
        check("the shards share the bundles", len(lines) == len(made) == len(names), (len(lines), made))


job()
servers = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(p.split("/")[-2]))
if not servers or not shutil.which("psql"):
    print("SKIP  postgresql is not installed")
    sys.exit(1 if failures else 77)


def server_user():
    """PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return {}
    names = [n for n in ("postgres", "nobody") if n in {p.pw_name for p in pwd.getpwall()}]
    owner = pwd.getpwnam(names[0])
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


class Server:
    def __init__(self, work):
        self.user, self.work = server_user(), os.path.join(work, "server")
        os.mkdir(self.work)
        password = secrets.token_hex(16)
        secret = os.path.join(self.work, "password")
        open(secret, "w").write(password)
        if self.user:
            os.chmod(work, 0o711)
            for path in (self.work, secret):
                os.chown(path, self.user["user"], self.user["group"])
        self.data = os.path.join(self.work, "data")
        self.call("initdb", "-D", self.data, "-U", "tester", "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--locale=C", "--no-sync")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.call("pg_ctl", "-D", self.data, "-w", "-t", "120", "-l", os.path.join(self.work, "log"), "-o",
                  "-c listen_addresses=127.0.0.1 -c fsync=off -p %d -k %s" % (port, self.work), "start")
        self.environment = dict(os.environ, PGHOST="127.0.0.1", PGPORT=str(port), PGUSER="tester", PGPASSWORD=password, PGDATABASE="postgres")

    def call(self, program, *arguments):
        done = subprocess.run([os.path.join(servers[-1], program), *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self.work, **self.user)
        if done.returncode != 0:
            raise RuntimeError("%s: %s" % (program, done.stderr))

    def ask(self, sql):
        done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql], capture_output=True, text=True, env=self.environment)
        check("PostgreSQL takes: %s" % sql[:60], done.returncode == 0, done.stderr)
        return done.stdout.splitlines()

    def load(self, *folders):
        return subprocess.run(["sh", os.path.join(fleet, "load-postgresql.sh"), *folders], capture_output=True, text=True, env=self.environment)

    def stop(self):
        self.call("pg_ctl", "-D", self.data, "-m", "immediate", "stop")


TABLES = ("incidents", "findings", "evidence", "mem_window", "gc_window", "profile_top")


def export(bundle, folder, work):
    db = os.path.join(work, bundle.split(".")[0] + ".db")
    subprocess.run([tool, "import", os.path.join(source, "testdata", "incidents", bundle), "-o", db], check=True)
    subprocess.run([tool, "analyze", db], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([tool, "export", db, "csv", "-o", folder], check=True)
    rows = {t: [] for t in TABLES}
    for line in subprocess.run([tool, "export", db, "ndjson"], capture_output=True, text=True, check=True).stdout.splitlines():
        row = json.loads(line)
        rows[row.pop("fact")].append(row)
    return rows


def same(a, b):
    return abs(a - b) <= 1e-9 * abs(a) if isinstance(a, float) and isinstance(b, (int, float)) else a == b


def compare(server, table, wanted):
    """Every row, as PostgreSQL gives it back, against the NDJSON of the same incident."""
    got = [json.loads(line) for line in server.ask("SELECT row_to_json (t) FROM gomortem.%s t" % table)]
    key = lambda row: json.dumps({k: v for k, v in row.items() if not isinstance(v, float) and not k.endswith(("_ms", "_pct")) and k not in ("value", "confidence", "bytes_per_min")}, sort_keys=True)
    got, wanted = sorted(got, key=key), sorted(wanted, key=key)
    check("%s: as many rows" % table, len(got) == len(wanted), (len(got), len(wanted)))
    wrong = [(g, w) for g, w in zip(got, wanted) if set(g) != set(w) or not all(same(w[k], g[k]) or same(float(w[k] or 0), g[k]) and isinstance(w[k], (int, float)) for k in w)]
    check("%s: the same values" % table, not wrong, wrong[:1])


def tables_match(server):
    """The other engines' tables have the columns that the facts have."""
    for table in TABLES:
        columns = server.ask("SELECT column_name FROM information_schema.columns WHERE table_schema = 'gomortem' AND table_name = '%s' ORDER BY ordinal_position" % table)
        clickhouse = re.search(r"gomortem\.%s \((.*?)\n\) ENGINE" % table, open(os.path.join(fleet, "clickhouse.sql")).read(), re.S).group(1)
        check("clickhouse.sql has the columns of %s" % table, re.findall(r"(\w+) (?:Nullable|Int64|Float64|String)", clickhouse) == columns, clickhouse)
        duckdb = re.search(r"VIEW %s AS .*?\{(.*?)\}" % table, open(os.path.join(fleet, "duckdb.sql")).read(), re.S).group(1)
        check("duckdb.sql has the columns of %s" % table, re.findall(r"'(\w+)':", duckdb) == columns, duckdb)


with tempfile.TemporaryDirectory() as work:
    folders = [os.path.join(work, "facts %d's" % i) for i in range(2)]
    rows = [export(bundle, folder, work) for bundle, folder in zip(("heapleak.tar.gz", "pagecache.tar.zst"), folders)]
    server = Server(work)
    try:
        first = server.load(folders[0])
        check("an incident is loaded", first.returncode == 0, first.stderr)
        both = server.load(*folders)
        check("it and another one are loaded", both.returncode == 0, both.stderr)
        for table in TABLES:
            compare(server, table, rows[0][table] + rows[1][table])
        check("the view has one row an incident", server.ask("SELECT cause FROM gomortem.latest ORDER BY cause") == sorted(r["cause"] for one in rows for r in one["incidents"]))
        for statement in open(os.path.join(fleet, "postgresql-queries.sql")).read().split(";"):
            if "SELECT" in statement:
                check("a shipped question answers rows", server.ask(statement), statement)
        tables_match(server)
        broken = os.path.join(work, "broken")
        shutil.copytree(folders[1], broken)
        for name in os.listdir(broken):
            text = open(os.path.join(broken, name)).read().replace(rows[1]["incidents"][0]["incident_id"], "torn")
            open(os.path.join(broken, name), "w").write(text[:len(text) // 2] if name == "profile_top.csv" or name == "gc_window.csv" else text)
        torn = server.load(broken)
        check("a torn file is refused as a whole", torn.returncode != 0 and server.ask("SELECT count (*) FROM gomortem.findings WHERE incident_id = 'torn'") == ["0"], torn.stderr)
        check("a folder without facts is a usage error", server.load(work).returncode == 2)
    finally:
        server.stop()
print("fleet: %d failures" % failures)
sys.exit(failures > 0)
