#!/usr/bin/env python3
"""Nasty bundles that are too large or too odd to be kept as files: nasty.py GOMORTEM TESTDATA. Each is made here, goes through
the whole program under a small --max-memory, and must give what is said of it and keep the good member beside it."""
import base64, csv, gzip, html.parser, io, json, lzma, os, re, sqlite3, struct, subprocess, sys, tarfile, tempfile, zipfile, zlib

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sanitized = b"__asan_init" in open(tool, "rb").read()
failures = 0
CYCLE = "gc %d @%d.000s 1%%: 0.1+1.0+0.1 ms clock, 0.4+0.1/0.2/0.3+0.4 ms cpu, 4->5->3 MB, 6 MB goal, 0 MB stacks, 0 MB globals, 4 P\n"
GOOD = "".join(CYCLE % (i + 1, i) for i in range(5)).encode()


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


def rows(db, sql):
    connection = sqlite3.connect(db)
    connection.text_factory = lambda b: b.decode(errors="replace")
    answer = connection.execute(sql).fetchall()
    connection.close()
    return answer


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1795424400
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def imported(work, what, bundle, *options, code=0, good=True):
    """The database of a bundle that came through standard input; the good member's five cycles are in it."""
    db = os.path.join(work, "x.db")
    memory = [] if sanitized else ["--max-memory", "128M"]
    done = subprocess.run([tool, "import", "-f", *memory, *options, "-", "-o", db], input=bundle, capture_output=True, timeout=600)
    check("%s: exit code %d" % (what, code), done.returncode == code, done)
    check("%s: one sentence at most" % what, done.stderr.count(b"\n") == (code != 0), done.stderr)
    if good and code == 0:
        check("%s: the good member is kept" % what, rows(db, "SELECT count(*) FROM gc_cycle") == [(5,)], rows(db, "SELECT * FROM import_log"))
    return db


def said(db, part):
    return rows(db, "SELECT count(*) FROM diagnostic WHERE text LIKE '%%%s%%'" % part)[0][0] > 0


# --- lines, labels, series ---------------------------------------------------------------------------------------

def long_things(work):
    db = imported(work, "a line of 100 MB", tar([("a.log", GOOD[:200] + b"x" * (100 << 20) + b"\n" + GOOD[len(GOOD.splitlines(True)[0]):])]), good=False)
    check("a line of 100 MB: is cut", said(db, "longer than 1048576 bytes"), rows(db, "SELECT text FROM diagnostic"))
    check("a line of 100 MB: what follows is read", rows(db, "SELECT count(*) >= 4 FROM gc_cycle") == [(1,)])
    for name, text in (("label", b'go_goroutines{namespace="a",pod="b",container="c",x="%s"} 7 1795424362000\n' % (b"L" * (1 << 20))),
                       ("metric", b"%s 7 1795424362000\n" % (b"m" * (1 << 20))), ("name of a pod", b'go_goroutines{namespace="a",pod="%s",container="c"} 7 1795424362000\n' % (b"p" * (1 << 20)))):
        after = b'go_goroutines{namespace="a",pod="b",container="d"} 8 1795424362000\n'
        db = imported(work, "a %s of 1 MB" % name, tar([("a.log", GOOD), ("m.prom", b"# TYPE go_goroutines gauge\n" + text + after)]))
        check("a %s of 1 MB: the next sample is read" % name, rows(db, "SELECT count(*) FROM sample WHERE value = 8") == [(1,)], rows(db, "SELECT * FROM import_log"))
    label = '{"metric":{"__name__":"go_goroutines","namespace":"a","pod":"b","container":"c","x":"%s"},"values":[[1795424362,"7"]]}' % ("L" * (1 << 20))
    db = imported(work, "a JSON label of 1 MB", tar([("a.log", GOOD), ("r.json", ('{"status":"success","data":{"resultType":"matrix","result":[%s]}}' % label).encode())]))
    check("a JSON label of 1 MB: kept or told", rows(db, "SELECT (SELECT count(*) FROM sample) + (SELECT count(*) FROM diagnostic WHERE severity <> 'info') > 0") == [(1,)])


def odd_samples(work):
    text = b"# TYPE go_goroutines gauge\n"
    for value in (b"NaN", b"+Inf", b"-Inf", b"1e400", b"0x1p3", b"1_000", b"", b"--1"):
        text += b'go_goroutines{namespace="a",pod="b",container="c"} %s 1795424362000\n' % value
    for t, value in ((5, 1), (3, 2), (4, 3), (4, 3), (4, 9), (-9223372036854775808, 1), (9223372036854775807, 1)):
        text += b'go_goroutines{namespace="a",pod="b",container="c"} %d %d\n' % (value, 1795424362000 + t * 1000 if abs(t) < 10 else t)
    db = imported(work, "odd samples", tar([("a.log", GOOD), ("m.prom", text)]))
    check("odd samples: those with a value are kept in order", rows(db, "SELECT value FROM sample ORDER BY t_ns LIMIT 9")[-3:] == [(2,), (3,), (1,)], rows(db, "SELECT t_ns, value FROM sample"))
    left = dict(rows(db, "SELECT reason, sum(records) FROM left_out GROUP BY 1"))
    check("odd samples: duplicates are told apart", left.get("duplicate") == 1 and left.get("disagreeing_duplicate", 0) >= 1, left)
    check("odd samples: what has no value is counted", left.get("no_value", 0) >= 3, left)


# --- archives ----------------------------------------------------------------------------------------------------

def overlapping_zip(copies):
    """Fifty names in the directory, one file behind all of them."""
    content = b"0123456789" * 100000
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", GOOD)
        archive.writestr("x00", content)
    raw = out.getvalue()
    at = raw.rindex(b"PK\x01\x02")
    end = raw.rindex(b"PK\x05\x06")
    entry = raw[at:end]
    extra = b"".join(entry.replace(b"x00", b"x%02d" % i) for i in range(1, copies))
    total, size, begin = struct.unpack("<HII", raw[end + 10:end + 20])
    tail = raw[end:end + 8] + struct.pack("<HHII", total + copies - 1, total + copies - 1, size + len(extra), begin) + raw[end + 20:]
    return raw[:end] + extra + tail


def huge_xz_dictionary():
    """A small stream whose header asks for a dictionary of 1.5 GiB."""
    raw = bytearray(lzma.compress(b"gc nothing\n" * 10, check=lzma.CHECK_CRC32))
    size = (raw[12] + 1) * 4
    header = raw[12:12 + size]
    at = header.index(b"\x21\x01") + 2
    header[at] = 39
    header[-4:] = struct.pack("<I", zlib.crc32(bytes(header[:-4])))
    raw[12:12 + size] = header
    return bytes(raw)


def huge_zstd_window():
    """A frame whose window is 2 TiB: descriptor without a size, window exponent 31, an empty last block."""
    return b"\x28\xb5\x2f\xfd" + bytes([0x00, 31 << 3]) + b"\x01\x00\x00"


def archives(work):
    path = os.path.join(work, "overlap.zip")
    open(path, "wb").write(overlapping_zip(50))
    db = os.path.join(work, "x.db")
    done = subprocess.run([tool, "import", "-f", "--max-bytes", "3M", path, "-o", db], capture_output=True, timeout=300)
    check("an overlapping zip: the good member is kept", done.returncode == 0 and rows(db, "SELECT count(*) FROM gc_cycle") == [(5,)], done)
    check("an overlapping zip: what lies there once is read once, or the limit says so", rows(db, "SELECT count(*) FROM member") == [(2,)] or said(db, "3145728 bytes in all"), rows(db, "SELECT path FROM member"))
    for name, stream in (("an xz dictionary of 1.5 GiB", huge_xz_dictionary()), ("a zstd window of 2 TiB", huge_zstd_window())):
        db = imported(work, name, tar([("a.log", GOOD), ("b.bin", stream), ("c.txt", b"nothing")]))
        check("%s: is told" % name, rows(db, "SELECT count(*) FROM diagnostic d JOIN member USING (member_id) WHERE path = 'b.bin'")[0][0] > 0, rows(db, "SELECT * FROM import_log"))
    block = b"\0" * (1 << 20)
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(pack.compress(block) for _ in range(1500)) + pack.flush()
    db = imported(work, "a gzip bomb of 1.5 GB", tar([("a.log", GOOD), ("heap.pb.gz", bomb)]))
    check("a gzip bomb of 1.5 GB: is refused", said(db, "--max-ratio raises it"), rows(db, "SELECT text FROM diagnostic"))
    imported(work, "a gzip bomb alone", bomb, code=2)


# --- packed in itself ----------------------------------------------------------------------------------------------

def fixed_point(function):
    """The x of 32 bits with function(x) == x, where bits of x change bits of the answer on their own; None when there is none."""
    start, rows = function(0), []
    for bit in (1 << n for n in range(32)):
        image, source = function(bit) ^ start ^ bit, bit
        for other, its in rows:
            if image ^ other < image:
                image, source = image ^ other, source ^ its
        rows += [(image, source)] if image else []
    x = 0
    for image, source in sorted(rows, reverse=True):
        if start ^ image < start:
            start, x = start ^ image, x ^ source
    return None if start else x


def gzip_quine():
    """A gzip file that unpacks to itself (RFC 1951, 1952).

    Two kinds of blocks: `print` puts out the bytes that lie in it, `again` the last 20 bytes of the output. Header and first
    block are 20 bytes long, so that everything comes in steps of 20: the output follows what was read one block behind, then
    two, and once `again` repeats both it is one block ahead. The 20 bytes of the next block are therefore free. They hold how
    the file is to end, which the last block copies to where it belongs. The checksum covers itself twice."""
    def block(last, *matches):
        bits = "%d10" % last + "".join(matches) + "0000000"
        bits += "0" * (-len(bits) % 8)
        return bytes(int(bits[i:i + 8][::-1], 2) for i in range(0, len(bits), 8))

    def stored(size):
        return struct.pack("<BHH", 0, size, size ^ 0xffff)

    header, print20, print5 = b"\x1f\x8b\x08\x08\0\0\0\0\0\xffself\0", stored(20), stored(5)
    again = block(False, *["0001000" + "01000" + "110"] * 2)  # length 10, distance 17 + 3, twice
    copy = block(True, "0001100" + "0", "01001" + "000")      # length 17, distance 25: the end, from the free bytes

    def file(checksum, padding):
        end = copy + struct.pack("<II", checksum, 122)
        return (header + print20) * 2 + again + print20 + (again + print20) * 2 + again + print20 + print5 + end + padding + print5 * 2 + end

    for padding in (struct.pack("<I", i)[:3] for i in range(99)):
        checksum = fixed_point(lambda x: zlib.crc32(file(x, padding)))
        if checksum is not None:
            return file(checksum, padding)


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def packed_in_itself(work):
    quine = gzip_quine()
    check("the quine is one", gzip.decompress(quine) == quine)
    refused = "refused: packed more than %d times; --max-depth raises it"
    bundle = tar([("b.gz", quine), ("a.log", GOOD)])
    for depth, options, text in ((8, (), refused % 8), (3, ("--max-depth", "3"), refused % 3), (200, ("--max-depth", "200"), "gzip: Input requires too many filters for decoding")):
        db = imported(work, "a gzip quine, depth %d" % depth, bundle, *options)
        found = rows(db, "SELECT path, severity, text FROM diagnostic JOIN member USING (member_id)")
        check("a gzip quine, depth %d: is refused" % depth, found == [("b.gz", "error", text)], found)
    imported(work, "a gzip quine alone", quine, code=2)
    strict = subprocess.run([tool, "import", "-f", "--strict", "-", "-o", os.path.join(work, "x.db")], input=bundle, capture_output=True, timeout=300)
    check("a gzip quine and --strict: data was lost", strict.returncode == 4, strict)
    for kind, pack in (("tar", tar), ("zip", zipped)):
        name, bundle = "self." + kind, b"core"
        for _ in range(30):
            bundle = pack([(name, bundle), ("beside", b"b")])
        db = imported(work, "a %s in itself" % kind, tar([(name, bundle), ("a.log", GOOD)]))
        found = rows(db, "SELECT path, text FROM diagnostic JOIN member USING (member_id) WHERE severity = 'error'")
        check("a %s in itself: ends at the depth" % kind, found == [("/".join([name] * 8), refused % 8)], found)
        check("a %s in itself: what lies beside is read" % kind, rows(db, "SELECT count(*) FROM member WHERE path LIKE '%/beside'") == [(7,)])
    bundle = bytes(1 << 20)
    for _ in range(5):  # a million files of a MiB each in a few KiB
        bundle = zipped([("%x.zip" % i, bundle) for i in range(16)])
    for option, value, text in (("--max-bytes", "40M", "the bundle holds more than 41943040 bytes in all"), ("--max-members", "99", "more than 99 members")):
        db = imported(work, "zips of zips, " + option, tar([("a.log", GOOD), ("b.zip", bundle)]), option, value)
        check("zips of zips: %s ends it" % option, said(db, "refused: %s" % text), rows(db, "SELECT text FROM diagnostic LIMIT 9"))
        check("zips of zips: %s ends it soon" % option, rows(db, "SELECT count(*) < 999 FROM member") == [(1,)], rows(db, "SELECT count(*) FROM member"))


# --- one behind another --------------------------------------------------------------------------------------------

def concatenations(work):
    first, second = tar([("a.log", GOOD)]), tar([("b.txt", b"second")])
    both = first[:1536] + second  # without the end of the first: one tar
    cases = (("tars", first + second), ("gzip files of tars", gzip.compress(first) + gzip.compress(second)),
             ("gzip members of one tar", b"".join(gzip.compress(both[i:i + 300]) for i in range(0, len(both), 300))),
             ("xz streams of one tar", lzma.compress(both[:700]) + lzma.compress(both[700:])))
    for name, bundle in cases:
        db = imported(work, "concatenated %s" % name, bundle)
        check("concatenated %s: all is read" % name, rows(db, "SELECT path, bytes FROM member") == [("a.log", len(GOOD)), ("b.txt", 6)], rows(db, "SELECT path, bytes FROM member"))
    db = imported(work, "a log in two gzip members", tar([("a.log.gz", gzip.compress(GOOD[:200]) + gzip.compress(GOOD[200:]))]))
    check("a log in two gzip members: nothing is said", rows(db, "SELECT * FROM diagnostic") == [])
    imported(work, "an archive with garbage behind it", first + b"\xff" * 4096)


# --- names and links -----------------------------------------------------------------------------------------------

def entry(name, kind=tarfile.REGTYPE, target="", **headers):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.pax_headers = kind, target, headers
    return info


def names_of_members(work):
    """Names are cut at a NUL by whatever reads the archive; everything else that is changed is said."""
    raw = zipped([("a.log", GOOD), ("bXc", b"1"), ("bXd", b"2"), ("eXY", b"3"), ("/abs", b"4"), ("../../up", b"5"), ("l" * 65000, b"6")])
    raw = raw.replace(b"bXc", b"b\0c").replace(b"bXd", b"b\0d").replace(b"eXY", b"e\xc3\xff")
    db = imported(work, "names in a zip", raw)
    found = rows(db, "SELECT substr(path, 1, 5), text FROM member LEFT JOIN diagnostic d ON d.member_id = member.member_id AND severity = 'warning' ORDER BY member.member_id")
    check("names in a zip", found == [("a.log", None), ("b", None), ("b", "another member has the same path; both are kept"), ("e\ufffd\ufffd", "the path held control bytes or invalid UTF-8, kept as U+FFFD"),
          ("abs", "the path was absolute, it is kept without the leading '/'"), ("up", 'the path held "..", which was taken out'), ("lllll", "the path was too long and is cut")], found)
    db = imported(work, "NUL and escapes in a name", tar([(entry("x", path="a\0b"), b"1"), (entry("x", path="c\x1b[31m/../../d\x07"), b"2"), ("a.log", GOOD)]))
    check("NUL and escapes in a name", rows(db, "SELECT path FROM member") == [("a",), ("d\ufffd",), ("a.log",)], rows(db, "SELECT path FROM member"))
    inside = os.path.join(work, "inside")
    os.mkdir(inside)
    bundle = tar([(entry("dir", tarfile.SYMTYPE, inside), b""), ("dir/planted", b"1"), (entry("up", tarfile.SYMTYPE, ".."), b""), ("up/up/planted", b"2"),
                  (entry("hard", tarfile.LNKTYPE, os.path.join(inside, "planted")), b""), ("hard", b"3"), (entry("tty", tarfile.CHRTYPE), b""), ("tty", b"4"), ("a.log", GOOD)])
    db = imported(work, "links, then files through them", bundle)
    check("links, then files through them: nothing is written", os.listdir(inside) == [] and not {"planted", "hard", "tty"} & set(os.listdir(work)), os.listdir(work))
    check("links, then files through them: all are members", rows(db, "SELECT path, coalesce(format, '-'), bytes FROM member") == [("dir", "link", 0), ("dir/planted", "-", 1), ("up", "link", 0), ("up/up/planted", "-", 1),
          ("hard", "link", 0), ("hard", "-", 1), ("tty", "special_file", 0), ("tty", "-", 1), ("a.log", "log_plain", len(GOOD))], rows(db, "SELECT path, format, bytes FROM member"))
    check("links, then files through them: links are told", rows(db, "SELECT count(*) FROM diagnostic WHERE text LIKE '%listed, not followed'") == [(4,)], rows(db, "SELECT text FROM diagnostic"))


# --- names through all renderers -----------------------------------------------------------------------------------
NAME = "::error file=x::planted\x1b[31m<script>planted()</script>\n::error::planted|`x`[a](b)=cmd()\u202e"


class Reader(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.planted = None, []

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        self.planted += [tag] if any("planted" in (v or "") and k.startswith("on") for k, v in attributes) else []

    def handle_data(self, text):
        if self.inside == "script" and "planted()" in text and "\\u003c" not in text and '"' not in text.split("planted()")[0][-400:]:
            self.planted.append(text[:200])


def names(work):
    quoted = json.dumps(NAME)
    samples = "".join('[%d,"%d"],' % (1795424362 + 15 * i, (50 + i) << 20) for i in range(120)).rstrip(",")
    series = ['{"metric":{"__name__":"%s","namespace":%s,"pod":%s,"container":%s},"values":[%s]}' % (metric, quoted, quoted, quoted, samples)
              for metric in ("container_memory_usage_bytes", "container_memory_working_set_bytes", "container_memory_rss")]
    bundle = tar([("r.json", ('{"status":"success","data":{"resultType":"matrix","result":[%s]}}' % ",".join(series)).encode()), ("d/%s.log" % NAME.replace("\n", " ").replace("/", "_"), GOOD), ("a.log", b"")])
    path, out = os.path.join(work, "names.tar"), os.path.join(work, "names")
    open(path, "wb").write(bundle)
    done = subprocess.run([tool, "run", "-f", path, "-o", out, "--format", "html,png,json,text,markdown,sarif,junit,github,github-summary,gitlab"], capture_output=True, timeout=300)
    check("hostile names: run", done.returncode == 0, done)
    check("hostile names: nothing for the terminal", b"\x1b" not in done.stdout and "\u202e".encode() not in done.stdout, done.stdout)
    for name in sorted(os.listdir(out)):
        content = open(os.path.join(out, name), "rb").read()
        if name.endswith((".png", ".db")):
            continue
        text = content.decode()
        check("hostile names: no escape in %s" % name, "\x1b" not in text, name)
        if name.endswith(".html"):
            reader = Reader()
            reader.feed(text)
            check("hostile names: the page obeys nothing", "<script>planted" not in text and not reader.planted, reader.planted)
        elif name.endswith((".json", ".sarif")):
            json.loads(text)
        elif name.endswith(".xml"):
            import xml.etree.ElementTree
            xml.etree.ElementTree.fromstring(text)
        elif name.endswith(".md"):
            check("hostile names: no markup in %s" % name, "<script>" not in text and "[a](b)" not in text, [l for l in text.splitlines() if "planted" in l][:3])
        else:
            lines = [l for l in text.splitlines() if l.lstrip().startswith("::") and "::planted" in l.split("title=")[0]]
            check("hostile names: no command in %s" % name, not lines, lines)
    db = os.path.join(out, "incident.db")
    for kind in ("ndjson", "openmetrics", "rules", "folded", "speedscope"):
        done = subprocess.run([tool, "export", db, kind], capture_output=True, timeout=120)
        check("hostile names: export %s" % kind, done.returncode in (0, 2), done)
        check("hostile names: export %s has whole lines" % kind, not any(line.startswith(b"::error") for line in done.stdout.splitlines()), done.stdout[:300])
    table = subprocess.run([tool, "query", db, "--format", "csv", "SELECT pod FROM container"], capture_output=True, timeout=120).stdout.decode()
    check("hostile names: CSV gives one cell", [len(r) for r in csv.reader(io.StringIO(table, newline=""))] == [1, 1], table)


with tempfile.TemporaryDirectory() as work:
    odd_samples(work)
    names(work)
    names_of_members(work)
    archives(work)
    packed_in_itself(work)
    concatenations(work)
    long_things(work)
print("nasty: %d failures" % failures)
sys.exit(failures > 0)
