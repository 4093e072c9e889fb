#!/usr/bin/env python3
"""Writes expected.h: input series and what the statistics library must answer for them.

Nothing here shares code or method with the library: normal equations in 60-digit decimals instead of
Gram-Schmidt, full design matrices for every grid point instead of projections and suffix sums, sorting instead of
selection, exhaustive dynamic programming instead of PELT. Only the standard library is used.

    python3 expected.py > expected.h
"""
import math
import statistics
from decimal import Decimal, getcontext

getcontext().prec = 60
D = Decimal


class Lcg:
    """A small deterministic generator; integers only, so that inputs are exact."""

    def __init__(self, seed):
        self.state = seed

    def noise(self, amplitude):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % (2 * amplitude + 1) - amplitude


# --- one series ------------------------------------------------------------------------------------------
def quantile(values, q):
    ordered = sorted(D(v) for v in values)
    place = D(q) * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def mad(values):
    middle = statistics.median(D(v) for v in values)
    return statistics.median(abs(D(v) - middle) for v in values)


def autocorr1(values):
    v = [D(x) for x in values]
    mean = sum(v) / len(v)
    return sum((a - mean) * (b - mean) for a, b in zip(v, v[1:])) / sum((a - mean) ** 2 for a in v)


# --- least squares by normal equations -------------------------------------------------------------------
def solve(columns, y):
    """Coefficients, residual sum of squares, residuals, and the diagonal of the inverse normal matrix."""
    k = len(columns)
    rows = [[sum(a * b for a, b in zip(columns[i], columns[j])) for j in range(k)] for i in range(k)]
    rows = [row + [D(int(i == j)) for j in range(k)] for i, row in enumerate(rows)]
    for i in range(k):
        pivot = max(range(i, k), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        if abs(rows[i][i]) < D("1e-30"):
            return None
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(k):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i])]
    inverse = [row[k:] for row in rows]
    right = [sum(a * b for a, b in zip(c, y)) for c in columns]
    coef = [sum(inverse[i][j] * right[j] for j in range(k)) for i in range(k)]
    resid = [v - sum(b * c[i] for b, c in zip(coef, columns)) for i, v in enumerate(y)]
    return coef, sum(r * r for r in resid), resid, [inverse[i][i] for i in range(k)]


def ols(t, y):
    columns = [[D(1)] * len(t), [D(v) for v in t]]
    coef, rss, _, inverse = solve(columns, [D(v) for v in y])
    return coef[1], coef[0], (rss / (len(t) - 2) * inverse[1]).sqrt()


def theil_sen(t, y):
    pairs = [(D(y[j]) - D(y[i])) / (D(t[j]) - D(t[i]))
             for i in range(len(t)) for j in range(i + 1, len(t)) if t[j] != t[i]]
    slope = statistics.median(pairs)
    return slope, statistics.median(D(b) - slope * D(a) for a, b in zip(t, y))


# --- ranks -----------------------------------------------------------------------------------------------
def sign(v):
    return (v > 0) - (v < 0)


def average_ranks(v):
    return [D(sum(sign(a - b) for b in v)) / 2 for a in v]  # centred on 0


def mann_kendall(y, hamed_rao):
    n = len(y)
    s = sum(sign(y[j] - y[i]) for i in range(n) for j in range(i + 1, n))
    groups = [y.count(v) for v in set(y)]
    variance = D(n * (n - 1) * (2 * n + 5) - sum(g * (g - 1) * (2 * g + 5) for g in groups)) / 18
    correction = D(1)
    if hamed_rao:
        slope, _ = theil_sen(list(range(n)), y)
        ranks = average_ranks([D(v) - slope * i for i, v in enumerate(y)])
        total = sum(r * r for r in ranks)
        weighted = D(0)
        for k in range(1, n):
            rho = sum(a * b for a, b in zip(ranks, ranks[k:])) / total
            if abs(rho) > D("1.96") / D(n).sqrt():
                weighted += (n - k) * (n - k - 1) * (n - k - 2) * rho
        correction = max(D(1), 1 + 2 * weighted / (n * (n - 1) * (n - 2)))
    variance *= correction
    z = (s - sign(s)) / variance.sqrt()
    return s, variance, z, math.erfc(abs(float(z)) / math.sqrt(2)), correction


# --- change points: every partition into segments of 6 or more, by dynamic programming -------------------
def change_points(y):
    n = len(y)
    differences = [b - a for a, b in zip(y, y[1:])]
    sigma = D("1.4826") * mad(differences) / D(2).sqrt()
    penalty = 3 * sigma**2 * D(math.log(n))

    def cost(a, b):
        part = [D(v) for v in y[a:b]]
        mean = sum(part) / len(part)
        return sum((v - mean) ** 2 for v in part)

    best = {0: (D(0), [])}
    for end in range(6, n + 1):
        options = [(best[a][0] + cost(a, end) + penalty, best[a][1] + [a]) for a in best if end - a >= 6]
        if options:
            best[end] = min(options, key=lambda o: o[0])
    return [a for a in best[n][1] if a > 0]


# --- the nuisance-adjusted slope -------------------------------------------------------------------------
MODELS = ["none", "warmup", "step", "two_steps", "harmonic", "growth"]
PARAMETERS = {"none": 2, "warmup": 4, "step": 4, "two_steps": 6, "harmonic": 5, "growth": 3}


def grid(low, high, count):
    return [low * (high / low) ** (i / (count - 1)) for i in range(count)]


def fdec(function, values):
    return [D(function(float(v))) for v in values]


def designs(model, x):
    """Every grid point of a model: (parameters, columns)."""
    n = len(x)
    step = lambda p: [D(int(i >= p)) for i in range(n)]
    if model == "none":
        yield (), []
    elif model == "warmup":
        for tau in grid(0.02, 1.0, 60):
            yield (tau,), [fdec(lambda v: math.exp(-v / tau), x)]
    elif model == "step":
        for p in range(3, n - 2):
            yield (p,), [step(p)]
    elif model == "two_steps":
        for a in range(3, n - 2):
            for b in range(a + 3, n - 2):
                yield (a, b), [step(a), step(b)]
    elif model == "harmonic":
        for period in grid(0.25, 2.0, 80):
            turn = 2 * math.pi / period
            yield (period,), [fdec(lambda v: math.sin(turn * v), x), fdec(lambda v: math.cos(turn * v), x)]
    elif model == "growth":
        for tau in grid(0.1, 1.0, 30):
            yield (tau,), [fdec(lambda v: math.exp((v - 1) / tau), x)]


def best_fit(model, x, y, load, line=True):
    fixed = [[D(1)] * len(x)] + ([load] if load else [])
    best = None
    for place, columns in designs(model, x):
        tail = [x] if line and model != "growth" else []
        answer = solve(fixed + columns + tail, y)
        if answer is None:
            continue
        first = answer[0][len(fixed)] if columns else None
        if model == "warmup" and not first < 0 or model == "growth" and not first > 0:
            continue
        if best is None or answer[1] < best[1][1]:
            best = place, answer
    return best


def fit_slope(t, y, load):
    """Everything in the caller's units except BIC, which is over y centred and scaled to 1."""
    n = len(t)
    dy = [D(v) for v in y]
    mean = sum(dy) / n
    scale = max(abs(v - mean) for v in dy)
    unit = [(v - mean) / scale for v in dy]
    span = D(t[-1]) - D(t[0])
    x = [(D(v) - D(t[0])) / span for v in t]
    ul, load_scale = None, None
    if load:
        load_mean = sum(D(v) for v in load) / n
        load_scale = max(abs(D(v) - load_mean) for v in load)
        ul = [(D(v) - load_mean) / load_scale for v in load]
    fits = {m: best_fit(m, x, unit, ul) for m in MODELS}
    fits = {m: f for m, f in fits.items() if f}
    rho = {m: min(D("0.95"), max(D(0), autocorr1(f[1][2]))) for m, f in fits.items()}
    closest = min(fits, key=lambda m: fits[m][1][1])
    n_eff = n * (1 - rho[closest]) / (1 + rho[closest])
    count = {m: PARAMETERS[m] + (1 if load else 0) for m in MODELS}
    bic = {m: float(n_eff) * math.log(f[1][1] / n) + 1.5 * count[m] * math.log(max(1, n_eff))
           for m, f in fits.items()}
    chosen = min((m for m in bic if m != "growth"), key=bic.get)
    place, (coef, rss, resid, inverse) = fits[chosen]
    own = max(n * (1 - rho[chosen]) / (1 + rho[chosen]), D(3 * count[chosen]))
    lost = max(own / (own - count[chosen]), D(n) / (n - count[chosen]))
    se = (rss / n * lost * inverse[-1]).sqrt() * ((1 + rho[chosen]) / (1 - rho[chosen])).sqrt()
    out = {"model": chosen, "bic": [bic.get(m, math.nan) for m in MODELS], "slope": coef[-1] * scale / span,
           "se": se * scale / span, "z": coef[-1] / se, "rho": rho[chosen], "resid_mad": mad(resid) * scale,
           "fit_last": dy[-1] - resid[-1] * scale}
    extra = coef[2 if load else 1:-1]
    if chosen == "warmup":
        rise = -extra[0] * (1 - D(math.exp(-1 / place[0])))
        out["tau_s"] = D(place[0]) * span
        if abs(out["z"]) < D("3.5"):
            place, (coef, _, _, _) = best_fit("warmup", x, unit, ul, line=False)
            rise = -coef[-1] * (1 - D(math.exp(-1 / place[0])))
            out["tau_s"], out["ceiling"] = D(place[0]) * span, mean + scale * coef[0]
        out["amplitude"] = rise * scale
    elif chosen in ("step", "two_steps"):
        out["step_t"] = [(D(t[p - 1]) + D(t[p])) / 2 for p in place]
        out["step_height"] = [c * scale for c in extra]
    elif chosen == "harmonic":
        out["period_s"] = D(place[0]) * span
        out["amplitude"] = (extra[0] ** 2 + extra[1] ** 2).sqrt() * scale
    if load:
        without = solve([[D(1)] * n, x], unit)[1]
        out["load_r2"] = 1 - fits["none"][1][1] / without
        out["load_coef"] = fits[chosen][1][0][1] * scale / load_scale
    return out


# --- inputs ----------------------------------------------------------------------------------------------
def cases():
    n, base = 40, 300_000_000
    t = [1_700_000_000 + 180 * i for i in range(n)]

    def series(shape, amplitude, seed):
        rng = Lcg(seed)
        return [base + round(shape(i)) + rng.noise(amplitude) for i in range(n)]

    mib = 1 << 20
    yield "leak", t, series(lambda i: 1.5 * mib * i, 6 * mib, 1), None
    yield "quiet", t, series(lambda i: 0, 6 * mib, 2), None
    yield "warmup", t, series(lambda i: 120 * mib * (1 - 0.8**i), 4 * mib, 3), None
    yield "warmup_leak", t, series(lambda i: 120 * mib * (1 - 0.7**i) + 3 * mib * i, 4 * mib, 4), None
    yield "step", t, series(lambda i: 60 * mib * (i >= 17), 4 * mib, 5), None
    yield "two_steps", t, series(lambda i: 40 * mib * (i >= 11) + 50 * mib * (i >= 28), 4 * mib, 6), None
    yield "sine", t, series(lambda i: 40 * mib * math.sin(i / 4), 4 * mib, 7), None
    yield "growth", t, series(lambda i: 2 * mib * 1.12**i, 4 * mib, 8), None
    rng = Lcg(9)
    load = [1000 + 20 * i + rng.noise(300) for i in range(n)]
    yield "load", t, series(lambda i: 50_000 * load[i], 4 * mib, 10), load


# --- output ----------------------------------------------------------------------------------------------
def number(v):
    v = float(v)
    return "NAN" if math.isnan(v) else repr(v)


def array(name, values):
    text = f"static const double {name}[] = {{"
    lines = [text]
    for v in values:
        item = number(v) + ","
        if len(lines[-1]) + len(item) + 1 > 100:
            lines.append("   ")
        lines[-1] += " " + item
    print("\n".join(lines) + "\n};")


def print_plain():
    rng = Lcg(42)
    plain = [50 + 2 * i + rng.noise(20) for i in range(25)]
    t = [10 * i + (i % 3) for i in range(25)]
    print("/* --- one series, lines, ranks --- */")
    array("plain_t", t)
    array("plain_y", plain)
    array("plain_quantiles", [quantile(plain, q) for q in ("0", "0.05", "0.3", "0.5", "0.995", "1")])
    array("plain_mean_mad_autocorr", [D(sum(plain)) / 25, mad(plain), autocorr1(plain)])
    array("plain_ols", ols(t, plain))
    array("plain_theil_sen", theil_sen(t, plain))
    array("plain_mk", mann_kendall(plain, False))
    smooth = [20]
    for _ in range(59):
        smooth.append(smooth[-1] * 9 // 10 + rng.noise(30))
    array("smooth_y", smooth)
    array("smooth_mk_plain", mann_kendall(smooth, False))
    array("smooth_mk_hamed_rao", mann_kendall(smooth, True))
    levels = [100 * (i >= 9) - 60 * (i >= 21) + 45 * (i >= 40) + rng.noise(8) for i in range(55)]
    array("levels_y", levels)
    places = change_points(levels)
    print(f"static const size_t levels_places[] = {{{', '.join(map(str, places))}}};")


FIELDS = ["slope", "se", "z", "tau_s", "ceiling", "period_s", "amplitude", "resid_mad", "rho", "fit_last",
          "load_coef", "load_r2"]


def print_fits():
    print("\n/* --- nuisance-adjusted slopes --- */")
    rows = []
    for name, t, y, load in cases():
        array(f"{name}_y", y)
        if load:
            array(f"{name}_x", load)
        fit = fit_slope(t, y, load)
        values = [f".{f} = {number(fit.get(f, math.nan))}" for f in FIELDS]
        values.append(".bic = {" + ", ".join(number(v) for v in fit["bic"]) + "}")
        for f in ("step_t", "step_height"):
            pair = (list(fit.get(f, [])) + [math.nan] * 2)[:2]
            values.append(f".{f} = {{" + ", ".join(number(v) for v in pair) + "}")
        body = ",\n          ".join(values)
        rows.append(f'    {{"{name}", {name}_y, {name + "_x" if load else "NULL"},\n'
                    f'     {{.model = GM_TREND_{fit["model"].upper()},\n          {body}}}}},')
    array("fit_t", t)
    print("static const struct {\n    const char *name;\n    const double *y, *load;\n    gm_trend_fit fit;\n"
          "} fits[] = {\n" + "\n".join(rows) + "\n};")


print("/* Written by expected.py; do not edit. Inputs, and answers computed there by other methods. */")
print("/* clang-format off */")
print("#ifndef GM_TEST_STATS_EXPECTED_H\n#define GM_TEST_STATS_EXPECTED_H\n")
print('#include "gomortem/stats.h"\n\n#include <math.h>\n')
print_plain()
print_fits()
print("\n#endif")
