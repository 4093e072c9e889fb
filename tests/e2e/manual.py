#!/usr/bin/env python3
"""Help, man pages, completions and the README's SQL: manual.py GOMORTEM SOURCE DOCS."""
import glob, json, os, re, shutil, subprocess, sys, tempfile

tool, source, docs = map(os.path.abspath, sys.argv[1:4])
failures = 0


def check(what, ok, detail=""):
    global failures
    if not ok:
        print("FAIL  %s: %s" % (what, str(detail)[:1500]))
    failures += not ok


def run(*arguments):
    return subprocess.run([tool, *arguments], capture_output=True, text=True, timeout=120)


def there(program):
    if not shutil.which(program):
        print("SKIP  %s is not installed" % program)
    return shutil.which(program)


commands = run("help", "--names").stdout.split()
options = {c: set(re.findall(r"^  (?:-\w, )?(--[a-z][a-z-]*)", run("help", c).stdout if c != "help" else run("help", "--help").stdout, re.M)) for c in commands}


def help_texts():
    overview = run("help").stdout
    check("the overview names every command", all(re.search(r"^  %s " % c, overview, re.M) for c in commands))
    check("there are commands", {"run", "import", "analyze", "report", "query", "export", "schema", "completion", "help"} <= set(commands), commands)
    for command in commands:
        done = run(command, "--help")
        check("%s --help" % command, done.returncode == 0 and "Usage:" in done.stdout, done)
    check("an unknown topic is refused", run("help", "nonsense").returncode == 2)
    bundle = run("help", "bundle").stdout
    for wanted in ("heap?gc=1", "goroutine?debug=2", "GODEBUG=gctrace=1", "/sys/fs/cgroup", "memory.stat", "memory.usage_in_bytes", "promtool tsdb dump", "--timestamps --previous",
                   "--time-format=iso", "get pod"):
        check("help bundle tells of %s" % wanted, wanted in bundle)
    check("help bundle gives no bad advice", "heap?force=1" not in bundle and "debug/pprof/heap?debug" not in bundle)
    blocks = "\n".join(line[4:] for line in bundle.splitlines() if line.startswith("    ") and "(on the node itself)" not in line)
    shell = subprocess.run(["sh", "-n"], input=blocks, capture_output=True, text=True)
    check("its commands are shell", shell.returncode == 0, shell.stderr)
    codes = run("help", "exits").stdout
    check("help exits tells every code", all(re.search(r"^  %d " % c, codes, re.M) for c in (0, 1, 2, 3, 4, 130)))


def man_pages():
    if not there("scdoc"):
        return
    pages = {os.path.basename(p) for p in glob.glob(os.path.join(docs, "man", "*"))}
    check("a page for the tool and each command", pages == {"gomortem.1"} | {"gomortem-%s.1" % c for c in commands}, pages)
    for command in commands:
        text = open(os.path.join(docs, "man", "gomortem-%s.1" % command)).read().replace("\\-", "-").replace("\\&", "")
        missing = [o for o in options[command] if o not in text and not o.startswith("--help")]
        check("the page of %s has its options" % command, not missing, missing)


def complete(words):
    script = os.path.join(docs, "completions", "gomortem")
    program = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gomortem; printf "%s\\n" "${COMPREPLY[@]}"'
    return subprocess.run(["bash", "-c", program, "bash", script, *words], capture_output=True, text=True, check=True).stdout.split()


def completions():
    check("bash completes commands", set(complete(["gomortem", ""])) == set(commands))
    check("bash completes a beginning", complete(["gomortem", "comp"]) == ["completion"])
    for command in commands:
        offered = set(complete(["gomortem", command, "--"]))
        check("bash completes the options of %s" % command, offered == {o for o in options[command] if not o.startswith("--help-")} , (offered, options[command]))
    check("bash completes rules", set(complete(["gomortem", "explain", "go_live"])) == {"go_live_leak"})
    check("bash completes exports", "openmetrics" in complete(["gomortem", "export", "x.db", "open"]))
    check("bash completes topics", complete(["gomortem", "help", "bund"]) == ["bundle"])
    check("no other shell", run("completion", "tcsh").returncode == 2)
    for shell, name, arguments in (("zsh", "_gomortem", ["-n"]), ("fish", "gomortem.fish", ["--no-execute"])):
        if there(shell):
            done = subprocess.run([shell, *arguments, os.path.join(docs, "completions", name)], capture_output=True, text=True)
            check("%s takes its completion" % shell, done.returncode == 0, done.stderr)


def cookbook():
    statements = re.findall(r"```sql\n(.*?)```", open(os.path.join(source, "README.md")).read(), re.S)
    check("the README has ten statements and more", len(statements) >= 10, len(statements))
    if not there("sqlite3"):
        return
    with tempfile.TemporaryDirectory() as work:
        db = os.path.join(work, "incident.db")
        subprocess.run([tool, "import", os.path.join(source, "testdata", "incidents", "heapleak.tar.gz"), "-o", db], check=True)
        subprocess.run([tool, "analyze", db], check=True, stdout=subprocess.DEVNULL)
        for sql in statements:
            done = subprocess.run(["sqlite3", "-readonly", "-bail", "-batch", "-json", db], input=sql, capture_output=True, text=True)
            rows = json.loads(done.stdout) if done.returncode == 0 and done.stdout.strip() else []
            check("the README's statement answers rows", rows, sql + done.stderr)


DOCKER = """#!/bin/sh
# Stands for docker: runs the program where the image would, with the folders that are mounted there.
[ "$1" = run ] || exit 0
while [ "$1" != gomortem-action ]; do shift; done
shift
for argument; do shift; set -- "$@" "$(printf '%%s' "$argument" | sed "s|^/temp/|$RUNNER_TEMP/|")"; done
cd "$GITHUB_WORKSPACE" && exec "%s" "$@"
"""


def action():
    """The script of action.yml, with the program in place of the image."""
    text = open(os.path.join(source, "action.yml")).read()
    script = "".join(line[8:] or "\n" for line in text.split("      run: |\n")[1].splitlines(True))
    used = set(re.findall(r"inputs\.([a-z-]+)", text))
    check("every input is used, none is invented", used == set(re.findall(r"^  ([a-z-]+):$", text.split("runs:")[0], re.M)), used)
    check("no input is pasted into a script", "${{" not in script)
    with tempfile.TemporaryDirectory() as work:
        for name in ("bin", "space", "temp"):
            os.mkdir(os.path.join(work, name))
        shim = os.path.join(work, "bin", "docker")
        open(shim, "w").write(DOCKER % tool)
        os.chmod(shim, 0o755)
        for bundle, wanted in (("heapleak.tar.gz", 3), ("healthy.tar.gz", 0)):
            shutil.copy(os.path.join(source, "testdata", "incidents", bundle), os.path.join(work, "space"))
            environment = dict(os.environ, PATH=os.path.join(work, "bin") + ":" + os.environ["PATH"], GITHUB_WORKSPACE=os.path.join(work, "space"),
                               RUNNER_TEMP=os.path.join(work, "temp"), BUNDLE=bundle, FAIL_ON="high", FORMAT="github", REPORT="report", RULE_CONFIG="")
            done = subprocess.run(["bash", "-e", "-c", script], capture_output=True, text=True, env=environment)
            check("the action answers %d for %s" % (wanted, bundle), done.returncode == wanted, (done.returncode, done.stdout, done.stderr))
            check("it leaves a report", os.path.isfile(os.path.join(work, "space", "report", "report.html")))


help_texts()
action()
man_pages()
completions()
cookbook()
print("manual: %d failures" % failures)
sys.exit(failures > 0)
