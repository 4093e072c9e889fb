#!/usr/bin/env python3
"""Profiles are read as `go tool pprof -raw` reads them: raw.py GOMORTEM TESTDATA

Each profile of the record (see record_raw.py) is imported; its stacks, frame by frame, and their values must be those
that were recorded. Left out are columns whose unit is brought to another one, sums that leave 64 bits, and samples
without a stack, which pprof leaves out."""
import json, lzma, os, sqlite3, subprocess, sys, tempfile

tool, testdata = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
COLUMNS = {"alloc_objects/count": "alloc_objects", "alloc_space/bytes": "alloc_bytes", "inuse_objects/count": "inuse_objects", "inuse_space/bytes": "inuse_bytes"}


def column_of(kind):
    unit = kind.split("/")[1]
    return COLUMNS.get(kind) or {"nanoseconds": "nanoseconds", "count": "count"}.get(unit)


def recorded(profile, used):
    """{frames from the leaf: values of the columns that can be compared}"""
    return {tuple(tuple(profile["frames"][i]) for i in stack): tuple(values[i] for i in used) for values, stack in profile["stacks"]}


def imported(work, body, columns):
    """The same from our database, and how many profiles there are."""
    path, db = os.path.join(work, "profile"), os.path.join(work, "incident.db")
    with open(path, "wb") as file: file.write(body)
    subprocess.run([tool, "import", "-f", path, "-o", db], capture_output=True, check=True)
    with sqlite3.connect(db) as store:
        frames = {}
        for stack, function, file, line in store.execute("SELECT stack_id, function, file, line FROM stack_frame ORDER BY stack_id, depth"):
            unnamed = function.startswith("0x")
            frames.setdefault(stack, []).append((function, "" if unnamed else file or "", 0 if unnamed else line or 0))
        sums = store.execute("SELECT stack_id, %s FROM profile_sample GROUP BY stack_id" % ", ".join("sum (%s)" % c for c in columns)).fetchall()
        found = {}
        for stack, *values in sums:
            key = tuple(frames.get(stack, ()))
            found[key] = tuple(a + (b or 0) for a, b in zip(found.get(key, (0,) * len(values)), values))
        return {k: v for k, v in found.items() if k and any(v)}, store.execute("SELECT count(*) FROM profile").fetchone()[0]


def check(profile, work):
    columns, used = [], []
    for i, kind in enumerate(profile["types"]):
        column = column_of(kind)
        beyond = sum(abs(values[i]) for values, _ in profile["stacks"]) >= 1 << 63
        if column and column not in columns and not beyond: columns.append(column), used.append(i)
    if not columns: return None
    with open(os.path.join(testdata, profile["name"]), "rb") as file: body = file.read()
    wanted = {k: v for k, v in recorded(profile, used).items() if any(v)}
    found, profiles = imported(work, body, columns)
    if profiles != 1: return ["%d profiles" % profiles]
    wrong = [k for k in wanted.keys() | found.keys() if wanted.get(k) != found.get(k)]
    return ["%s: %s, pprof says %s" % (" < ".join("%s %s:%d" % f for f in k[:4]), found.get(k), wanted.get(k)) for k in wrong[:3]]


def main():
    failures = checked = stacks = 0
    with lzma.open(os.path.join(testdata, "profiles", "raw.jsonl.xz"), "rt", encoding="utf-8") as record, tempfile.TemporaryDirectory() as work:
        for line in record:
            profile = json.loads(line)
            wrong = check(profile, work)
            if wrong is None: continue
            checked, stacks = checked + 1, stacks + len(profile["stacks"])
            failures += bool(wrong)
            for text in wrong: print("FAIL  %s: %s" % (profile["name"], text))
    print("%d profiles with %d stacks, %d failures" % (checked, stacks, failures))
    return 1 if failures or checked < 30 else 0


sys.exit(main())
