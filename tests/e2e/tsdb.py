#!/usr/bin/env python3
"""Blocks as Prometheus itself writes them, and one incident in five encodings: tsdb.py GOMORTEM. Standard library only.

promtool makes blocks of generated OpenMetrics; what the importer reads in them must be what promtool prints. Without
promtool that part is left out, visibly: the exit code is 77 then."""
import json, os, random, shutil, sqlite3, subprocess, sys, tempfile

tool = os.path.abspath(sys.argv[1])
failures = 0
FIRST = 1795424362272  # 2026-11-23T08:59:22.272Z
FAMILIES = (("container_memory_rss", "gauge", ""), ("container_memory_usage_bytes", "gauge", ""), ("go_goroutines", "gauge", ""),
            ("go_memstats_next_gc_bytes", "gauge", ""), ("process_cpu_seconds", "counter", "_total"))


def check(what, ok, detail=""):
    global failures
    print(("ok    " if ok else "FAIL  ") + what + ("" if ok else ": %s" % (detail,)))
    failures += not ok


def history(pods, steps):
    """[(name, kind, suffix, labels, [(ms, value)])]: plateaus, steps, jumps of the clock, gaps, stale ends."""
    random.seed(11)
    for name, kind, suffix in FAMILIES:
        for pod in range(pods):
            labels = {"container": "cart", "id": '/kubepods/a"b\\%d' % pod, "namespace": "shop", "pod": "cart-%d" % pod}
            t, value, samples = FIRST + 37 * pod, float(random.randrange(1 << 30)), []
            for _ in range(steps):
                value = random.choice((value, value, value + random.randrange(1 << 20), random.random() * 1e9, 0.0))
                samples.append((t, float("nan") if random.random() < .004 else value))
                t += 15000 + random.choice((0, 0, 0, 1, -2, 499, -4000)) + (random.choice((60000, 1200000, 9500)) if random.random() < .01 else 0)
            yield name, kind, suffix, labels, samples


def quoted(labels):
    return ",".join('%s="%s"' % (k, v.replace("\\", "\\\\").replace('"', '\\"')) for k, v in sorted(labels.items()))


def open_metrics(series, to):
    known = None
    for name, kind, suffix, labels, samples in series:
        if name != known:
            to.write("# TYPE %s %s\n" % (name, kind))
        known = name
        for ms, value in samples:
            to.write("%s%s{%s} %r %d.%03d\n" % (name, suffix, quoted(labels), value, ms // 1000, ms % 1000))
    to.write("# EOF\n")


def imported(path, work):
    db = os.path.join(work, "out.db")
    done = subprocess.run([tool, "import", path, "-f", "-o", db], capture_output=True, timeout=300)
    if done.returncode:
        return done.stderr, None
    con = sqlite3.connect(db)
    rows = con.execute("SELECT s.source, s.name, s.labels, s.quantity_id, i.namespace, i.pod, i.container, t_ns, value FROM sample"
                       " JOIN series s USING (series_id) JOIN identity i USING (identity_id) ORDER BY 2, 3, 6, 8").fetchall()
    counts = con.execute("SELECT sum (records), sum (rejected), sum (left_out) FROM member").fetchone()
    unread = con.execute("SELECT path FROM member WHERE format IS NULL").fetchall()
    con.close()
    return rows, (counts, unread)


def promtool(*arguments):
    return subprocess.run(["promtool", "tsdb", *arguments], capture_output=True, timeout=300)


def make_blocks(series, work):
    text, data = os.path.join(work, "metrics.txt"), os.path.join(work, "data")
    with open(text, "w") as to:
        open_metrics(series, to)
    made = promtool("create-blocks-from", "openmetrics", text, data)
    check("promtool makes blocks", made.returncode == 0, made.stderr)
    os.mkdir(os.path.join(data, "wal"))  # promtool's dump asks for one
    return text, data


def same_as_promtool(work):
    series = list(history(6, 800))
    text, data = make_blocks(series, work)
    dump = os.path.join(work, "dump.txt")
    with open(dump, "wb") as to:
        to.write(promtool("dump", data).stdout)
    expected, _ = imported(dump, work)
    found, account = imported(data, work)
    check("there is a history", len(expected) > 20000, len(expected))
    check("the blocks give what promtool prints of them", found == expected, (len(found), len(expected)))
    check("nothing of the blocks is unread or refused", account and account[0][1] == 0 and not account[1], account)
    packed = os.path.join(work, "data.tar.gz")
    subprocess.run(["tar", "-C", work, "-czf", packed, "data"], check=True)
    check("the same from an archive", imported(packed, work)[0] == expected)
    one, _ = imported(text, work)
    check("and from the text that the blocks were made of", one == expected, (len(one), len(expected)))


def json_value(value):
    return "NaN" if value != value else repr(value)


def five_encodings(work):
    """The same incident as range JSON, OpenMetrics, dump, VictoriaMetrics export and block."""
    series = list(history(2, 300))
    text, data = make_blocks(series, work)
    paths = {"OpenMetrics": text, "TSDB block": data}
    for name in ("range.json", "dump.txt", "export.jsonl"):
        paths[name] = os.path.join(work, name)
    named = [({"__name__": name + suffix, **labels}, samples) for name, _, suffix, labels, samples in series]
    with open(paths["range.json"], "w") as to:
        result = [{"metric": m, "values": [[ms / 1000, json_value(v)] for ms, v in s]} for m, s in named]
        json.dump({"status": "success", "data": {"resultType": "matrix", "result": result}}, to)
    with open(paths["dump.txt"], "w") as to:
        for m, s in named:
            for ms, v in s:
                to.write('{%s} %s %d\n' % (quoted(m).replace('",', '", '), json_value(v), ms))
    with open(paths["export.jsonl"], "w") as to:
        for m, s in named:
            line = {"metric": m, "values": [None if v != v else v for _, v in s], "timestamps": [ms for ms, _ in s]}
            to.write(json.dumps(line) + "\n")
    rows = {name: imported(path, work)[0] for name, path in paths.items()}
    check("the block has samples", len(rows["TSDB block"]) > 2500, len(rows["TSDB block"]))
    for name in sorted(rows):
        check("%s gives the samples of the block" % name, rows[name] == rows["TSDB block"], (len(rows[name]), len(rows["TSDB block"])))


if not shutil.which("promtool"):
    print("skip  promtool is not installed: blocks of its own making are not compared")
    sys.exit(77)
for part in same_as_promtool, five_encodings:
    with tempfile.TemporaryDirectory() as folder:
        part(folder)
sys.exit(failures > 0)
