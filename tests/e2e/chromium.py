#!/usr/bin/env python3
"""Opens reports in real headless Chromium: chromium.py GOMORTEM TESTDATA [SCREENSHOTS]. Exits with 77 when there is none.
With a folder for SCREENSHOTS the pages are kept there as pictures, to be looked at."""
import io, json, os, subprocess, sys, tarfile, tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import browser as web

tool, data = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
shots = os.path.abspath(sys.argv[3]) if len(sys.argv) > 3 else None
failures = 0


def check(what, ok, detail=""):
    global failures
    print(("ok    " if ok else "FAIL  ") + what + ("" if ok else ": %s" % (detail,)))
    failures += not ok


def shoot(page, name):
    if shots:
        os.makedirs(shots, exist_ok=True)
        page.shoot(os.path.join(shots, name + ".png"))


def quiet(page, what, path):
    check(what + ": ready", page.run("return document.documentElement.getAttribute('data-ready')") == "1")
    log = page.log("browser")
    check(what + ": the console is silent", not log, log)
    asked = page.requests()
    check(what + ": no request but the page", asked == ["file://" + path], asked)


# Every text against the ground it stands on, WCAG 2.2 1.4.3; canvas and disabled controls are left out.
CONTRAST = r"""
function parse(c) { var m = c.match(/[\d.]+/g).map(Number); return m.length < 4 ? m.concat(1) : m; }
function lin(v) { v /= 255; return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }
function lum(c) { return 0.2126 * lin(c[0]) + 0.7152 * lin(c[1]) + 0.0722 * lin(c[2]); }
function ground(e) { for (; e; e = e.parentElement) { var c = parse(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c; } return [255, 255, 255, 1]; }
var bad = [];
document.querySelectorAll('body *').forEach(function (e) {
  if (e.closest('svg, script, style') || e.disabled || !e.offsetParent) return;
  if (!Array.prototype.some.call(e.childNodes, function (n) { return n.nodeType === 3 && n.textContent.trim(); })) return;
  var a = lum(parse(getComputedStyle(e).color)), b = lum(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) bad.push(e.tagName + '.' + e.className + ' ' + ratio.toFixed(2) + ' ' + e.textContent.slice(0, 40));
});
document.querySelectorAll('.flame svg text').forEach(function (t) {
  var a = lum(parse(getComputedStyle(t).fill)), b = lum(parse(getComputedStyle(t.parentNode.querySelector('rect')).fill)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) bad.push('flame ' + ratio.toFixed(2) + ' ' + t.textContent);
});
return bad;
"""
NO_OVERFLOW = "return document.documentElement.scrollWidth <= window.innerWidth"
AXIS = "return Array.from(document.querySelectorAll('.pane:last-child .dygraph-axis-label-x')).map(e => e.textContent).join(' ')"
PAINTED = """var c = document.querySelector('.plot canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = {};
for (var i = 0; i < d.length; i += 4) seen[d[i] + ',' + d[i + 1] + ',' + d[i + 2]] = 1; return Object.keys(seen).length"""


def key(page, selector, name):
    page.run("document.querySelector(arguments[0]).focus(); document.querySelector(arguments[0]).dispatchEvent(new KeyboardEvent('keydown', {key: arguments[1], bubbles: true}))", selector, name)


def timeline(page):
    panes = page.run("return Array.from(document.querySelectorAll('.pane-head b')).map(e => e.textContent)")
    check("the panes are there", panes[0] == "Memory" and "Go heap" in panes and "Goroutines and threads" in panes, panes)
    check("the chart is painted", page.run(PAINTED) > 20)
    whole = page.run(AXIS)
    page.run("Array.from(document.querySelectorAll('.chips button')).find(b => b.textContent === 'Life 1').click()")
    life = page.run(AXIS)
    check("a life zooms all panes", life != whole and ":" in life, (whole, life))
    key(page, ".plot", "0")
    check("0 shows everything again", page.run(AXIS) == whole)
    key(page, ".plot", "+")
    check("+ zooms", page.run(AXIS) != whole)
    key(page, ".plot", "0")


def flame(page):
    count = "return document.querySelectorAll('.flame [data-node]').length"
    told = "return document.querySelector('.flame .told').textContent"
    every = page.run(count)
    check("the flame graph has calls", every > 5, every)
    page.run("Array.from(document.querySelectorAll('.flame [data-node]')).find(g => /Sprintf/.test(g.getAttribute('aria-label'))).dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    check("a click zooms", page.run(count) < every and "fmt.Sprintf" in page.run(told), page.run(told))
    page.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}))")
    check("Escape shows everything", page.run(count) == every)
    key(page, ".flame [data-node='0']", "ArrowDown")
    check("arrows walk to the largest callee", "main.main" in page.run("return document.activeElement.getAttribute('aria-label')"))
    page.run("var s = document.querySelector('.flame input'); s.value = 'session'; s.dispatchEvent(new Event('input'))")
    check("search marks and counts", page.run("return document.querySelectorAll('.flame .hit').length") >= 2 and "match" in page.run(told), page.run(told))
    page.run("var s = document.querySelector('.flame input'); s.value = ''; s.dispatchEvent(new Event('input'))")
    page.run("Array.from(document.querySelectorAll('.flame .group button')).find(b => b.textContent === 'Last profile').click()")
    check("the last profile has colours of change", page.run("return document.querySelectorAll('.flame .f-flame_grown').length") > 0)
    page.run("Array.from(document.querySelectorAll('.flame .group button')).find(b => b.textContent === 'What grew').click()")
    check("what is left out is stated", "Nothing is left out" in page.run("return document.querySelector('.flame').textContent"))


def themes(page, path):
    ground = "return getComputedStyle(document.body).backgroundColor"
    click = "document.getElementById('theme').click()"
    check("light at first", page.run(ground) == "rgb(255, 255, 255)", page.run(ground))
    check("every text is readable in light", not page.run(CONTRAST), page.run(CONTRAST))
    page.run(click)
    page.run(click)
    check("dark by choice", page.run(ground) == "rgb(20, 24, 29)", page.run(ground))
    check("every text is readable in dark", not page.run(CONTRAST), page.run(CONTRAST))
    shoot(page, "dark")
    page.open(path)
    check("the choice is remembered", page.run(ground) == "rgb(20, 24, 29)", page.run(ground))
    page.cdp("Emulation.setEmulatedMedia", media="print")
    check("paper is white", page.run(ground) == "rgb(255, 255, 255)", page.run(ground))
    shown = "return getComputedStyle(document.querySelector(arguments[0])).display"
    check("paper shows the drawn charts and no controls", page.run(shown, ".static.timeline") == "block" and page.run(shown, ".live") == "none" and page.run(shown, ".bar") == "none")
    shoot(page, "print")
    page.cdp("Emulation.setEmulatedMedia", media="")
    page.run(click)
    check("back to the system's choice", page.run(ground) == "rgb(255, 255, 255)")
    log = page.log("browser")
    check("nothing complained meanwhile", not log, log)


def without_script(page, path):
    page.cdp("Emulation.setScriptExecutionDisabled", value=True)
    page.open(path)
    layout = page.cdp("Page.getLayoutMetrics")
    check("without script the page is whole", layout["cssContentSize"]["height"] > 3000, layout["cssContentSize"])
    shot = page.cdp("Page.captureScreenshot", format="png")
    check("and painted", len(shot["data"]) > 50000, len(shot["data"]))
    page.cdp("Emulation.setScriptExecutionDisabled", value=False)


def report(page, work):
    subprocess.run([tool, "run", os.path.join(data, "incidents", "heapleak.tar.gz"), "-o", work + "/out"], check=True, stdout=subprocess.DEVNULL)
    path = work + "/out/report.html"
    page.post("/url", {"url": "about:blank"}) # away from the browser's own first page
    page.open(path)
    quiet(page, "a report", path)
    text = page.run("return document.body.innerText")
    check("the verdict is on the page", "go_live_leak" in text and "shop/session.(*Store).Create" in text)
    check("the page is as wide as the window", page.run(NO_OVERFLOW))
    timeline(page)
    flame(page)
    shoot(page, "light")
    themes(page, path)
    page.cdp("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
    page.open(path)
    check("the page fits a phone", page.run("return document.documentElement.scrollWidth") <= 392, page.run("return document.documentElement.scrollWidth"))
    page.cdp("Emulation.clearDeviceMetricsOverride")
    without_script(page, path)


HOSTILE = "</script><img src=x onerror=window.harmed=1><!--\u202egnp.exe \u05e9\u05dc\u05d5\u05dd'\"&"


def hostile_bundle(path):
    def series(name, start, step, **labels):
        labels.update({"__name__": name, "namespace": "n", "pod": HOSTILE, "container": "c"})
        return {"metric": labels, "values": [[1700000000 + 15 * i, str(start + step * i)] for i in range(80)]}
    result = [series("container_memory_usage_bytes", 10**8, 10**6), series("container_memory_rss", 9 * 10**7, 10**6), series("go_goroutines", 10, 1)]
    result.append(series("container_memory_usage_bytes", 10**8, 10**6, image="x" * 1000000))
    dump = "goroutine profile: total 40\n40 @ 0x1 0x2\n#\t0x1\t%s+0x1\t/src/%s.go:1\n\n" % (HOSTILE.replace(" ", ""), "y" * 1000000)
    files = {"range.json": json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}),
             "pod.json": json.dumps({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": HOSTILE, "namespace": "n"}, "spec": {"containers": [
                 {"name": "c", "env": [{"name": "GODEBUG", "value": "z" * 1000000}], "resources": {"limits": {"memory": "200Mi"}}}]}, "status": {}}),
             HOSTILE.replace("/", "_") + "/goroutine.txt": dump}
    with tarfile.open(path, "w") as tar:
        for name, text in files.items():
            raw = text.encode()
            info = tarfile.TarInfo(name)
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))


def hostile(page, work):
    hostile_bundle(work + "/hostile.tar")
    done = subprocess.run([tool, "run", work + "/hostile.tar", "-o", work + "/bad"], capture_output=True)
    path = work + "/bad/report.html"
    check("a hostile bundle becomes a report of at most 2 MiB", done.returncode == 0 and os.path.getsize(path) <= 2 << 20, done.stderr[-300:])
    page.open(path)
    quiet(page, "hostile names", path)
    check("hostile names are inert", page.run("return !window.harmed && !document.querySelector('img')"))
    title = page.run("return document.querySelector('h1').textContent")
    check("and shown as they are", "</script><img src=x" in title and "\u202e" not in title, title)
    check("a name of a million letters does not widen the page", page.run(NO_OVERFLOW))
    shoot(page, "hostile")


def side_by_side(page, work):
    bundles = [os.path.join(data, "incidents", n + ".tar.gz") for n in ("healthy", "heapleak")]
    path = work + "/diff.html"
    subprocess.run([tool, "diff", *bundles, "--format", "html", "-o", path], check=True)
    page.open(path)
    quiet(page, "two incidents", path)
    check("the summary leads", "B grows" in page.run("return document.querySelector('.prose').textContent"))
    check("both histories are in one chart", page.run("return document.querySelectorAll('.static.histories svg').length") == 1)
    check("its lines have two colours", page.run("return new Set(Array.from(document.querySelectorAll('.static.histories svg polyline, .static.histories svg path')).map(e => e.getAttribute('class'))).size") >= 2)
    check("the page is as wide as the window", page.run(NO_OVERFLOW))
    check("every text is readable in light", not page.run(CONTRAST), page.run(CONTRAST))
    shoot(page, "diff-light")
    page.run("document.getElementById('theme').click(); document.getElementById('theme').click()")
    check("and in dark", not page.run(CONTRAST), page.run(CONTRAST))
    shoot(page, "diff-dark")
    page.run("document.getElementById('theme').click()")
    page.cdp("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
    page.open(path)
    check("it fits a phone", page.run("return document.documentElement.scrollWidth") <= 392, page.run("return document.documentElement.scrollWidth"))
    page.cdp("Emulation.clearDeviceMetricsOverride")
    subprocess.run([tool, "analyze", bundles[1], "--baseline", bundles[0], "--format", "html", "-o", work + "/base.html"], check=True)
    page.open(work + "/base.html")
    quiet(page, "a report with a baseline", work + "/base.html")
    check("it has a section for it", "baseline is flat" in page.run("return document.getElementById('baseline').textContent") and page.run(NO_OVERFLOW))


if not web.available():
    print("skipped: chromium and chromedriver are not installed")
    sys.exit(77)
with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
    chromium = web.Browser(folder + "/profile")
    try:
        report(chromium, folder)
        hostile(chromium, folder)
        side_by_side(chromium, folder)
    finally:
        chromium.close()
print("%d failures" % failures)
sys.exit(failures > 0)
