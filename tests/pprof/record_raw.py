#!/usr/bin/env python3
"""Makes the profiles of testdata/profiles/generated and records what `go tool pprof -raw` reads from them, from the
profiles beside them and from the golden cases of the format: record_raw.py, run in this folder. Needs a Go toolchain;
the test (raw.py) reads the record, testdata/profiles/raw.jsonl.xz: a line a profile, with its sample types, its frames
(function, file, line; an address where nothing is named) and its stacks (values, frames from the leaf), the values of
equal stacks added up. Of profiles in text pprof reads addresses only, so they are not in it."""
import glob, gzip, json, lzma, os, random, re, subprocess, sys, tempfile

here = os.path.dirname(os.path.abspath(__file__))
testdata = os.path.join(here, "..", "..", "testdata")


# --- generated profiles -------------------------------------------------------------------------------------
def varint(n):
    n, out = n & (1 << 64) - 1, bytearray()
    while n > 127: out.append(n & 127 | 128); n >>= 7
    return bytes(out) + bytes([n])


def num(field, value): return varint(field << 3) + varint(value)
def sub(field, data): return varint(field << 3 | 2) + varint(len(data)) + data


TYPES = [[("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes")],
         [("samples", "count"), ("cpu", "nanoseconds")], [("goroutine", "count")], [("contentions", "count"), ("delay", "nanoseconds")]]


def generated(seed):
    """Valid profiles with all that a writer may do: sparse ids, inlined calls, recursion, places without names, labels,
    negative and large values, values that are not packed, fields in any order."""
    dice = random.Random(seed)
    strings = [""]
    def s(text):
        if text not in strings: strings.append(text)
        return strings.index(text)
    types = TYPES[seed % len(TYPES)]
    parts = [sub(1, num(1, s(t)) + num(2, s(u))) for t, u in types]
    ids = dice.sample(range(1, 60), 25) if seed % 3 else [dice.getrandbits(60) + 1 for _ in range(25)]
    functions, mappings = ids[:10], [1, 2]
    names = ["main.main", "shop.(*Store).put", "shop.(*Cache[...]).get", "runtime.mallocgc", "main.main.func1", "x/y.Gen[go.shape.int]", "os.(*File).Write", "ünïcode.ƒ", "a.b", "main.main"]
    for i, f in enumerate(functions): parts.append(sub(5, num(1, f) + num(2, s(names[i])) + num(3, s(names[i])) + num(4, s("/src/f%d.go" % (i % 4))) + num(5, i)))
    for m in mappings: parts.append(sub(3, num(1, m) + num(2, m << 22) + num(3, (m << 22) + (1 << 21)) + num(5, s("/app/part%d" % m)) + num(7, 1)))
    for i, l in enumerate(ids):
        lines = b"" if i % 8 == 7 else b"".join(sub(4, num(1, dice.choice(functions)) + num(2, dice.randrange(1, 5))) for _ in range(dice.choice([1, 1, 1, 3])))
        m = dice.choice(mappings)
        parts.append(sub(4, num(1, l) + num(2, m) + num(3, (m << 22) + i * 16) + lines))
    for _ in range(60):
        stack = [dice.choice(ids) for _ in range(dice.choice([1, 2, 5, 30]))]
        values = [dice.choice([0, 1, dice.randrange(1 << 10), dice.randrange(1 << 40), -dice.randrange(1 << 20) if seed % 4 == 0 else 7]) for _ in types]
        label = sub(3, num(1, s("bytes")) + num(3, dice.randrange(1 << 12)) + num(4, s("bytes"))) if dice.random() < .5 else sub(3, num(1, s("route")) + num(2, s("/r%d" % dice.randrange(3))))
        packed = seed % 2 == 0
        body = (sub(1, b"".join(map(varint, stack))) if packed else b"".join(num(1, i) for i in stack)) + (sub(2, b"".join(map(varint, values))) if packed else b"".join(num(2, v) for v in values))
        parts.append(sub(2, label + body if dice.random() < .5 else body + label))
    parts += [num(9, 1795424847993983322), num(12, 1), sub(11, num(1, s(types[-1][0])) + num(2, s(types[-1][1])))]
    head = parts[:len(types)]
    rest = parts[len(types):]
    dice.shuffle(rest)
    table = b"".join(sub(6, text.encode()) for text in strings)
    return b"".join(head) + (table + b"".join(rest) if seed % 5 == 0 else b"".join(rest) + table)


# --- what pprof says ----------------------------------------------------------------------------------------
def raw(path):
    done = subprocess.run(["go", "tool", "pprof", "-raw", "-symbolize=none", path], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def frames_of(lines):
    """Location id -> frames, the innermost call first."""
    locations, current = {}, None
    for line in lines:
        begins = re.match(r" *(\d+): (0x[0-9a-f]+|\d+) (?:M=\d+ )?(?:\[F\] )?(.*)$", line)
        if begins: current, address, line = locations.setdefault(int(begins.group(1)), []), begins.group(2), begins.group(3)
        call = re.match(r" *(.+?) (\S*):(\d+)(?::\d+)? s=-?\d+$", line)
        if call: current.append([call.group(1), call.group(2), int(call.group(3))])
        elif begins: current.append([address, "", 0])
    return locations


def record(name, path):
    text = raw(path)
    if text is None: return None
    lines = text.splitlines()
    samples, places = lines.index("Samples:"), lines.index("Locations")
    types = [t.replace("[dflt]", "") for t in lines[samples + 1].split()]
    mappings = lines.index("Mappings") if "Mappings" in lines else len(lines)
    locations = frames_of(lines[places + 1:mappings])
    sums = {}
    for line in lines[samples + 2:places]:
        found = re.match(r" *((?:-?\d+ *)+): ((?:\d+ )*)$", line)
        if not found: continue  # labels
        stack = tuple(tuple(f) for i in found.group(2).split() for f in locations[int(i)])
        values = [int(v) for v in found.group(1).split()]
        sums[stack] = [a + b for a, b in zip(sums.get(stack, [0] * len(values)), values)]
    frames = sorted({f for stack in sums for f in stack})
    at = {f: i for i, f in enumerate(frames)}
    stacks = sorted([values, [at[f] for f in stack]] for stack, values in sums.items() if any(values))
    return {"name": name, "types": types, "frames": frames, "stacks": stacks}


def main():
    os.makedirs(os.path.join(testdata, "profiles", "generated"), exist_ok=True)
    for seed in range(12):
        with open(os.path.join(testdata, "profiles", "generated", "%02d.pb.gz" % seed), "wb") as file: file.write(gzip.compress(generated(seed), 9, mtime=0))
    out = []
    for name in sorted(glob.glob("profiles/*.pb.gz", root_dir=testdata) + glob.glob("profiles/generated/*.gz", root_dir=testdata) + glob.glob("formats/pprof/*.in", root_dir=testdata)):
        with tempfile.TemporaryDirectory() as folder:
            body = open(os.path.join(testdata, name), "rb").read()
            path = os.path.join(folder, "profile")
            with open(path, "wb") as file: file.write(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
            found = record(name, path)
        print("%-50s %s" % (name, "refused" if found is None else "%d stacks" % len(found["stacks"])))
        if found: out.append(json.dumps(found, separators=(",", ":"), ensure_ascii=False))
    with open(os.path.join(testdata, "profiles", "raw.jsonl.xz"), "wb") as file: file.write(lzma.compress(("\n".join(out) + "\n").encode(), preset=9))


if __name__ == "__main__": main()
