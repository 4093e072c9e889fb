#!/usr/bin/env python3
"""Opens a report in real headless Chromium: chromium.py GOMORTEM TESTDATA [SCREENSHOT]. Exits with 77 when there is none."""
import os, re, shutil, subprocess, sys, tempfile

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
browser = shutil.which("chromium")
if not browser:
    print("skipped: chromium is not installed")
    sys.exit(77)
with tempfile.TemporaryDirectory() as work:
    subprocess.run([tool, "run", os.path.join(data, "incidents", "heapleak.tar.gz"), "-o", work + "/out"], check=True, stdout=subprocess.DEVNULL)
    shot = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else work + "/shot.png"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--disable-dev-shm-usage", "--enable-logging=stderr", "--window-size=1200,2400", "--user-data-dir=" + work + "/profile"]
    url = "file://" + work + "/out/report.html"
    dom = subprocess.run([browser, *flags, "--dump-dom", url], capture_output=True, timeout=120)
    text = dom.stdout.decode(errors="replace")
    console = [line for line in dom.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line]
    assert "go_live_leak" in text and "shop/session.(*Store).Create" in text, "the verdict is not on the page"
    assert not console, "the console is not silent: %s" % console
    pictures = re.findall(r'<img[^>]*src="data:image/png', text)
    assert len(pictures) == 3, "three charts were expected, not %d" % len(pictures)
    subprocess.run([browser, *flags, "--screenshot=" + shot, url], capture_output=True, timeout=120)
    head = open(shot, "rb").read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(head[16:20], "big") == 1200, "no screenshot was made"
    assert os.path.getsize(shot) > 50000, "the screenshot is nearly empty"
print("the report opens in Chromium: verdict, %d charts, silent console" % len(pictures))
