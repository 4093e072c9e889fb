#!/usr/bin/env python3
"""A bundle of any size, made on the fly and piped through standard input: huge.py GOMORTEM [GIGABYTES] [MEMORY]

Writes a tar of logs with collector lines, metric histories and heap profiles, gzip members among them, until the members
have so many bytes (default 1 GB), and prints time and peak memory of the import, the analysis and the report under
--max-memory (default 256M). The same pods, series and stacks come again in every round, as in a long capture; every round adds lines,
samples and profiles. Nothing is compared: it is a benchmark, see README.md."""
import gzip
import io
import os
import random
import re
import subprocess
import sys
import tarfile
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import inputs

T0 = 1795424362
PODS, ROUND_S = 8, 600
CYCLE = "%s stderr F gc %d @%.3fs 2%%: 0.02+%.1f+0.01 ms clock, 0.1+0.2/%.1f/0.4+0.1 ms cpu, %d->%d->%d MB, %d MB goal, 0 MB stacks, 0 MB globals, 4 P\n"
LINE = "%s stdout F level=info msg=\"request served\" path=/api/v1/items/%d status=200 bytes=%d took=%dms\n"


def stamp(t):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(t)) + ".%09dZ" % int(t % 1 * 1e9)


def log(rng, lines):
    """A container's log of one round: one line in fifty is the collector's."""
    out = []
    for i in range(lines):
        t = T0 + i * ROUND_S / lines
        when = stamp(t)
        if i % 50:
            out.append(LINE % (when, rng.randrange(10**6), rng.randrange(10**5), rng.randrange(900)))
        else:
            n, live = i // 50 + 1, 40 + rng.randrange(20)
            out.append(CYCLE % (when, n, t - T0 + 1, rng.random() * 9, rng.random() * 9, live, live + 2, live, 2 * live))
    return "".join(out).encode()


def metrics(rng, round_number):
    out = []
    for metric in inputs.METRICS:
        out.append("# TYPE %s gauge\n" % metric)
        for pod in range(PODS):
            for i in range(ROUND_S // 15):
                out.append('%s{namespace="prod",pod="svc-%d",container="app"} %d %d\n' % (metric, pod, rng.randrange(10**8, 2 * 10**8), T0 + round_number * ROUND_S + 15 * i))
    return "".join(out).encode() + b"# EOF\n"


def rounds(limit):
    """Members as (name, bytes as stored, bytes unpacked)."""
    made, number, rng = 0, 0, random.Random(11)
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "heap.pb.gz")
        inputs.profile(path, 1, 5000, 2000)
        heap = gzip.open(path).read()
    lines = log(rng, 100000)  # made once and dated anew: making every byte would take longer than reading it
    while made < limit:
        for pod in range(PODS):
            text = log_again(lines, number)
            yield "var/log/pods/prod_svc-%d_uid%d/app/%d.log" % (pod, pod, number), text, len(text)
            made += len(text)
        text = metrics(rng, number)
        yield "metrics/%05d.om" % number, text, len(text)
        stamped = heap + inputs.number(9, (T0 + number * ROUND_S) * 10**9)
        yield "pprof/svc-0/heap-%05d.pb.gz" % number, gzip.compress(stamped, 1), len(stamped)
        made += len(text) + len(stamped)
        number += 1


def log_again(text, number):
    """The same lines hours and days later."""
    day, hour = divmod(number, 24)
    date = time.strftime("%Y-%m-%dT", time.gmtime(T0 + day * 86400)).encode()
    return re.sub(rb"^2026-11-2\dT(\d\d)", lambda m: date + b"%02d" % hour, text, flags=re.M)


def feed(to, limit):
    total, members = 0, 0
    with tarfile.open(fileobj=to, mode="w|", format=tarfile.USTAR_FORMAT) as archive:
        for name, content, size in rounds(limit):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), T0
            archive.addfile(info, io.BytesIO(content))
            total, members = total + size, members + 1
    return total, members


def cost(text):
    """Processor seconds and peak MiB, as GNU time tells them."""
    number = lambda what: float(re.search(what + rb"[^:]*: ([\d.]+)", text).group(1))
    return number(rb"User time") + number(rb"System time"), number(rb"Maximum resident set size") / 1024


def main():
    tool, gigabytes, memory = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1, sys.argv[3] if len(sys.argv) > 3 else "256M"
    with tempfile.TemporaryDirectory() as work:
        db = os.path.join(work, "huge.db")
        began = time.monotonic()
        process = subprocess.Popen(["/usr/bin/time", "-v", tool, "import", "--max-bytes", "64G", "--max-memory", memory, "-", "-o", db], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            total, members = feed(process.stdin, int(gigabytes * 10**9))
            process.stdin.close()
        except BrokenPipeError:
            total, members = 0, 0
        text = process.stderr.read()
        if process.wait() != 0:
            sys.exit("the import failed: " + text.decode()[:500])
        print("import %.2f GB in %d members: %.1f s (processor %.1f s), peak %.0f MiB; the database has %.0f MB" %
              (total / 1e9, members, time.monotonic() - began, *cost(text), os.path.getsize(db) / 1e6), flush=True)
        for command in (["analyze", db], ["report", db, "-o", os.path.join(work, "report")]):
            began = time.monotonic()
            done = subprocess.run(["/usr/bin/time", "-v", tool, command[0], "--max-memory", memory] + command[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if done.returncode != 0:
                sys.exit("%s failed: %s" % (command[0], done.stderr.decode()[:500]))
            print("%s: %.1f s (processor %.1f s), peak %.0f MiB" % (command[0], time.monotonic() - began, *cost(done.stderr)), flush=True)


if __name__ == "__main__":
    main()
