#!/usr/bin/env python3
"""The whole program under faults: faults.py GOMORTEM TESTDATA. Signals at random points, full disks, broken pipes, inputs that
fail or come in crumbs. Afterwards the old database is as it was or there is none, no temporary file is left, standard error is
one sentence, and the exit code tells what kind of failure it was. GM_SIGNALS=N sends N signals of each kind (default 12)."""
import hashlib, os, random, resource, signal, subprocess, sys, tempfile, threading, time

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
bundle = os.path.join(data, "incidents", "heapleak.tar.gz")
other = os.path.join(data, "incidents", "healthy.tar.gz")
signals = int(os.environ.get("GM_SIGNALS", "12"))
failures = 0
rng = random.Random(7)


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


def digest(path):
    return hashlib.sha256(open(path, "rb").read()).hexdigest() if os.path.exists(path) else None


def call(*arguments, **more):
    return subprocess.run([tool, *arguments], capture_output=True, timeout=300, **more)


def one_sentence(what, done, code):
    text = done.stderr.decode()
    check("%s: exit code %d" % (what, code), done.returncode == code, done)
    check("%s: one sentence" % what, text.startswith("gomortem: ") and text.count("\n") == 1, text)


class Scene:
    """A folder with an incident that is there already, and what it may become."""

    def __init__(self, work):
        self.folder = os.path.join(work, "scene")
        self.temporary = os.path.join(work, "tmp")
        os.mkdir(self.folder), os.mkdir(self.temporary)
        self.db = os.path.join(self.folder, "x.db")
        self.environment = dict(os.environ, TMPDIR=self.temporary)
        call("import", "-f", bundle, "-o", self.db)
        self.new = digest(self.db)
        self.bytes_new = open(self.db, "rb").read()
        self.answer = call("analyze", self.db).stdout
        self.analyzed = digest(self.db)
        call("import", "-f", other, "-o", self.db)
        self.bytes_old = open(self.db, "rb").read()
        self.old = digest(self.db)

    def reset(self, content):
        for folder in (self.folder, self.temporary):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
        open(self.db, "wb").write(content)

    def left(self):
        return [n for n in os.listdir(self.folder) if n != "x.db"] + os.listdir(self.temporary)


def interrupted(scene, name, number, content, before, after, delay):
    """One run that gets a signal; what it leaves."""
    arguments = {"import": ["import", "-f", bundle, "-o", scene.db], "analyze": ["analyze", scene.db], "transit": ["analyze", bundle]}[name]
    scene.reset(content)
    process = subprocess.Popen([tool, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=scene.environment)
    time.sleep(delay)
    process.send_signal(number)
    text = process.communicate(timeout=120)[1].decode()
    what = "%s, signal %d" % (name, number)
    found = digest(scene.db)
    if process.returncode == 0:
        check("%s: came too late and all is done" % what, found == after and not scene.left(), (found, scene.left()))
        return False
    if number == signal.SIGKILL:
        check("%s: killed" % what, process.returncode == -signal.SIGKILL, process.returncode)
        if name == "analyze" and os.path.exists(scene.db + "-journal"):
            reading = call("query", scene.db, "SELECT 1")
            check("%s: reading is a failure that passes" % what, reading.returncode in (0, 1), reading)
        again = call(*arguments, env=scene.environment)
        check("%s: the next run does it" % what, again.returncode == 0, again)
        if name == "analyze":  # the file counts its changes, so that not every byte is the same
            check("%s: and answers the same" % what, again.stdout == scene.answer, again)
        else:
            check("%s: and makes the same file" % what, digest(scene.db) == after)
        return True
    early = process.returncode == -number and not text  # before the program has set up its handler
    check("%s: code 130" % what, process.returncode == 130 or early, (process.returncode, text))
    check("%s: one sentence" % what, text == "gomortem: interrupted\n" or early, text)
    check("%s: the old file is as it was" % what, found == before, found == after)
    check("%s: nothing is left" % what, not scene.left(), scene.left())
    return True


def send_signals(scene):
    hits = {signal.SIGINT: 0, signal.SIGKILL: 0}
    for name, content, before, after in (("import", scene.bytes_old, scene.old, scene.new), ("analyze", scene.bytes_new, scene.new, scene.analyzed),
                                         ("transit", scene.bytes_old, scene.old, scene.old)):
        scene.reset(content)
        began = time.monotonic()
        interrupted(scene, name, 0, content, before, after, 0)  # signal 0 is none: how long it takes
        whole = time.monotonic() - began
        for number in hits:
            hits[number] += sum(interrupted(scene, name, number, content, before, after, rng.random() * whole) for _ in range(signals))
    check("some signals of each kind came in time", all(hits.values()), hits)
    print("signals that came in time: %d SIGINT and %d SIGKILL of %d each" % (*hits.values(), 3 * signals))


def leftovers(scene):
    """What a killed import left is removed by a later one, but not what another one works on."""
    scene.reset(scene.bytes_old)
    stale, fresh = (os.path.join(scene.folder, ".gomortem-%d-0.tmp" % n) for n in (999999, 999998))
    for path in (stale, fresh):
        open(path, "wb").write(scene.bytes_new)
    os.utime(stale, (1700000000, 1700000000))
    check("an import beside leftovers", call("import", "-f", bundle, "-o", scene.db).returncode == 0)
    check("removes the old one alone", scene.left() == [os.path.basename(fresh)], scene.left())


def outputs(scene):
    """Standard output that is full or gone."""
    scene.reset(scene.bytes_new)
    call("analyze", scene.db)
    for arguments in (["analyze", scene.db], ["query", scene.db, "timeline"], ["query", "--format", "csv", scene.db, "SELECT * FROM timeline"], ["query", "--format", "json", scene.db, "SELECT * FROM timeline"],
                      ["export", scene.db, "openmetrics"], ["export", scene.db, "ndjson"], ["schema"], ["help"]):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([tool, *arguments], stdout=full, stderr=subprocess.PIPE, timeout=300)
        one_sentence("full output of %s" % " ".join(arguments[:1] + arguments[2:]), done, 1)
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([tool, *arguments], stdout=writer, stderr=subprocess.PIPE, timeout=300)
        os.close(writer)
        one_sentence("broken pipe of %s" % " ".join(arguments[:1] + arguments[2:]), done, 1)


def small_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (300000, 300000))


def disks(scene):
    """No space for the database: by a limit on the size of files, and on a small file system where one can be mounted."""
    scene.reset(scene.bytes_old)
    done = call("import", "-f", bundle, "-o", scene.db, env=scene.environment, preexec_fn=small_files)
    one_sentence("a file too large", done, 1)
    check("a file too large: the old one is as it was", digest(scene.db) == scene.old and not scene.left(), scene.left())
    done = call("analyze", bundle, env=scene.environment, preexec_fn=small_files)
    one_sentence("a temporary file too large", done, 1)
    check("a temporary file too large: nothing is left", not scene.left(), scene.left())
    mount = os.path.join(scene.folder, "small")
    script = 'mount -t tmpfs -o size=400k none "$1" && cp "$2" "$1/x.db" && "$3" import -f "$4" -o "$1/x.db"; code=$?; ls -A "$1"; cmp "$2" "$1/x.db" && echo same; exit $code'
    os.mkdir(mount)
    small = os.path.join(scene.temporary, "small.db")
    open(small, "wb").write(b"an older file")
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", mount, small, tool, bundle], capture_output=True, timeout=300)
    os.rmdir(mount)
    if b"mount" in done.stderr or b"unshare" in done.stderr:
        print("SKIP  no small file system can be mounted here: %s" % done.stderr.decode().strip())
    else:
        one_sentence("a full file system", done, 1)
        check("a full file system: the old file alone", done.stdout == b"x.db\nsame\n", done.stdout)


def inputs(scene):
    """Bundles that cannot be read, or come in crumbs."""
    scene.reset(scene.bytes_old)
    whole = open(bundle, "rb").read()
    process = subprocess.Popen([tool, "import", "-f", "-", "-o", scene.db], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    at = 0
    while at < len(whole):
        size = rng.choice((1, 2, 511, 4096, 30000))
        process.stdin.write(whole[at:at + size])
        process.stdin.flush()
        at += size
    process.stdin.close()
    check("a bundle in crumbs", process.wait(300) == 0 and not process.stderr.read())
    ids = [call("query", "--format", "csv", path, "SELECT incident_id FROM incident").stdout for path in (scene.db, bundle)]
    check("is the same incident", ids[0] == ids[1] and ids[0], ids)
    scene.reset(scene.bytes_old)
    for path, code in (("/proc/self/mem", 1), (os.path.join(scene.folder, "missing"), 2), ("/dev/null", 2), (os.path.join(scene.folder, "empty"), 2)):
        if path.endswith("empty"):
            os.mkdir(path)
        done = call("import", "-f", path, "-o", scene.db)
        one_sentence("bundle %s" % os.path.basename(path), done, code)
        check("bundle %s: the old file is as it was" % os.path.basename(path), digest(scene.db) == scene.old, scene.left())
    os.rmdir(os.path.join(scene.folder, "empty"))
    done = call("import", "-f", bundle, "-o", os.path.join(scene.folder, "none", "x.db"))
    one_sentence("a folder that is not there", done, 1)
    done = call("import", bundle, "-o", scene.db)
    one_sentence("a file that is there", done, 2)
    check("a file that is there is as it was", digest(scene.db) == scene.old)


with tempfile.TemporaryDirectory() as work:
    scene = Scene(work)
    inputs(scene)
    outputs(scene)
    disks(scene)
    leftovers(scene)
    send_signals(scene)
print("faults: %d failures" % failures)
sys.exit(failures > 0)
