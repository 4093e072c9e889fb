#!/usr/bin/env python3
"""The same incident packed otherwise has the same findings: metamorphic.py GOMORTEM TESTDATA [FOLDER]

Bundles are taken apart and put together again: members in another order, in other archives, compressed one by one, below
another folder, twice, logs and metrics split as rotation and paging split them, and everything a week later. What the
result says must stay the same, to the evidence and its numbers where no byte of a member changed. FOLDER holds further
bundles (incident-*), of which the first few are taken. SANITIZED=1 in the environment takes fewer."""
import bz2, decimal, gzip, io, json, lzma, os, random, re, shutil, subprocess, sys, tarfile, tempfile, zipfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
WEEK = 7 * 86400
ZSTD = shutil.which("zstd")
failures = []


# --- bundles ------------------------------------------------------------------------------------------------
def unpacked(path):
    """[(path in the bundle, bytes, modification time)] of its files, in the archive's order."""
    with open(path, "rb") as file: raw = file.read()
    if path.endswith(".zst"): raw = subprocess.run([ZSTD, "-dc"], input=raw, capture_output=True, check=True).stdout
    if path.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return [(i.filename, archive.read(i), 0) for i in archive.infolist() if not i.is_dir()]
    with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
        return [(m.name, archive.extractfile(m).read(), m.mtime) for m in archive if m.isfile()]


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, body, mtime in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime, info.mode = len(body), int(mtime), 0o644
            archive.addfile(info, io.BytesIO(body))
    return out.getvalue()


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body, _ in members: archive.writestr(zipfile.ZipInfo(name, (2026, 11, 23, 12, 0, 0)), body)
    return out.getvalue()


def write(work, name, body):
    path = os.path.join(work, name)
    with open(path, "wb") as file: file.write(body)
    return path


def folder(work, members):
    for name, body, mtime in members:
        path = os.path.join(work, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file: file.write(body)
        os.utime(path, (mtime, mtime))
    return os.path.join(work, members[0][0].split("/")[0])


def result(path):
    done = subprocess.run([tool, "analyze", path, "--format", "json"], capture_output=True, timeout=300)
    if done.returncode: raise RuntimeError(done.stderr.decode(errors="replace").strip())
    return done.stdout.decode()


# --- a week later -------------------------------------------------------------------------------------------
def later_number(match, sign):
    digits = match.group(0)
    return str(int(digits) + sign * WEEK * 10 ** (len(digits) - 10))


def later_text(text, sign=1):
    a, b = ("23", "30") if sign > 0 else ("30", "23")
    text = re.sub(r"(2026-?/?11-?/?|Nov )" + a, r"\g<1>" + b, text)
    text = re.sub(r"(?<![\d.])179[56]\d{6}(?:\d{3}|\d{6}|\d{9})?(?!\d)", lambda m: later_number(m, sign), text)
    return re.sub(r"(?<![\d.])1\.79[56]\d*e\+09", lambda m: "%.17g" % float(decimal.Decimal(m.group(0)) + sign * WEEK), text)


def varint(body, at):
    value = shift = 0
    while True:
        value |= (body[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if body[at - 1] < 128: return value, at


def later_profile(body):
    """Moves field 9 (time_nanos) of a pprof profile."""
    out, at = bytearray(), 0
    while at < len(body):
        begin = at
        tag, at = varint(body, at)
        value, at = varint(body, at)
        if tag & 7 == 2: at += value
        if tag != 9 << 3:
            out += body[begin:at]
            continue
        value += WEEK * 10 ** 9
        out += bytes([72])
        while value > 127: out.append(value & 127 | 128); value >>= 7
        out.append(value)
    return bytes(out)


def later_member(member):
    name, body, mtime = member
    if name.endswith(".pb.gz"): body = gzip.compress(later_profile(gzip.decompress(body)), mtime=0)
    elif body[:2] == b"\x1f\x8b": body = gzip.compress(later_text(gzip.decompress(body).decode("latin-1")).encode("latin-1"), mtime=0)
    else: body = later_text(body.decode("latin-1")).encode("latin-1")
    return later_text(name), body, mtime + WEEK


# --- split --------------------------------------------------------------------------------------------------
def is_log(name): return name.endswith(".log") or "/logs/" in name


def rotated(members):
    """Each log in two: the older half in NAME.1, as logrotate leaves it."""
    out = []
    for name, body, mtime in members:
        half = body.find(b"\n", len(body) // 2) + 1
        out += [(name + ".1", body[:half], mtime), (name, body[half:], mtime)] if is_log(name) and half else [(name, body, mtime)]
    return out


def paged(members):
    """Each answer of Prometheus in two: its series, or where there is one its values, first half and second half."""
    out = []
    for name, body, mtime in members:
        document = json.loads(body) if name.endswith(".json") and b'"resultType":"matrix"' in body else None
        series = document["data"]["result"] if document else []
        if not series: out.append((name, body, mtime)); continue
        for half in 0, 1:
            document["data"]["result"] = series[half::2] if len(series) > 1 else [dict(series[0], values=series[0]["values"][half::2])]
            out.append(("%s-%d.json" % (name[:-5], half), json.dumps(document).encode(), mtime))
    return out


def compressed(members):
    pack = {0: (".gz", lambda b: gzip.compress(b, mtime=0)), 1: (".xz", lzma.compress), 2: (".bz2", bz2.compress)}
    texts = [m for m in members if not m[0].endswith(".gz")]
    return [m for m in members if m[0].endswith(".gz")] + [(n + pack[i % 3][0], pack[i % 3][1](b), t) for i, (n, b, t) in enumerate(texts)]


def twice(members, which):
    return members + [(re.sub(r"^([^/]*)/", r"\1/copy/", n), b, t) for n, b, t in members if which(n)]


def renamed(members, to): return [(re.sub(r"^[^/]*/", to, n), b, t) for n, b, t in members]


# --- the comparison -----------------------------------------------------------------------------------------
def close(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return a is not None and b is not None and abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1e-3)
    return a == b


def differences(a, b, where=""):
    if isinstance(a, dict) and isinstance(b, dict) and a.keys() == b.keys():
        return [d for k in a for d in differences(a[k], b[k], where + "." + k)]
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        return [d for i in range(len(a)) for d in differences(a[i], b[i], "%s[%d]" % (where, i))]
    return [] if close(a, b) else ["%s: %.150r was %.150r" % (where, b, a)]


def what_it_says(text, exactly):
    """Of the result: everything but what numbers the rows, or (not exactly) what a reader acts on."""
    document = json.loads(text)
    containers = document["containers"]
    for c in containers:
        for f in c["findings"]:
            for e in f["evidence"]: e.pop("sql")
    if exactly: return {"containers": containers, "from": document["incident"]["from"], "to": document["incident"]["to"]}
    verdict = ("cause", "family", "level", "severity", "site")
    return [{"who": [c[k] for k in ("namespace", "pod", "container")], "lives": c["lives"], "oom_kills": c["oom_kills"], "limit": c["limit_bytes"],
             "verdict": {k: c["verdict"][k] for k in verdict}, "confidence": round(c["verdict"]["confidence"], 1),
             "findings": [[f["rule"], f["outcome"], f["severity"]] for f in c["findings"]]} for c in containers]


def check(name, variant, before, after, exactly):
    found = differences(what_it_says(before, exactly), what_it_says(after, exactly))
    same_id = json.loads(before)["incident"]["id"] == json.loads(after)["incident"]["id"]
    print("%-5s %s: %s" % ("FAIL" if found else "ok", name, variant))
    for line in found[:6]: print("        " + line)
    if found: failures.append((name, variant))
    return same_id


# --- the cases ----------------------------------------------------------------------------------------------
def packings(work, members):
    """(what, path) with the members as they are."""
    shuffled = list(members)
    random.Random(7).shuffle(shuffled)
    plain = tar(members)
    yield "in another order", write(work, "shuffled.tar", tar(shuffled))
    yield "tar", write(work, "plain.tar", plain)
    yield "tar.gz", write(work, "a.tar.gz", gzip.compress(plain))
    yield "tar.xz", write(work, "a.tar.xz", lzma.compress(plain))
    yield "tar.bz2", write(work, "a.tar.bz2", bz2.compress(plain))
    if ZSTD: yield "tar.zst", write(work, "a.tar.zst", subprocess.run([ZSTD, "-c"], input=plain, capture_output=True, check=True).stdout)
    yield "zip", write(work, "a.zip", zipped(members))
    yield "a directory", folder(work, members)


def rewritings(members):
    """(what, members, exactly?)"""
    yield "members compressed one by one", compressed(members), True
    yield "another top folder", renamed(members, "saved by/hand/"), True
    yield "no top folder", renamed(members, ""), True
    yield "logs twice", twice(members, is_log), False
    yield "metrics twice", twice(members, lambda n: n.endswith((".json", ".prom"))), False
    yield "profiles twice", twice(members, lambda n: "/pprof/" in n), False
    yield "all of it twice", twice(members, lambda n: True), False
    yield "logs rotated", rotated(members), False
    yield "metrics in two parts", paged(members), False


def bundle(name, path, shift):
    members = unpacked(path)
    with tempfile.TemporaryDirectory() as work:
        before = result(write(work, "base.tar", tar(members)))
        for variant, packed in packings(work, members):
            if not check(name, variant, before, result(packed), True) and variant != "a directory":
                print("FAIL  %s: %s: the incident's id has changed" % (name, variant))
                failures.append((name, variant))
        for variant, changed, exactly in rewritings(members):
            if sorted(changed) == sorted(members): continue # it has no such member
            check(name, variant, before, result(write(work, "changed.tar", tar(changed))), exactly)
        if shift:
            after = result(write(work, "later.tar", tar([later_member(m) for m in members])))
            if check(name, "a week later", before, later_text(after, -1), True): failures.append((name, "the id of a week later is the same"))


def main():
    few = os.environ.get("SANITIZED") == "1"
    for name in ["heapleak.tar.gz", "smalllimit.tar.gz"][:1 if few else 2] + ([] if few else ["tmpfs.tar.gz", "nativeleak.tar.xz"]):
        bundle(name.split(".")[0], os.path.join(data, "incidents", name), True)
    further = sys.argv[3] if len(sys.argv) > 3 else ""
    names = [n for n in sorted(os.listdir(further)) if n.endswith((".gz", ".zip", ".xz"))] if os.path.isdir(further) else []
    for name in [] if few else names[3:6]: bundle(name.split(".")[0], os.path.join(further, name), False)
    print("%d differences" % len(failures))
    return 1 if failures else 0


sys.exit(main())
