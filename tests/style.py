"""The house style, for what a reader would stumble over: style.py SOURCE_DIR

Layout is clang-format's (version 14, for versions differ), a function has at most 60 lines, a file at most 600, and each
source begins with a comment that says what it is."""
import pathlib
import re
import shutil
import subprocess
import sys

FUNCTION_LINES, FILE_LINES, HEADER_LINES = 60, 600, 150
SKIPPED = 77


def sources(root):
    folders = ("analyzer", "importer", "include", "reports", "tests")
    return sorted(p for folder in folders for p in (root / folder).rglob("*") if p.suffix in (".c", ".h"))


def long_functions(lines):
    """A function begins at a line without indentation that ends with ") {" and ends at the next "}" there."""
    begin = None
    for number, line in enumerate(lines, 1):
        if begin is None and re.match(r"\w.*\) \{$|\{$", line):
            begin = number
        elif begin is not None and line.startswith("}"):
            if number - begin + 1 > FUNCTION_LINES:
                yield begin, number - begin + 1
            begin = None


def complaints(root):
    for path in sources(root):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        name = path.relative_to(root)
        if not lines or not lines[0].startswith("/*"):
            yield "%s does not say what it is" % name
        most = HEADER_LINES if name.parts[0] == "include" else FILE_LINES
        if len(lines) > most:
            yield "%s has %d lines, more than %d" % (name, len(lines), most)
        for begin, length in long_functions(lines):
            yield "%s:%d: a function of %d lines, more than %d" % (name, begin, length, FUNCTION_LINES)


def layout(root):
    program = shutil.which("clang-format-14") or shutil.which("clang-format")
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout if program else ""
    if "version 14." not in version:
        print("skipped: the layout is that of clang-format 14, which is not here")
        return None
    done = subprocess.run([program, "--dry-run", "-Werror", *map(str, sources(root))], cwd=root, capture_output=True, text=True)
    return [line for line in done.stderr.splitlines() if "error:" in line]


def main():
    root = pathlib.Path(sys.argv[1])
    found, by_format = list(complaints(root)), layout(root)
    for line in found + (by_format or []):
        print(line)
    print("style: %d files, %d complaints" % (len(sources(root)), len(found) + len(by_format or [])))
    return 1 if found or by_format else SKIPPED if by_format is None else 0


if __name__ == "__main__":
    sys.exit(main())
