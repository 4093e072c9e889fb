#!/usr/bin/env python3
"""Imports large inputs beside reference tools on the same bytes and prints ratios and peak memory.

    tests/bench/import.py GOMORTEM FOLDER [-n RUNS] [--only NAME,...] [--slow]

FOLDER gets the inputs (inputs.py, about 800 MB) when they are not there. A and B run in turn; what is printed are
medians, and a ratio is the median over the pairs. Targets in seconds are compared with processor time, which other
load on the machine changes least; gomortem has one thread. Peak memory is that of the largest single process. References that
are not installed are skipped and named. --slow adds those that take a minute and gigabytes. Never run by ctest.
"""
import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import inputs

MIB = 1 << 20
# A stack's frames are a JSON array, the leaf first: the number behind the bracket.
TOP = """SELECT f.name, sum (p.inuse_bytes) FROM profile_sample p JOIN stack s USING (stack_id)
JOIN location l ON l.location_id = CAST (substr (s.frames, 2) AS INTEGER) JOIN function f USING (function_id)
GROUP BY f.function_id ORDER BY 2 DESC LIMIT 10"""
SCHEMA = "CREATE TABLE sample (series_id INTEGER, t_ns INTEGER, value REAL, PRIMARY KEY (series_id, t_ns)) WITHOUT ROWID"


class Run:
    """One process, timed from outside."""

    def __init__(self, command, folder):
        # not the null device for output: some tools notice it and stop early
        with open(os.devnull, "rb") as null, open(os.path.join(folder, "output"), "wb") as output:
            begin = time.monotonic()
            child = subprocess.Popen(["sh", "-c", command], cwd=folder, stdin=null, stdout=output, stderr=output)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.monotonic() - begin
        self.cpu = used.ru_utime + used.ru_stime
        self.peak = used.ru_maxrss * 1024
        self.code = child.returncode


class Median:
    def __init__(self, runs):
        for name in ("wall", "cpu", "peak"):
            setattr(self, name, statistics.median(getattr(run, name) for run in runs))


class Case:
    def __init__(self, name, ours, references=(), target="", reached=None, code=0, prepare=None):
        self.name, self.ours, self.references, self.target = name, ours, references, target
        self.reached, self.code, self.prepare = reached, code, prepare


class Reference:
    def __init__(self, label, command, tool=None, slow=False):
        self.label, self.command, self.slow = label, command, slow
        self.tool = tool or command.split()[0]


def size(folder, name):
    return os.path.getsize(os.path.join(folder, name))


def imports(name):
    return "exec $GOMORTEM import -f $INPUTS/%s -o ours.db" % name


def tops(name):
    return imports(name).replace("exec ", "") + ' && exec sqlite3 ours.db "$TOP"'


def rows_as_csv(folder):
    """The rows of range.json, for the shell to import."""
    command = "$GOMORTEM import -f $INPUTS/range.json -o ours.db && sqlite3 -csv ours.db 'SELECT * FROM sample' >rows.csv"
    subprocess.run(["sh", "-c", command], cwd=folder, check=True, stderr=subprocess.DEVNULL)


def cases(folder):
    log_bytes = size(folder, "app.log")
    pprof = "exec go tool pprof -top -nodecount=10 $INPUTS/%s"
    return [
        Case("range.json", imports("range.json"),
             [Reference("sqlite3 .import", 'rm -f theirs.db; exec sqlite3 theirs.db "$SCHEMA" ".mode csv" '
                        '".import rows.csv sample"', "sqlite3"),
              Reference("jq", "exec jq '.data.result | length' $INPUTS/range.json", "jq")],
             "at most 1.0x sqlite3 .import", lambda ours, ratios: ratios["sqlite3 .import"] <= 1, prepare=rows_as_csv),
        Case("samples.om", imports("samples.om"),
             [Reference("promtool", "rm -rf blocks; exec promtool tsdb create-blocks-from openmetrics "
                        "$INPUTS/samples.om blocks", "promtool", slow=True)],
             "at most 0.2x promtool", lambda ours, ratios: ratios["promtool"] <= .2),
        Case("app.log", imports("app.log"),
             [Reference("wc -l", "exec wc -l $INPUTS/app.log", "wc"),
              Reference("grep", "exec grep -c -E ' gc [0-9]+ @' $INPUTS/app.log", "grep")],
             "at least 300 MB/s", lambda ours, ratios: log_bytes / ours.cpu >= 300e6),
        Case("profile-100k + top", tops("profile-100k.pb.gz"),
             [Reference("go tool pprof", pprof % "profile-100k.pb.gz", "go")],
             "at most 0.05x pprof, 0.35 s, 38 MiB",
             lambda ours, ratios: ratios["go tool pprof"] <= .05 and ours.cpu <= .35 and ours.peak <= 38 * MIB),
        Case("profile-1m + top", tops("profile-1m.pb.gz"),
             [Reference("go tool pprof", pprof % "profile-1m.pb.gz", "go", slow=True)],
             "at most 3 s, 256 MiB", lambda ours, ratios: ours.cpu <= 3 and ours.peak <= 256 * MIB),
        Case("bomb.pb.gz", imports("bomb.pb.gz"),
             [Reference("go tool pprof", pprof % "bomb.pb.gz", "go", slow=True)],
             "refused in 1 s, 64 MiB", lambda ours, ratios: ours.cpu < 1 and ours.peak < 64 * MIB, code=2),
        Case("incident-large", imports("incident-large.tar.gz"),
             [Reference("tar -xO", "exec tar -xzOf $INPUTS/incident-large.tar.gz", "tar")],
             "at most 5x tar, 64 MiB", lambda ours, ratios: ratios["tar -xO"] <= 5 and ours.peak < 64 * MIB),
    ]


def measure(case, args, folder):
    """Prints the case's lines; answers whether the target is reached, None when that cannot be said."""
    if case.prepare:
        case.prepare(folder)
    ours, theirs, ratios = [], {}, {}
    present = [r for r in case.references if shutil.which(r.tool) and (args.slow or not r.slow)]
    for _ in range(args.runs):
        ours.append(Run(case.ours, folder))
        if ours[-1].code != case.code:
            sys.exit("%s: gomortem ended with %d" % (case.name, ours[-1].code))
        for reference in present:
            if reference.slow and reference.label in theirs:
                continue
            run = Run(reference.command, folder)
            theirs.setdefault(reference.label, []).append(run)
            ratios.setdefault(reference.label, []).append(ours[-1].wall / run.wall)
    mid = Median(ours)
    ratios = {label: statistics.median(values) for label, values in ratios.items()}
    line = "| %-18s | %-16s | %8.2f | %8.2f | %8.0f | %7s | %s |"
    try:
        verdict = "reached" if case.reached(mid, ratios) else "NOT reached"
    except KeyError as missing:
        verdict = "not checked: %s was not run" % missing.args[0]
    print(line % (case.name, "gomortem", mid.wall, mid.cpu, mid.peak / MIB, "", "%s: %s" % (case.target, verdict)))
    for reference in case.references:
        if reference.label not in theirs:
            why = "only with --slow" if shutil.which(reference.tool) else "not installed"
            print("| %-18s | %-16s | %8s | %8s | %8s | %7s | %s |" % ("", reference.label, "", "", "", "", why))
            continue
        other = Median(theirs[reference.label])
        print(line % ("", reference.label, other.wall, other.cpu, other.peak / MIB,
                      "%.2f" % ratios[reference.label], ""))
    sys.stdout.flush()


def growth(folder, args):
    """The same log in quarters: cost should grow with the bytes."""
    whole = os.path.join(folder, "part.log")
    print("\n| app.log   | cpu s | peak MiB |\n|-----------|-------|----------|")
    for share in (.25, .5, 1):
        wanted = int(size(args.folder, "app.log") * share)
        with open(os.path.join(args.folder, "app.log"), "rb") as source, open(whole, "wb") as part:
            shutil.copyfileobj(Limited(source, wanted), part, MIB)
        runs = Median([Run("exec $GOMORTEM import -f part.log -o ours.db", folder) for _ in range(args.runs)])
        print("| %5.0f MB  | %5.2f | %8.0f |" % (wanted / 1e6, runs.cpu, runs.peak / MIB))


class Limited:
    """The first bytes of a file."""

    def __init__(self, file, left):
        self.file, self.left = file, left

    def read(self, wanted):
        data = self.file.read(min(wanted, self.left))
        self.left -= len(data)
        return data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gomortem")
    parser.add_argument("folder")
    parser.add_argument("-n", dest="runs", type=int, default=3)
    parser.add_argument("--only", default="", help="names of cases, by their beginning, with commas between")
    parser.add_argument("--slow", action="store_true")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    inputs.make(args.folder)
    os.environ.update(GOMORTEM=os.path.abspath(args.gomortem), INPUTS=os.path.abspath(args.folder), TOP=TOP, SCHEMA=SCHEMA)
    only = tuple(name for name in args.only.split(",") if name)
    with tempfile.TemporaryDirectory(prefix="gomortem-bench-") as folder:
        print("| input              | program          |   wall s |    cpu s | peak MiB |   ratio | target |")
        print("|--------------------|------------------|----------|----------|----------|---------|--------|")
        for case in cases(args.folder):
            if not only or case.name.startswith(only):
                measure(case, args, folder)
        if not only or "growth".startswith(only):
            growth(folder, args)


if __name__ == "__main__":
    main()
