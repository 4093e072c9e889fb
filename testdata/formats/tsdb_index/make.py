#!/usr/bin/env python3
"""Writes the .in and .path files of the tsdb_* folders beside this one: blocks and data directories of Prometheus,
made by hand, bit by bit. A case of several members is a tar, which the importer walks like any bundle.

Run it in this folder after a change; the .rows files are written by the golden runner and then read against this
file. Formats: https://github.com/prometheus/prometheus/tree/main/tsdb/docs/format"""
import io, struct, tarfile

T = 1795424362272  # 2026-11-23T08:59:22.272Z
STALE = 0x7ff0000000000002
WHO = {"container": "cart", "namespace": "shop", "pod": "cart-0"}
RSS = {"__name__": "container_memory_rss", "id": "/a\"b", **WHO}
GOROUTINES = {"__name__": "go_goroutines", "instance": "10.0.0.1:80", "job": "cart", **WHO}
HEAP = {"__name__": "go_memstats_heap_inuse_bytes", **WHO}
INFO = {"__name__": "go_info", "version": "go1.22.1", **WHO}
REQUESTS = {"__name__": "http_request_size_bytes_bucket", "le": "100", **WHO}  # not wanted

def crc(data):
    value = 0xffffffff
    for byte in data:
        value ^= byte
        for _ in range(8): value = value >> 1 ^ (0x82f63b78 if value & 1 else 0)
    return struct.pack(">I", value ^ 0xffffffff)

def uvarint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out) + bytes([n])

def varint(n): return uvarint(n << 1 ^ n >> 63)
def text(s): return uvarint(len(s.encode())) + s.encode()
def bits_of(value): return struct.unpack(">Q", struct.pack(">d", value))[0] if isinstance(value, float) else value

# --- chunks -------------------------------------------------------------------------------------------------
class Bits:
    def __init__(self): self.s = ""
    def put(self, value, n):
        if n: self.s += format(value & (1 << n) - 1, f"0{n}b")
    def data(self, data):
        for byte in data: self.put(byte, 8)
    def end(self):
        s = self.s + "0" * (-len(self.s) % 8)
        return bytes(int(s[i:i + 8], 2) for i in range(0, len(s), 8))

class Floats:
    """Both float encodings; a sample is (time in ms, float or bits)."""
    def __init__(self, xor2): self.xor2, self.b, self.window = xor2, Bits(), None
    def fields(self, delta):
        lead = min(64 - delta.bit_length(), 31)
        trail = (delta & -delta).bit_length() - 1
        return lead, trail
    def changed(self, delta, old, new):
        lead, trail = self.fields(delta)
        if self.window and lead >= self.window[0] and trail >= self.window[1]:
            self.b.put(old, old.bit_length() if old > 1 else 1 if self.nn else 2)
            return self.b.put(delta >> self.window[1], 64 - sum(self.window))
        self.window = lead, trail
        self.b.put(new, new.bit_length())
        self.b.put(lead, 5)
        self.b.put(64 - lead - trail, 6)  # 64 becomes 0
        self.b.put(delta >> trail, 64 - lead - trail)
    def value(self, v, before):
        if self.xor2 and v == STALE: return self.b.put(0b111, 3)
        if v == before: return self.b.put(0, 1)
        self.nn = False
        self.changed(v ^ before, 0b10, 0b110 if self.xor2 else 0b11)
    def dod(self, dod):
        if dod == 0: return self.b.put(0, 1)
        for prefix, n in (0b10, 14), (0b110, 17), (0b1110, 20):
            if -(1 << n - 1) + 1 <= dod <= 1 << n - 1:
                self.b.put(prefix, prefix.bit_length())
                return self.b.put(dod, n)
        self.b.put(0b1111, 4)
        self.b.put(dod, 64)
    def joint(self, dod, v, before):
        if dod == 0 and v == STALE: return self.b.put(0b11111, 5)
        if dod == 0 and v == before: return self.b.put(0, 1)
        if dod == 0:
            self.b.put(0b10, 2)
            self.nn = True
            return self.changed(v ^ before, 0, 1)
        if -(1 << 12) <= dod < 1 << 12:
            self.b.put(0b110, 3)
            self.b.put(dod, 13)
        elif -(1 << 19) <= dod < 1 << 19:
            self.b.put(0b1110, 4)
            self.b.put(dod, 20)
        else:
            self.b.put(0b11110, 5)
            self.b.put(dod, 64)
        self.value(v, before)
    def encode(self, samples, starts=False):
        """starts: start times, of the first sample and with a change of 0 (one bit) from the second on."""
        before, last, delta = 0, 0, 0
        for i, (t, v) in enumerate(samples):
            v = bits_of(v)
            if i == 0:
                self.b.data(varint(t))
                self.b.put(v, 64)
                if starts: self.b.data(varint(5000))
            elif i == 1:
                self.b.data(uvarint(t - last))
                self.value(v, before)
            elif self.xor2: self.joint(t - last - delta, v, before)
            else:
                self.dod(t - last - delta)
                self.value(v, before)
            if i > 0 and starts: self.b.put(0b1110 if i == 2 else 0, 4 if i == 2 else 1)
            if i == 2 and starts: self.b.put(77, 9)
            if i > 0: delta = t - last
            last = t
            if not (self.xor2 and v == STALE): before = v
        header = struct.pack(">H", len(samples)) + (bytes([0x81 if starts else 0]) if self.xor2 else b"")
        return header + self.b.end()

def xor(*samples): return 1, Floats(False).encode(samples)
def xor2(*samples, starts=False): return 4, Floats(True).encode(samples, starts)

class Segment:
    def __init__(self, number=1): self.number, self.out = number, b"\x85\xbd\x40\xdd\1\0\0\0"
    def add(self, chunk, spoil=False):
        ref = self.number - 1 << 32 | len(self.out)
        encoding, data = chunk
        body = bytes([encoding]) + data
        self.out += uvarint(len(data)) + body + (b"\0\0\0\0" if spoil else crc(body))
        return ref

# --- index --------------------------------------------------------------------------------------------------
def index(series, version=2, spoil=None, lie=None):
    """series: (labels, [chunk references]) in the order of their labels. lie: the number of a symbol and the length that
    it claims. Gives the bytes and the references."""
    out, refs, at = bytearray(b"\xba\xaa\xd7\0" + bytes([version])), [], {}
    symbols = sorted({s for labels, _ in series for pair in labels.items() for s in pair})
    body = struct.pack(">I", len(symbols))
    for i, s in enumerate(symbols):
        at[s] = i if version > 1 else 5 + 4 + len(body)
        body += uvarint(lie[1]) + s.encode() if lie and lie[0] == i else text(s)
    out += struct.pack(">I", len(body)) + body + crc(body)
    first = 0
    for i, (labels, chunks) in enumerate(series):
        if version > 1: out += bytes(-len(out) % 16)
        first = first or len(out)
        refs.append(len(out) // (16 if version > 1 else 1))
        body = uvarint(len(labels))
        for k, v in sorted(labels.items()): body += uvarint(at[k]) + uvarint(at[v])
        body += uvarint(len(chunks))
        for n, chunk in enumerate(chunks):
            body += varint(T) + uvarint(0) + uvarint(chunk) if n == 0 else varint(0) + uvarint(0) + varint(chunk - chunks[n - 1])
        out += uvarint(len(body)) + body + (b"\0\0\0\0" if i == spoil else crc(body))
    out += bytes(-len(out) % 4)
    postings = len(out)
    body = struct.pack(">I", len(refs)) + b"".join(struct.pack(">I", r) for r in refs)
    out += struct.pack(">I", len(body)) + body + crc(body)
    table = len(out)
    body = struct.pack(">I", 1) + uvarint(2) + text("") + text("") + uvarint(postings)
    out += struct.pack(">I", len(body)) + body + crc(body)
    toc = struct.pack(">6Q", 5, first, 0, 0, postings, table)
    return bytes(out + toc + crc(toc)), refs

def tombstones(*gaps):
    body = b"".join(uvarint(ref) + varint(a) + varint(b) for ref, a, b in gaps)
    return b"\x01\x30\xba\x30\1" + body + crc(body)

def meta(samples, series, more=""):
    return (f'{{"ulid":"01KAR0000000000000000000AA","minTime":{T},"maxTime":{T + 7200000},"stats":{{"numSamples":{samples},'
            f'"numSeries":{series},"numChunks":{series}}},"compaction":{{"level":1}},"version":1{more}}}').encode()

# --- heads and logs -----------------------------------------------------------------------------------------
class HeadChunks:
    def __init__(self): self.out = b"\x01\x30\xbc\x91\1\0\0\0"
    def add(self, ref, chunk, out_of_order=False):
        encoding, data = chunk
        body = struct.pack(">QqqB", ref, T, T + 1000, encoding | (128 if out_of_order else 0)) + uvarint(len(data)) + data
        self.out += body + crc(body)
        return self
    def end(self): return self.out + bytes(64)

def series_record(*series):
    return b"\1" + b"".join(struct.pack(">Q", ref) + uvarint(len(l)) + b"".join(text(k) + text(v) for k, v in sorted(l.items())) for ref, l in series)

def samples_record(base_ref, base_t, *samples):
    return b"\2" + struct.pack(">Qq", base_ref, base_t) + b"".join(varint(r - base_ref) + varint(t - base_t) + struct.pack(">Q", bits_of(v)) for r, t, v in samples)

def samples_v2_record(*samples):
    out, before, first = b"\x0b", 0, 0
    for i, (ref, t, v, start) in enumerate(samples):  # start: None, "same" or a number
        out += varint(ref - before) + varint(t - first)
        if i == 0: out += varint(start or 0)
        else: out += {None: b"\0", "same": b"\1"}.get(start) or b"\2" + varint(start)
        out += struct.pack(">Q", bits_of(v))
        before, first = ref, first or t
    return out

def deleted_record(*gaps): return b"\3" + b"".join(struct.pack(">Q", r) + varint(a) + varint(b) for r, a, b in gaps)

def snappy(data):
    """Literals of at most 60 bytes; a run of zeros of at least 8 as a literal and a copy."""
    out, i = uvarint(len(data)), 0
    def literal(piece): return bytes([len(piece) - 1 << 2]) + piece
    while i < len(data):
        run = 0
        while i + run < len(data) and data[i + run] == 0 and run < 9: run += 1
        if run >= 8:
            out += literal(b"\0") + bytes([run - 1 - 4 << 2 | 1, 1])  # copy, one byte of offset: 1
            i += run
            continue
        end = min(len(data), i + 60)
        zeros = data.find(bytes(8), i + 1, end)
        piece = data[i:zeros if zeros > 0 else end]
        out += literal(piece)
        i += len(piece)
    return out

def zstd(data): return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) + struct.pack("<I", len(data) << 3 | 1)[:3] + data

class Log:
    PAGE = 32768
    def __init__(self): self.out = b""
    def add(self, record, flag=0):
        first = True
        while True:
            room = self.PAGE - len(self.out) % self.PAGE
            if room < 8:
                self.out += bytes(room)
                continue
            piece, record = record[:room - 7], record[room - 7:]
            kind = (1 if not record else 2) if first else (4 if not record else 3)
            self.out += bytes([kind | flag]) + struct.pack(">H", len(piece)) + crc(piece) + piece
            first = False
            if not record: return self
    def snappy(self, record): return self.add(snappy(record), 8)
    def zstd(self, record): return self.add(zstd(record), 16)

# --- files --------------------------------------------------------------------------------------------------
def write(case, data, path=None):
    with open(f"../tsdb_{case}.in", "wb") as f: f.write(data)
    if path:
        with open(f"../tsdb_{case}.path", "w") as f: f.write(path + "\n")

def tar(case, *members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path, data in members:
            info = tarfile.TarInfo(path)
            info.size, info.mtime = len(data), 1795424400
            archive.addfile(info, io.BytesIO(data))
    data = out.getvalue().rstrip(b"\0")
    write(case, data + bytes(-len(data) % 512 + 1024), case.replace("/", "-") + ".tar")

def plain(step=15000, n=4, first=1e6, add=1e5): return [(T + i * step, first + i * add) for i in range(n)]

def small_block(version=2):
    """Three series that are wanted, one of them in two chunks of two segments, and one that is not."""
    one, two = Segment(1), Segment(2)
    rss = [one.add(xor(*plain(n=3)))]
    goroutines = [one.add(xor((T + 228, 9.0), (T + 15228, STALE), (T + 60228, 12.0)))]
    info = [one.add(xor((T, 1.0), (T + 15000, 1.0)))]
    requests = [one.add(xor(*plain(n=2)))]
    rss.append(two.add(xor((T + 600000, 5e6), (T + 615000, 6e6))))
    series = [(RSS, rss), (GOROUTINES, goroutines), (INFO, info), (REQUESTS, requests)]
    data, refs = index(series, version)
    return one.out, two.out, data, refs

def blocks():
    one, two, v2, refs = small_block()
    block = "prometheus/01KAR0000000000000000000AA/"
    # as a sorted walk gives it: chunks before the index, tombstones last
    tar("index/sorted", (block + "chunks/000001", one), (block + "chunks/000002", two), (block + "index", v2),
        (block + "meta.json", meta(12, 4)), (block + "tombstones", tombstones()))
    # the other way round, and the version of the index says 3
    tar("index/index_first_v3", (block + "tombstones", tombstones()), (block + "index", v2[:4] + b"\3" + v2[5:]),
        (block + "chunks/000002", two), (block + "chunks/000001", one))
    tar("index/v1", *[(name, data) for name, data in zip(("chunks/000001", "chunks/000002", "index"), small_block(1))])
    # the first series of the index is damaged: its chunks belong to nobody
    segment = Segment()
    series = [(RSS, [segment.add(xor(*plain()))]), (HEAP, [segment.add(xor(*plain(n=2)))])]
    tar("index/series_damaged", ("b/chunks/000001", segment.out), ("b/index", index(series, spoil=0)[0]))
    # a symbol that would reach behind the largest number
    tar("index/symbol_length", ("b/chunks/000001", segment.out), ("b/index", index(series, lie=(3, (1 << 63) - 1))[0]))
    # cut before the table of contents
    tar("index/no_toc", ("b/chunks/000001", segment.out), ("b/index", index(series)[0][:-60]))
    # the index wants chunks of a segment that is not there, and more than the first one has
    lost = [(RSS, [segment.add(xor(*plain())), len(segment.out) + 5000]), (HEAP, [1 << 32 | 8])]
    tar("index/chunks_missing", ("b/index", index(lost)[0]), ("b/chunks/000001", segment.out))
    write("index/alone", v2, "01KAR0000000000000000000AA/index")

    deletes = tombstones((refs[0], T + 15000, T + 30000), (refs[0], T + 29000, T + 600000), (refs[1], 0, T))
    tar("tombstones/block", (block + "chunks/000001", one), (block + "chunks/000002", two), (block + "index", v2),
        (block + "tombstones", deletes))
    write("tombstones/damaged", deletes[:-1] + b"?", "b/tombstones")
    write("tombstones/breaks_off", deletes[:20], "b/tombstones")

def chunk_cases():
    # steps so large that all differences stay positive
    step, times = 2000000, [T, T + 2000000]
    for dod in (0, 1, -1, 8191, 8192, -8191, 8193, 65536, -65535, 65537, 524288, -524287, 524289, -600000, 99999999999, -99999000000, 0):
        step += dod
        times.append(times[-1] + step)
    values = [1.0, 1.0, 1.5, 1.25, 1.75, -2.0, 1e300, 0.0, 0x7ff8000000000001, 3.0, STALE, 3.0, 5e-324, 12345678.9, 12345678.9, 12345679.9, 7.0, 8.0, 9.0]
    segment = Segment()
    series = [(RSS, [segment.add(xor(*zip(times, values)))])]
    tar("chunks/xor_every_width", ("b/chunks/000001", segment.out), ("b/index", index(series)[0]))

    times = [T, T + 2000000]
    step = 2000000
    for dod in (0, 0, 1, -4096, 4095, 4096, -4097, 524287, -524288, 524288, -600000, 0, 0, 5, 0, 0, 0):
        step += dod
        times.append(times[-1] + step)
    values = [1.0, 1.5, 1.5, 1.25, 1.75, 1.75, -2.0, 3.0, STALE, 3.0, 1e300, 7.0, STALE, 7.0, STALE, 8.0, 8.5, 8.25, 8.25]
    segment = Segment()
    series = [(RSS, [segment.add(xor2(*zip(times, values)))]), (HEAP, [segment.add(xor2((T, STALE), (T + 5, 2.0), (T + 10, 2.0), (T + 16, 4.0), starts=True))])]
    tar("chunks/xor2", ("b/chunks/000001", segment.out), ("b/index", index(series)[0]))

    segment = Segment()
    count = xor(*plain(n=3))
    aggregates = 255, b"".join(uvarint(len(d)) + bytes([e]) + d for e, d in (count, count)) + uvarint(0) * 3
    kinds = [segment.add((e, struct.pack(">H", 10 + e) + b"abcdef")) for e in (2, 3, 5, 6)]
    series = [(RSS, kinds), (GOROUTINES, [segment.add(aggregates)]), (HEAP, [segment.add((77, b"\0\5xyz")), segment.add(xor(*plain(n=2)))])]
    tar("chunks/kinds", ("b/chunks/000001", segment.out), ("b/index", index(series)[0]))

    # a checksum that is wrong, a chunk that ends too early, a length that leads nowhere; what comes behind is read
    segment = Segment()
    refs = [segment.add(xor(*plain(n=2)), spoil=True), segment.add((1, b"\0\x50" + xor(*plain())[1][2:])), len(segment.out)]
    segment.out += b"\xff\xff\xff\x7f\1"
    series = [(RSS, refs), (HEAP, [segment.add(xor(*plain(n=3)))])]
    tar("chunks/damaged", ("b/chunks/000001", segment.out), ("b/index", index(series)[0]))

    one = small_block()[0]
    write("chunks/no_index", one, "01KAR0000000000000000000AA/chunks/000001")
    write("chunks/name_without_number", one, "segment.bin")

def head_cases():
    series = series_record((1, RSS), (2, GOROUTINES), (3, REQUESTS))
    chunks = HeadChunks().add(1, xor(*plain())).add(3, xor(*plain(n=2))).add(2, (2, b"\0\3abc")).add(4, xor(*plain(n=2)), True).add(9, xor(*plain(n=3)))
    checkpoint = Log().snappy(series)
    first = Log().snappy(samples_record(1, T, (1, T, 1e6), (2, T + 228, 9.0), (1, T + 60000, 1.4e6), (3, T, 5.0)))
    first.add(series_record((4, HEAP))).add(samples_record(4, T, (4, T + 90000, 3e6), (1, T + 75000, STALE), (1, T + 90000, 1.5e6)))
    second = Log().zstd(samples_record(2, T + 90000, (2, T + 90228, 10.0), (77, T + 90000, 1.0)))
    second.add(deleted_record((1, T + 15000, T + 30000)))
    second.add(samples_v2_record((1, T + 105000, 1.6e6, 1000), (2, T + 105228, 11.0, None), (4, T + 105000, 3.5e6, "same"), (1, T + 120000, 1.7e6, 2000)))
    second.add(b"\7histogram").add(b"\4exemplars").add(b"\6metadata").add(b"\x63?")
    tar("head/data_directory", ("data/chunks_head/000001", chunks.end()), ("data/lock", b"4711"),
        ("data/queries.active", b"[" + bytes(20)), ("data/wal/00000004", first.out), ("data/wal/00000005", second.out),
        ("data/wal/checkpoint.00000003/00000000", checkpoint.out))
    write("head/alone", chunks.end(), "data/chunks_head/000001")
    write("head/breaks_off", chunks.out[:-30], "data/chunks_head/000001")

    alone = Log().add(series).add(samples_record(1, T, (1, T, 1e6), (2, T, 9.0)))
    write("wal/plain", alone.out, "data/wal/00000007")
    write("wal/without_path", alone.out, "segment")
    write("wal/breaks_off", alone.out[:-5], "data/wal/00000007")
    bad = bytearray(Log().add(samples_record(1, T, (1, T, 1.0))).out)
    bad[20] ^= 1
    write("wal/empty_record", Log().add(b"").add(series).add(b"").add(samples_record(1, T, (1, T, 1e6))).out, "data/wal/00000007")
    write("wal/damaged", alone.out + bytes(bad), "data/wal/00000007")
    write("wal/snappy_bomb", Log().add(series).add(b"\xff\xff\xff\xff\x0f" + b"\0a", 8).out, "data/wal/00000007")
    # a record over two pages, then the padding of a page that is not full
    long = Log().add(series)
    long.add(b"\4" + bytes(Log.PAGE - len(long.out) - 8 - 40))
    long.add(samples_record(1, T, *[(1 + i % 2, T + i * 1000, float(i)) for i in range(8)]))
    long.out += bytes(-len(long.out) % Log.PAGE)
    long.add(samples_record(1, T, (2, T + 60000, 5.0)))
    write("wal/two_pages", long.out, "data/wal/00000007")
    write("wal/not_a_log", b"something else, 27 bytes...", "data/wal/00000007")

def meta_cases():
    write("meta/block", meta(12, 4), "b/meta.json")
    write("meta/thanos", meta(12, 4, ',"thanos":{"labels":{},"downsample":{"resolution":300000},"source":"compactor"}'), "b/meta.json")
    write("meta/lock", b"4711\n", "data/lock")
    write("meta/queries", b"[" + bytes(30), "data/queries.active")
    write("meta/mark", b'{"id":"01KAR0000000000000000000AA","version":1,"reason":"manual"}', "b/no-compact-mark.json")
    write("meta/head_snapshot", b"\x09\0\3abcdefg", "data/chunk_snapshot.000005.0000012345/00000000")

blocks()
chunk_cases()
head_cases()
meta_cases()
