#!/usr/bin/env python3
"""The Debian package: package.py BUILD TESTDATA. Built, looked into, unpacked into an empty root and run from there."""
import os, re, shutil, subprocess, sys, tempfile

build, data = map(os.path.abspath, sys.argv[1:3])
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


for program in ("dpkg-deb", "dpkg-shlibdeps", "file"):
    if not shutil.which(program):
        print("SKIP  %s is not installed" % program)
        sys.exit(77)

with tempfile.TemporaryDirectory() as work:
    made = subprocess.run(["cpack", "--config", os.path.join(build, "CPackConfig.cmake"), "-G", "DEB", "-B", work], capture_output=True, text=True, cwd=build)
    packages = [n for n in os.listdir(work) if n.endswith(".deb")]
    check("cpack makes one package", made.returncode == 0 and len(packages) == 1, made.stderr + made.stdout)
    if failures:
        sys.exit(1)
    package, root = os.path.join(work, packages[0]), os.path.join(work, "root")
    fields = subprocess.run(["dpkg-deb", "-f", package], capture_output=True, text=True, check=True).stdout
    check("its name", re.search(r"^Package: gomortem$", fields, re.M), fields)
    for library in ("libc6", "libsqlite3-0", "libarchive13", "libcairo2", "libpangocairo-1.0-0", "libglib2.0-0", "libyajl2", "libprotobuf-c1"):
        check("it depends on %s" % library, re.search(r"^Depends:.*\b%s" % re.escape(library), fields, re.M), fields)
    subprocess.run(["dpkg-deb", "-x", package, root], check=True)
    wanted = ["usr/bin/gomortem", "usr/share/doc/gomortem/README.md", "usr/share/doc/gomortem/schema.md", "usr/share/gomortem/schema/0001_1_import.sql",
              "usr/share/gomortem/result.schema.json", "usr/share/gomortem/fleet/load-postgresql.sh", "usr/share/bash-completion/completions/gomortem",
              "usr/share/zsh/vendor-completions/_gomortem", "usr/share/fish/vendor_completions.d/gomortem.fish"]
    wanted += ["usr/share/man/man1/gomortem.1", "usr/share/man/man1/gomortem-run.1"] if shutil.which("scdoc") else []
    for name in wanted:
        check("it holds %s" % name, os.path.isfile(os.path.join(root, name)))
    strays = [os.path.join(p, n) for p, _, names in os.walk(root) for n in names if not os.path.relpath(p, root).startswith("usr/")]
    check("nothing outside /usr", not strays, strays)
    tool = os.path.join(root, "usr/bin/gomortem")
    version = subprocess.run([tool, "version"], capture_output=True, text=True)
    check("the program says the package's version", re.search(r"^Version: %s$" % re.escape(version.stdout.split()[1].rstrip(",")), fields, re.M), version.stdout)
    done = subprocess.run([tool, "run", os.path.join(data, "incidents", "heapleak.tar.gz"), "-o", os.path.join(work, "out")], capture_output=True, text=True, cwd="/")
    check("the program does its job", done.returncode == 0 and "go_live_leak" in done.stdout and os.path.isfile(os.path.join(work, "out", "report.html")), done.stderr)
print("package: %d failures" % failures)
sys.exit(failures > 0)
