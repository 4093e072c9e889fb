#!/usr/bin/env python3
"""Writes the .in and .path files of this folder: profiles in protobuf, made by hand, field by field.

Run it in this folder after a change; the .rows files are written by the golden runner and then read against this
file. Field numbers: importer/proto/profile.proto."""
import gzip

def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    out.append(n)
    return bytes(out)

def num(field, value): return varint(field << 3) + varint(value)
def sub(field, data): return varint(field << 3 | 2) + varint(len(data)) + data
def packed(field, values): return sub(field, b"".join(map(varint, values)))

TIME = 1795424847993983322  # 2026-11-23T09:07:27.993983322Z

class Profile:
    """Strings are interned as Go does it: in the order of their use, the empty one first."""
    def __init__(self): self.strings, self.out = [""], []
    def s(self, text):
        if text not in self.strings: self.strings.append(text)
        return self.strings.index(text)
    def raw(self, data): self.out.append(data); return self
    def types(self, *types):
        for t, u in types: self.raw(sub(1, num(1, self.s(t)) + num(2, self.s(u))))
        return self
    def period(self, t, u, n): return self.raw(sub(11, num(1, self.s(t)) + num(2, self.s(u))) + num(12, n))
    def sample(self, ids, values, labels=b"", pack=True):
        if pack: return self.raw(sub(2, packed(1, ids) + packed(2, values) + labels))
        return self.raw(sub(2, b"".join(num(1, i) for i in ids) + b"".join(num(2, v) for v in values) + labels))
    def bytes_label(self, n): return sub(3, num(1, self.s("bytes")) + num(3, n))
    def label(self, key, text): return sub(3, num(1, self.s(key)) + num(2, self.s(text)))
    def mapping(self, i, file, build=""):
        return self.raw(sub(3, num(1, i) + num(2, 0x400000) + num(3, 0x800000) + num(5, self.s(file)) + num(6, self.s(build)) + num(7, 1)))
    def location(self, i, *lines, mapping=1, address=None):
        data = num(1, i) + num(2, mapping) + num(3, 0x400000 + i * 16 if address is None else address)
        return self.raw(sub(4, data + b"".join(sub(4, num(1, f) + num(2, n)) for f, n in lines)))
    def function(self, i, name, file): return self.raw(sub(5, num(1, i) + num(2, self.s(name)) + num(3, self.s(name)) + num(4, self.s(file))))
    def time(self, t=TIME): return self.raw(num(9, t))
    def end(self, strings=None): return b"".join(self.out) + b"".join(sub(6, x.encode()) for x in (strings or self.strings))

HEAP = (("alloc_objects", "count"), ("alloc_space", "bytes"), ("inuse_objects", "count"), ("inuse_space", "bytes"))

def code(p):
    """Three functions; location 2 is leak with grow inlined into it."""
    p.location(1, (1, 10)).location(2, (3, 33), (2, 21)).location(3, (2, 25))
    return p.function(1, "main.main", "/src/main.go").function(2, "shop.(*Store).leak", "/src/store.go").function(3, "shop.grow", "/src/store.go")

def heap():
    p = Profile().period("space", "bytes", 524288).types(*HEAP)
    p.sample([2, 1], [10, 1000, 4, 400], p.bytes_label(100))
    p.sample([2, 1], [20, 4000, 5, 1000], p.bytes_label(200))  # the same stack, another size of block
    p.sample([3, 1], [7, 7000, 0, 0], p.bytes_label(1000))
    return code(p).time().mapping(1, "/app/server", "abc123")

def write(name, data, path=None):
    open(name + ".in", "wb").write(data)
    if path: open(name + ".path", "w").write(path + "\n")

write("heap", heap().end(), "pprof/heap-20261123T090727Z.pb.gz")
write("heap_gzip", gzip.compress(heap().end(), 9, mtime=0), "pprof/heap-20261123T090727Z.pb.gz")
p = heap(); p.raw(num(14, p.s("alloc_space")))
write("allocs_default_type", p.end(), "pprof/1644509272337470000.pb.gz")
p = heap(); p.out = [x for x in p.out if x != num(9, TIME)]
write("allocs_named_no_time", p.end(), "pprof/allocs-20261123T090500Z.pb.gz")
write("heap_delta_named", heap().end(), "pprof/heap-delta.pb.gz")

def waits(): 
    p = Profile().period("contentions", "count", 1).types(("contentions", "count"), ("delay", "nanoseconds"))
    p.sample([3, 1], [3, 9000]).sample([1], [1, 500])
    return code(p).time().mapping(1, "/app/server")
write("mutex_named", waits().end(), "pprof.server.mutex.001.pb.gz")
write("block_in_folder", waits().end(), "block/1644509272337470000.pb.gz")
write("contentions_unnamed", waits().end(), "profiles/1.pb.gz")

p = Profile().time().types(("samples", "count"), ("cpu", "nanoseconds")).raw(num(10, 10000341137)).period("cpu", "nanoseconds", 10000000)
p.sample([2, 1], [3, 30000000], p.label("route", "/cart"), pack=False).sample([2, 1], [1, 10000000], p.label("route", "/item"), pack=False)
write("cpu_not_packed", code(p).mapping(1, "/app/server").end(), "cpu.pb.gz")
p = Profile().types(("samples", "count"), ("time", "nanoseconds")).period("wallclock", "nanoseconds", 10101010)
write("fgprof", code(p.sample([1], [9, 90909090])).time().end(), "fgprof.pb.gz")
p = Profile().types(("samples", "count")).period("cpu", "nanoseconds", 0)
write("cpu_by_period_type", code(p.sample([1], [9])).time().end(), "1.pb.gz")
p = Profile().types(("goroutine", "count")).period("goroutine", "count", 1)
code(p.sample([3, 1], [40]).sample([1], [2])).time()
write("goroutine_strings_first", b"".join(sub(6, x.encode()) for x in p.strings) + b"".join(p.out), "goroutine.pb.gz")
p = Profile().types(("goroutineleak", "count")).period("goroutineleak", "count", 1)
write("goroutineleak", code(p.sample([3, 1], [5])).time().end(), "goroutineleak.pb.gz")
p = Profile().types(("wall", "microseconds"), ("load", "widgets"), ("hits", "count"), ("misses", "count"))
write("other_units", code(p.sample([1], [5, 6, 7, 8])).time().end(), "own.pb.gz")
p = Profile().types(("load", "widgets"))
write("no_column", code(p.sample([1], [5])).time().end(), "own.pb.gz")
write("empty", Profile().period("space", "bytes", 524288).types(*HEAP).time().end(), "heap.pb.gz")

p = Profile().types(*HEAP).sample([1, 2, 3], [1, 16, 1, 16])
p.location(1, address=0x45f3a1).location(2, (9, 5)).location(3, mapping=77, address=0x7f00000000ff).mapping(1, "/usr/lib/libc.so.6")
write("no_symbols", p.time().end(), "heap.pb.gz")  # nothing has a name: no lines, no such function, no such mapping

p = Profile().types(*HEAP)
p.sample([3, 1], [-5, -500, -1, -100], p.label("pprof::base", "true")).sample([2, 1], [9, 900, 3, 300])
write("delta_negative", code(p).time().end(), "heap.pb.gz")

p = Profile().types(*HEAP)
for i in (7 << 40, 3, 9 << 50): p.sample([i], [1, 10, 1, 10])
p.location(7 << 40, (1, 1)).location(3, (1, 2)).location(9 << 50, (1, 3)).function(1, "main.main", "/src/main.go")
write("ids_sparse", p.time().end(), "heap.pb.gz")

p = Profile().types(*HEAP)
p.sample([1], [1, 10, 1, 10])
p.sample([1, 99], [2, 20, 2, 20])                        # no location 99
p.sample([1], [3, 30, 3])                                # three values for four types
p.sample([1], [4, 40, 4, -(1 << 63)])                    # reads as unknown
p.sample([4, 1], [5, 50, 5, 50])                         # a name outside the table
p.sample([5, 1], [6, 60, 6, 60])                         # a line without function
p.raw(sub(2, b"\x08"))                                   # a sample that breaks off
p.raw(num(2, 7))                                         # a sample that is a number
code(p).location(1, (2, 1)).location(0, (2, 2))          # taken, zero
p.location(4, (4, 1)).raw(sub(5, num(1, 4) + num(2, 1000) + num(4, 2000))).location(5, (0, 7))
p.raw(num(99, 5)).raw(sub(100, b"later"))                # fields of a later version
write("damaged_parts", p.time().end(), "heap.pb.gz")

p = Profile().types(*HEAP)
for values in ([], [1], [1, 10, 1, 10, 1], [2, 20, 2, 20]): p.sample([1], values)
labels = (sub(3, b""), num(3, 5), sub(3, num(1, p.s("key"))), sub(3, num(1, p.s("key")) + num(2, p.s("text")) + num(3, 7)), p.bytes_label(64) * 2, p.label("key", "text") * 300)
for i, label in enumerate(labels): p.sample([3, 1], [10 + i, 100, 0, 0], label)  # empty, a number, no value, two values, twice, many
p.sample([], [3, 30, 3, 30])                             # no stack
p.sample([4], [4, 40, 4, 40]).sample([5], [5, 50, 5, 50]).sample([6], [6, 60, 6, 60])
code(p).location(4).location(5, (0, 7), (1, 8)).location(6, (0, 0), address=0)  # no line, a line without function, nothing at all
write("counts_differ", p.time().end(), "heap.pb.gz")

p = Profile().types(*HEAP)                               # what is repeated may come in any pieces
p.raw(sub(2, packed(1, [2]) + num(1, 1) + num(2, 1) + packed(2, [10, 1]) + num(2, 10)))
p.raw(sub(2, num(2, 2) + num(1, 3) + packed(2, []) + packed(2, [20]) + packed(1, [1]) + packed(2, [2, 20]) + packed(1, [])))
write("packed_and_not", code(p).time().end(), "heap.pb.gz")

TOP, MOST, LEAST = (1 << 64) - 1, (1 << 63) - 1, -(1 << 63)
p = Profile().period("space", "bytes", MOST).types(*HEAP).raw(num(10, LEAST))
p.sample([TOP, 1 << 63], [MOST, 0, 0, MOST], p.bytes_label(MOST)).sample([1 << 63], [0, MOST, LEAST + 1, 0], p.bytes_label(LEAST))
p.location(TOP, (TOP, MOST), mapping=TOP, address=TOP).location(1 << 63, (TOP, LEAST), mapping=TOP, address=TOP).location(TOP, (TOP, 1))
p.function(TOP, "main.main", "/src/main.go").raw(sub(5, num(1, TOP) + num(2, TOP)))
p.raw(sub(3, num(1, TOP) + num(2, TOP) + num(3, 0) + num(4, TOP) + num(5, p.s("/app/server"))))
write("numbers_at_the_edge", p.time(MOST).end(), "heap.pb.gz")
write("time_at_the_edge", code(Profile().types(*HEAP).sample([1], [1, 10, 1, 10])).time(LEAST).end(), "heap.pb.gz")

p = Profile().types(*HEAP)
p.sample([1], [(1 << 63) - 1, 10, 0, 0]).sample([1], [1, 10, 0, 0]).sample([3], [-(1 << 63) + 1, 10, 0, 0])
write("sums_beyond_64_bits", code(p).time().end(), "heap.pb.gz")

write("two_profiles", heap().end() + waits().end(), "all.pb.gz")
write("breaks_off", heap().end()[:-7], "heap.pb.gz")
write("no_strings", b"".join(heap().out), "heap.pb.gz")
write("first_string_not_empty", (lambda p: p.end(["x"] + p.strings[1:]))(heap()), "heap.pb.gz")
write("then_garbage", heap().end() + b"\x07\xff\xff", "heap.pb.gz")
