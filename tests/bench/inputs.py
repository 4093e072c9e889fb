#!/usr/bin/env python3
"""Makes the inputs of run, the same bytes each time: inputs.py FOLDER [SCALE]

SCALE 1 writes about 800 MB. A file that is there already is not made again.
  profile-100k.pb.gz, profile-1m.pb.gz   heap profiles of 100 k and 1 M stacks, 24 to 48 frames deep
  range.json      a query_range answer: 300 series with 10 000 samples each
  samples.om      the same samples as OpenMetrics text
  app.log         a CRI log of 2 M lines, every twentieth by the garbage collector's trace
  bomb.pb.gz      1.5 MB that unpack to 1.5 GB of zeros
  incident-large.tar.gz   the small profile, range.json and app.log in one bundle
  tsdb/           the samples as promtool's blocks, when promtool is there
Parts of the large ones, a quarter and a half of what is in them, are made by parts().
"""
import gzip
import os
import random
import shutil
import subprocess
import sys
import tarfile

T0 = 1795424362  # 2026-11-23 08:59:22 UTC
METRICS = ("container_memory_usage_bytes", "container_memory_working_set_bytes", "container_memory_rss",
           "container_memory_cache", "go_memstats_heap_inuse_bytes", "go_goroutines")
PODS = 50


def varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, body):
    return varint(field << 3 | 2) + varint(len(body)) + body


class Strings:
    def __init__(self):
        self.index = {"": 0}

    def __call__(self, text):
        return self.index.setdefault(text, len(self.index))


def stacks(rng, count, locations, deepest=48):
    """Neighbours share frames from the root on, as in a sorted profile."""
    stack = []
    for _ in range(count):
        del stack[min(rng.randint(0, len(stack)), deepest - 1):]
        depth = rng.randint(max(len(stack) + 1, deepest // 2), deepest)
        while len(stack) < depth:
            stack.append(((stack[-1] if stack else 1) * 7 + rng.randint(0, 4)) % locations + 1)
        yield stack


def profile(path, scale, count, functions=20000):
    rng, strings, locations = random.Random(7), Strings(), functions * 3
    with gzip.GzipFile(path, "wb", 1, mtime=0) as out:
        for kind, unit in (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"),
                           ("inuse_space", "bytes")):
            out.write(message(1, number(1, strings(kind)) + number(2, strings(unit))))
        for stack in stacks(rng, int(count * scale), locations):
            size, n = rng.choice((16, 32, 64, 128, 512, 1024, 8192)), rng.randint(1, 1000)
            values = (n * 5, n * 5 * size, n, n * size)
            out.write(message(2, message(1, b"".join(map(varint, reversed(stack)))) +
                              message(2, b"".join(map(varint, values))) +
                              message(3, number(1, strings("bytes")) + number(3, size))))
        out.write(message(3, number(1, 1) + number(2, 0x400000) + number(3, 0x8000000) +
                          number(5, strings("/app/server")) + number(7, 1)))
        for i in range(1, locations + 1):
            line = number(1, (i - 1) // 3 + 1) + number(2, rng.randint(1, 3000))
            out.write(message(4, number(1, i) + number(2, 1) + number(3, 0x400000 + i * 16) + message(4, line)))
        for i in range(1, functions + 1):
            name = strings("example.com/acme/svc/pkg%d.(*Type%d).Method%d" % (i % 97, i % 991, i))
            file = strings("/src/pkg%d/file%d.go" % (i % 97, i % 991))
            out.write(message(5, number(1, i) + number(2, name) + number(3, name) + number(4, file)))
        space, unit = strings("space"), strings("bytes")
        out.write(b"".join(message(6, text.encode()) for text in strings.index))
        out.write(number(9, T0 * 10**9) + message(11, number(1, space) + number(2, unit)) + number(12, 524288))


def series(scale):
    rng = random.Random(3)
    for metric in METRICS:
        for pod in range(PODS):
            value, samples = rng.randint(10**7, 10**9), []
            for i in range(int(10000 * scale)):
                value = max(0, value + rng.randint(-10**5, 11 * 10**4))
                samples.append((T0 + .272 + 15 * i, value))
            yield metric, pod, samples


def range_json(path, scale):
    labels = '{"metric":{"__name__":"%s","container":"app","namespace":"prod","pod":"svc-%04d"},"values":['
    with open(path, "w") as out:
        out.write('{"status":"success","data":{"resultType":"matrix","result":[')
        for n, (metric, pod, samples) in enumerate(series(scale)):
            out.write(("," if n else "") + labels % (metric, pod))
            out.write(",".join('[%.3f,"%d"]' % sample for sample in samples) + "]}")
        out.write("]}}")


def openmetrics(path, scale):
    line = '%s{container="app",namespace="prod",pod="svc-%04d"} %d %.3f\n'
    before = None
    with open(path, "w") as out:
        for metric, pod, samples in series(scale):
            if metric != before:
                out.write("# TYPE %s gauge\n" % metric)
            before = metric
            out.write("".join(line % (metric, pod, value, t) for t, value in samples))
        out.write("# EOF\n")


def log(path, scale):
    rng, cycle, t, live = random.Random(5), 0, 0.0, 40.0
    trace = ("%s stderr F gc %d @%.3fs %d%%: 0.0%d+%.1f+0.00%d ms clock, 0.%d+%.2f/%.2f/%.2f+0.0%d ms cpu, "
             "%d->%d->%d MB, %d MB goal, 0 MB stacks, 0 MB globals, 4 P\n")
    served = ('%s stdout F level=info ts=%.3f msg="request served" method=GET path=/api/v1/items/%d status=200 '
              'bytes=%d took=%.3fms\n')
    with open(path, "w") as out:
        for i in range(int(2000000 * scale)):
            t += rng.expovariate(50)
            at = int(t)
            stamp = "2026-11-23T%02d:%02d:%02d.%09dZ" % (8 + at // 3600 % 16, at // 60 % 60, at % 60, t % 1 * 1e9)
            if i % 20:
                out.write(served % (stamp, t, rng.randint(1, 99999), rng.randint(100, 99999), rng.random() * 40))
                continue
            cycle, live = cycle + 1, live + rng.random() * .01
            mib, small = int(live), [rng.randint(1, 9) for _ in range(4)]
            out.write(trace % (stamp, cycle, t, rng.randint(0, 3), small[0], 1 + rng.random() * 8, small[1], small[2],
                               rng.random() * 2, rng.random() * 3, rng.random() * 9, small[3], 2 * mib, 2 * mib + 1,
                               mib, 2 * mib + 1))


def bomb(path, scale):
    with gzip.GzipFile(path, "wb", 9, mtime=0) as out:
        for _ in range(int(1500 * scale)):
            out.write(bytes(1 << 20))


def bundle(path, scale):
    members = (("profile-100k.pb.gz", "pprof/heap-20261123T090000Z.pb.gz"), ("range.json", "metrics/range.json"),
               ("app.log", "logs/app.log"))
    with gzip.GzipFile(path, "wb", 1, mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as out:
        for file, name in members:
            entry = tarfile.TarInfo("incident-large/" + name)
            file = os.path.join(os.path.dirname(path), file)
            entry.size, entry.mtime = os.path.getsize(file), T0
            with open(file, "rb") as member:
                out.addfile(entry, member)


INPUTS = {  # in this order: the bundle is made of others
    "profile-100k.pb.gz": lambda path, scale: profile(path, scale, 100000),
    "profile-1m.pb.gz": lambda path, scale: profile(path, scale, 1000000),
    "range.json": range_json,
    "samples.om": openmetrics,
    "app.log": log,
    "bomb.pb.gz": bomb,
    "incident-large.tar.gz": bundle,
}


def blocks(path):
    """A data directory without a write-ahead log, which promtool itself wants to see when it dumps."""
    if shutil.which("promtool"):
        subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", os.path.join(os.path.dirname(path), "samples.om"),
                        path + ".part"], check=True, stdout=subprocess.DEVNULL)
        os.mkdir(os.path.join(path + ".part", "wal"))
        os.rename(path + ".part", path)


def cut(whole, path, share, behind, end):
    """The beginning of a file up to the last place where behind begins, and what ends it."""
    wanted = int(os.path.getsize(whole) * share)
    with open(whole, "rb") as source, open(path, "wb") as to:
        data = source.read(wanted)
        to.write(data[:data.rindex(behind)] + end)


ENDS = {"app.log": (b"\n", b"\n"), "samples.om": (b"\n", b"\n# EOF\n"), "range.json": (b',{"metric"', b"]}}")}


def parts(folder, name):
    """Files with a quarter, half and all of an input, made when they are not there."""
    for share in (.25, .5):
        path = os.path.join(folder, "%g-%s" % (share, name))
        if not os.path.exists(path):
            print("making", os.path.basename(path), file=sys.stderr)
            if name in ENDS:
                cut(os.path.join(folder, name), path + ".part", share, *ENDS[name])
            else:
                INPUTS[name](path + ".part", share)
            os.rename(path + ".part", path)
        yield path
    yield os.path.join(folder, name)


def make(folder, scale=1.0):
    os.makedirs(folder, exist_ok=True)
    for name, write in INPUTS.items():
        path = os.path.join(folder, name)
        if os.path.exists(path):
            continue
        print("making", name, file=sys.stderr)
        write(path + ".part", scale)
        os.rename(path + ".part", path)
    if not os.path.exists(os.path.join(folder, "tsdb")):
        blocks(os.path.join(folder, "tsdb"))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    make(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
