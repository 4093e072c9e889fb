#!/usr/bin/env python3
"""Writes expected.tsv: the totals of the profiles in this folder as `go tool pprof -raw` prints them.

Columns: file, sample type, unit, sum over all samples. Needs a Go toolchain; the tests do not."""
import glob, os, subprocess, tempfile, gzip

def totals(path):
    raw = subprocess.run(["go", "tool", "pprof", "-raw", path], capture_output=True, text=True, check=True).stdout.splitlines()
    at = raw.index("Samples:")
    types = [t.replace("[dflt]", "").split("/") for t in raw[at + 1].split()]
    sums = [0] * len(types)
    for line in raw[at + 2:]:
        if line == "Locations": break
        head, colon, _ = line.partition(":")
        values = head.split()
        if colon and len(values) == len(types) and all(v.lstrip("-").isdigit() for v in values):
            sums = [s + int(v) for s, v in zip(sums, values)]
    return types, sums

with open("expected.tsv", "w") as out:
    for name in sorted(glob.glob("*.gz")):
        with tempfile.TemporaryDirectory() as folder: # pprof reads text only when it is not packed
            path = os.path.join(folder, "profile")
            open(path, "wb").write(gzip.open(name).read())
            for (kind, unit), total in zip(*totals(path)): out.write("%s\t%s\t%s\t%d\n" % (name, kind, unit, total))
