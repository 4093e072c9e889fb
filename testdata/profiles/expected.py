#!/usr/bin/env python3
"""Writes expected.tsv: the totals of the profiles in this folder as `go tool pprof -top` prints them.

Columns: file, sample type, unit, total. Needs a Go toolchain; the tests do not."""
import glob, gzip, os, re, subprocess, tempfile

def pprof(path, *options):
    return subprocess.run(["go", "tool", "pprof", *options, path], capture_output=True, text=True, check=True).stdout

def types(path):
    lines = pprof(path, "-raw").splitlines()
    return [t.replace("[dflt]", "").split("/") for t in lines[lines.index("Samples:") + 1].split()]

def total(path, kind, unit):
    plain = {"bytes": "B", "count": "count", "nanoseconds": "ns"}[unit]  # so that nothing is rounded
    return re.search(r"of (-?\d+)\D* total", pprof(path, "-top", "-unit=" + plain, "-sample_index=" + kind)).group(1)

with open("expected.tsv", "w") as out:
    for name in sorted(glob.glob("*.gz")):
        with tempfile.TemporaryDirectory() as folder:  # pprof reads text only when it is not packed
            path = os.path.join(folder, "profile")
            open(path, "wb").write(gzip.open(name).read())
            for kind, unit in types(path): out.write("\t".join((name, kind, unit, total(path, kind, unit))) + "\n")
