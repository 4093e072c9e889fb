/* The report's behaviour: theme, navigation, synchronised time charts (dygraphs) and the flame graph. The page is whole
 * without it. Texts from the bundle are only ever set as text, never as markup. */
(function () {
  'use strict';
  var root = document.documentElement, redraws = [];
  root.classList.add('js');

  function make(tag, className, text) {
    var e = document.createElement(tag);
    if (className) e.className = className;
    if (text !== undefined) e.textContent = text;
    return e;
  }
  function colour(name) {
    return getComputedStyle(root).getPropertyValue('--' + name).trim();
  }
  function store(key, value) { /* storage may be forbidden */
    try {
      if (value === undefined) return localStorage.getItem(key);
      if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    } catch (e) { /* then nothing is remembered */ }
    return null;
  }

  /* --- theme -------------------------------------------------------------------------------------------------- */

  var modes = ['auto', 'light', 'dark'], button = document.getElementById('theme'), mode = store('gomortem-theme');
  if (modes.indexOf(mode) < 0) mode = 'auto';
  function applyTheme() {
    if (mode === 'auto') root.removeAttribute('data-theme'); else root.setAttribute('data-theme', mode);
    button.textContent = 'Theme: ' + mode;
    redraws.forEach(function (redraw) { redraw(); });
  }
  button.hidden = false;
  button.addEventListener('click', function () {
    mode = modes[(modes.indexOf(mode) + 1) % 3];
    store('gomortem-theme', mode === 'auto' ? '' : mode);
    applyTheme();
  });
  applyTheme();
  if (window.matchMedia) {
    var query = matchMedia('(prefers-color-scheme: dark)');
    if (query.addEventListener) query.addEventListener('change', applyTheme);
  }

  /* --- navigation ---------------------------------------------------------------------------------------------- */

  var nav = document.querySelector('.bar nav'), containers = document.querySelectorAll('.container');
  var short = {'Where the memory is': 'Memory', 'Who holds the heap': 'Heap', 'What the collector did': 'Collector', 'Kills, decoded': 'Kills', 'Compared with the baseline': 'Baseline', 'How good the record is': 'Data',
    'Could not be checked': 'Not checked', 'Settings found': 'Settings'};
  if (containers.length === 1) Array.prototype.forEach.call(document.querySelectorAll('.part'), function (part) {
    var title = part.querySelector('h2').textContent, a = make('a', '', short[title] || title);
    a.href = '#' + part.id;
    nav.appendChild(a);
  });

  /* --- numbers ------------------------------------------------------------------------------------------------- */

  function digits(v) { return Math.abs(v) >= 100 ? 0 : Math.abs(v) >= 10 ? 1 : 2; }
  function trim(v) { return v.toFixed(digits(v)).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''); }
  function words(unit, v) {
    if (v === null || v === undefined || isNaN(v)) return '–';
    var i = 0, units;
    if (unit === 'bytes') {
      units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
      while (Math.abs(v) >= 1024 && i < 5) { v /= 1024; i++; }
      return trim(v) + ' ' + units[i];
    }
    if (unit === 'percent') return trim(v) + ' %';
    if (unit === 'ms') return Math.abs(v) >= 1000 ? trim(v / 1000) + ' s' : trim(v) + ' ms';
    units = ['', 'k', 'M', 'G'];
    while (Math.abs(v) >= 10000 && i < 3) { v /= 1000; i++; }
    return trim(v) + units[i];
  }
  function pad(n) { return (n < 10 ? '0' : '') + n; }
  function clock(ms) {
    var d = new Date(ms);
    return d.toISOString().slice(0, 10) + ' ' + pad(d.getUTCHours()) + ':' + pad(d.getUTCMinutes()) + ':' + pad(d.getUTCSeconds());
  }
  /* Ticks of bytes at powers of two, of anything else at 1, 2, 5. */
  function ticksOf(unit) {
    return function (lo, hi, pixels) {
      var want = Math.max(3, Math.floor(pixels / 38)), raw = (hi - lo) / want, step, out = [];
      if (!(raw > 0)) return [{v: lo, label: words(unit, lo)}];
      if (unit === 'bytes') step = Math.pow(2, Math.ceil(Math.log(raw) / Math.LN2));
      else {
        step = Math.pow(10, Math.floor(Math.log(raw) / Math.LN10));
        [1, 2, 5, 10].some(function (m) { if (step * m >= raw) { step *= m; return true; } return false; });
      }
      for (var v = Math.ceil(lo / step) * step; v <= hi + step / 1e6 && out.length < 40; v += step) out.push({v: v, label: words(unit, Math.abs(v) < step / 1e6 ? 0 : v)});
      return out;
    };
  }

  /* Its legend writes style attributes, which the page's policy forbids; the panes have their own. */
  if (window.Dygraph) Dygraph.PLUGINS = Dygraph.PLUGINS.filter(function (p) { return p !== Dygraph.Plugins.Legend; });

  /* --- timeline ------------------------------------------------------------------------------------------------ */

  /* One table of rows for a pane: the union of its groups' times, holes as NaN so that lines break there. */
  function table(pane, t0) {
    var series = [], rows = {}, factor = pane.unit === 'bytes' ? 1024 : 1;
    pane.groups.forEach(function (group) {
      var at = 0, first = series.length;
      group.series.forEach(function (s) { series.push({name: s.name, draw: s.draw, fill: s.fill}); });
      group.t.forEach(function (step, i) {
        var before = at;
        at += step;
        if (i && group.gap && step > group.gap) (rows[before + 1] = rows[before + 1] || {})[first] = {gap: group.series.length};
        var row = rows[at] = rows[at] || {};
        group.series.forEach(function (s, k) { row[first + k] = s.v[i] === null ? NaN : s.v[i] * factor; });
      });
    });
    var times = Object.keys(rows).map(Number).sort(function (a, b) { return a - b; });
    var out = times.map(function (t) {
      var line = [new Date(t0 + t)], k = 0;
      while (k < series.length) {
        var cell = rows[t][k];
        if (cell && cell.gap) { for (var g = 0; g < cell.gap; g++) line.push(NaN); k += cell.gap; } else { line.push(cell === undefined ? null : cell); k++; }
      }
      return line;
    });
    return {series: series, rows: out};
  }

  /* Areas stand on each other: what dygraphs is given is the top of each, what is shown is its own value. */
  function stack(t) {
    return t.rows.map(function (row) {
      var sum = 0, line = [row[0]];
      t.series.forEach(function (s, i) {
        var v = row[i + 1];
        if (s.draw === 'area') line.push(v === null ? null : (sum += v || 0) + (isNaN(v) ? NaN : 0)); else line.push(v);
      });
      return line;
    });
  }

  function areaPlotter(tops) {
    return function (e) {
      var ctx = e.drawingContext, i = tops.indexOf(e.setName), below = i > 0 ? e.allSeriesPoints[Number(tops[i - 1].slice(1))] : null, start = 0;
      var zero = e.dygraph.toDomYCoord(0);
      ctx.fillStyle = e.color;
      function flush(from, to) {
        if (to - from < 1) return;
        ctx.beginPath();
        for (var k = from; k < to; k++) ctx.lineTo(e.points[k].canvasx, e.points[k].canvasy);
        for (k = to - 1; k >= from; k--) ctx.lineTo(e.points[k].canvasx, below && isFinite(below[k].canvasy) ? below[k].canvasy : zero);
        ctx.closePath();
        ctx.fill();
      }
      for (var end = 0; end <= e.points.length; end++) if (end === e.points.length || !isFinite(e.points[end].canvasy)) { flush(start, end); start = end + 1; }
    };
  }
  function pointPlotter(e) {
    e.drawingContext.fillStyle = e.color;
    e.points.forEach(function (p) {
      if (!isFinite(p.canvasy)) return;
      e.drawingContext.beginPath();
      e.drawingContext.arc(p.canvasx, p.canvasy, e.points.length < 100 ? 2.6 : 1.6, 0, 2 * Math.PI);
      e.drawingContext.fill();
    });
  }

  function marks(data, pane, first) {
    return function (ctx, area, g) {
      ctx.save();
      ctx.fillStyle = colour('card');
      ctx.fillRect(area.x, area.y, area.w, area.h);
      ctx.beginPath();
      ctx.rect(area.x, area.y, area.w, area.h);
      ctx.clip();
      ctx.font = '11px system-ui, sans-serif';
      if (first) (data.spans || []).forEach(function (s) {
        var a = g.toDomXCoord(data.t0 + s.from), b = g.toDomXCoord(data.t0 + s.to);
        ctx.fillStyle = colour('shade');
        ctx.fillRect(a, area.y, b - a, area.h);
      });
      (data.events || []).forEach(function (e) {
        if (e.fill === 'profile' && !first) return;
        var x = Math.round(g.toDomXCoord(data.t0 + e.t)) + .5;
        ctx.strokeStyle = e.fill === 'profile' ? colour('soft') : colour('f-' + e.fill);
        ctx.lineWidth = 1;
        ctx.beginPath();
        ctx.moveTo(x, e.fill === 'profile' ? area.y + area.h - 7 : area.y);
        ctx.lineTo(x, area.y + area.h);
        ctx.stroke();
      });
      ctx.restore();
    };
  }
  /* Above the data: the limit and the slopes. */
  function labels(data, pane, first) {
    return function (g) {
      var ctx = g.hidden_ctx_, area = g.getArea(), boxes = [];
      function chip(text, x, y, ink) {
        var w = ctx.measureText(text).width + 8;
        x = Math.min(Math.max(x, area.x), area.x + area.w - w);
        while (boxes.some(function (b) { return x < b[0] + b[2] && b[0] < x + w && y < b[1] + 17 && b[1] < y + 17; })) y += 18;
        boxes.push([x, y, w]);
        ctx.fillStyle = colour('page');
        ctx.globalAlpha = .85;
        ctx.fillRect(x, y, w, 16);
        ctx.globalAlpha = 1;
        ctx.fillStyle = ink;
        ctx.fillText(text, x + 4, y + 12);
      }
      ctx.save();
      ctx.font = '11px system-ui, sans-serif';
      pane.limits.forEach(function (l) {
        var y = g.toDomYCoord(l.v * 1024);
        if (y < area.y) return;
        ctx.strokeStyle = colour('f-critical');
        ctx.setLineDash([5, 3]);
        ctx.beginPath();
        ctx.moveTo(area.x, y);
        ctx.lineTo(area.x + area.w, y);
        ctx.stroke();
        ctx.setLineDash([]);
        chip(l.label + ' ' + words('bytes', l.v * 1024), area.x + area.w, Math.max(y - 18, area.y), colour('f-critical'));
      });
      if (first) (data.spans || []).forEach(function (s) {
        var middle = g.toDomXCoord(data.t0 + (s.from + s.to) / 2);
        if (middle > area.x && middle < area.x + area.w) chip(s.label, middle - 40, area.y + 2, colour('ink'));
      });
      ctx.restore();
    };
  }

  function timeline(box, data) {
    var live = box.querySelector('.live');
    if (!live || !data.panes.length) return;
    var place = live.querySelector('.panes'), chips = live.querySelector('.chips'), graphs = [], full = [data.t0, data.t0 + data.span], busy = false;
    live.hidden = false;

    function zoom(from, to) {
      var least = 2000, middle = (from + to) / 2;
      if (to - from < least) { from = middle - least / 2; to = middle + least / 2; }
      busy = true;
      graphs.forEach(function (g) { g.updateOptions({dateWindow: [from, to]}); });
      busy = false;
    }
    function chip(text, fill, action) {
      var b = make('button', '');
      b.type = 'button';
      if (fill) b.appendChild(make('i', 'f-' + fill));
      b.appendChild(document.createTextNode(text));
      b.addEventListener('click', action);
      chips.appendChild(b);
    }
    chip('Everything', '', function () { zoom(full[0], full[1]); });
    if (data.lives.length > 1) data.lives.slice(0, 12).forEach(function (l, i) {
      chip('Life ' + (i + 1), '', function () { zoom(data.t0 + l[0], data.t0 + Math.max(l[1], l[0] + 1000)); });
    });
    (data.events || []).filter(function (e) { return e.fill !== 'profile'; }).slice(0, 12).forEach(function (e) {
      chip(e.label + ' ' + clock(data.t0 + e.t).slice(11), e.fill, function () { zoom(data.t0 + e.t - data.span / 20, data.t0 + e.t + data.span / 20); });
    });

    data.panes.forEach(function (pane, index) {
      var t = table(pane, data.t0), names = [], shown = [], tops = [], options = {}, wrap = make('div', 'pane'), head = make('div', 'pane-head');
      if (!t.rows.length) return;
      var last = index === data.panes.length - 1, plot = make('div', 'plot ' + (index === 0 ? 'tall' : pane.weight > 1 ? 'mid' : 'low'));
      head.appendChild(make('b', '', pane.title));
      t.series.forEach(function (s, i) {
        var name = 's' + i, out;
        names.push(name);
        if (s.draw === 'area') tops.push(name);
        options[name] = {plotter: null};
        if (!s.name) { options[name] = {strokePattern: [6, 4], strokeWidth: 2}; return; }
        var entry = make('span', '');
        entry.appendChild(make('i', 'f-' + s.fill + (s.draw === 'area' ? '' : ' thin')));
        entry.appendChild(document.createTextNode(s.name));
        entry.appendChild(out = make('em', ''));
        head.appendChild(entry);
        shown.push([i, out]);
        if (s.draw === 'step') options[name] = {stepPlot: true};
        else if (s.draw === 'points') options[name] = {plotter: pointPlotter};
        else options[name] = s.draw === 'area' ? {} : {strokeWidth: s.fill === 'ink' ? 1.4 : 1.5};
      });
      var area = areaPlotter(tops), at = make('span', 'at');
      tops.forEach(function (name) { options[name] = {plotter: area, highlightCircleSize: 0}; });
      head.appendChild(at);
      wrap.appendChild(head);
      wrap.appendChild(plot);
      place.appendChild(wrap);

      function palette() { return t.series.map(function (s) { return colour('f-' + s.fill); }); }
      function tell(row) {
        shown.forEach(function (s) { s[1].textContent = row >= 0 && t.rows[row][s[0] + 1] !== null ? words(pane.unit, t.rows[row][s[0] + 1]) : ''; });
        at.textContent = row >= 0 ? clock(t.rows[row][0].getTime()) : '';
      }
      function nearest(x) {
        var lo = 0, hi = t.rows.length - 1;
        while (lo < hi) { var mid = (lo + hi) >> 1; if (t.rows[mid][0] < x) lo = mid + 1; else hi = mid; }
        return lo > 0 && x - t.rows[lo - 1][0] < t.rows[lo][0] - x ? lo - 1 : lo;
      }
      var top = 0;
      stack(t).forEach(function (row) { row.forEach(function (v, i) { if (i && v > top) top = v; }); });
      pane.limits.forEach(function (l) { if (l.v * 1024 < 3 * top) top = Math.max(top, l.v * 1024); });
      var ticker = ticksOf(pane.unit), above = labels(data, pane, index === 0);
      var g = new Dygraph(plot, stack(t), {
        labels: ['time'].concat(names), series: options, colors: palette(), labelsUTC: true, legend: 'never', connectSeparatedPoints: true, dateWindow: full.slice(),
        strokeWidth: 1.5, axisLabelFontSize: 12, gridLineColor: colour('line'), axisLineColor: colour('line'), highlightCircleSize: 3, hideOverlayOnMouseOut: true, animatedZooms: false,
        xAxisHeight: last ? 22 : 2, valueRange: [0, top > 0 ? top * 1.06 : 1], underlayCallback: marks(data, pane, index === 0), zoomCallback: function (from, to) { if (!busy) zoom(from, to); },
        axes: {
          x: {drawAxis: last, drawGrid: true, axisLineColor: colour('line')},
          y: {axisLabelWidth: 66, ticker: function (a, b, pixels) { return ticker(a, b, pixels); }}
        },
        drawCallback: function (graph) { above(graph); },
        highlightCallback: function (event, x) {
          graphs.forEach(function (other) { other.gomortemTell(other.gomortemNearest(x)); if (other !== g) other.setSelection(other.gomortemNearest(x)); });
        },
        unhighlightCallback: function () { graphs.forEach(function (other) { other.gomortemTell(-1); if (other !== g) other.clearSelection(); }); },
        interactionModel: Object.assign({}, Dygraph.defaultInteractionModel, {dblclick: function () { zoom(full[0], full[1]); }})
      });
      g.gomortemTell = tell;
      g.gomortemNearest = nearest;
      graphs.push(g);
      plot.tabIndex = 0;
      plot.setAttribute('role', 'img');
      plot.setAttribute('aria-label', pane.title + ' over time. Arrows move, plus and minus zoom, 0 shows everything.');
      plot.addEventListener('keydown', function (event) {
        var w = g.xAxisRange(), d = w[1] - w[0], k = event.key;
        if (k === 'ArrowLeft') zoom(w[0] - d / 8, w[1] - d / 8); else if (k === 'ArrowRight') zoom(w[0] + d / 8, w[1] + d / 8);
        else if (k === '+' || k === '=') zoom(w[0] + d / 6, w[1] - d / 6); else if (k === '-') zoom(w[0] - d / 4, w[1] + d / 4);
        else if (k === '0' || k === 'Escape') zoom(full[0], full[1]); else return;
        event.preventDefault();
      });
      redraws.push(function () { g.updateOptions({colors: palette(), gridLineColor: colour('line'), axisLineColor: colour('line')}); });
    });
  }

  /* --- flame graph --------------------------------------------------------------------------------------------- */

  var NS = 'http://www.w3.org/2000/svg', ROW = 19, kinds = ['flame_own', 'flame_library', 'flame_standard', 'flame_runtime'];

  function flame(box, data) {
    var place = box.querySelector('.flame');
    if (!place || !data) return;
    /* node: parent, name, first, last, grown, kind */
    var nodes = data.nodes.map(function (n) { return {parent: n[0], name: data.names[n[1]], first: n[2] * 1024, last: n[3] * 1024, grown: n[4] * 1024, kind: n[5], kids: []}; });
    nodes.forEach(function (n, i) { if (n.parent >= 0) nodes[n.parent].kids.push(i); n.depth = n.parent >= 0 ? nodes[n.parent].depth + 1 : 0; });
    var growth = data.two && nodes[0].grown > 0, zoomed = 0, pattern = '', width = 0, order = [], ruler = document.createElement('canvas').getContext('2d');
    ruler.font = '11.5px system-ui, sans-serif';
    function weight(n) { return growth ? n.grown : n.last; }

    var tools = make('div', 'flame-tools'), group = make('div', 'group'), search = make('input', ''), reset = make('button', '', 'Whole graph'), picture = document.createElementNS(NS, 'svg'),
      told = make('p', 'told'), key = make('div', 'legend-row'), note = make('p', 'soft');
    function choice(text, value) {
      var b = make('button', '', text);
      b.type = 'button';
      b.setAttribute('aria-pressed', String(growth === value));
      b.addEventListener('click', function () {
        growth = value;
        Array.prototype.forEach.call(group.children, function (o) { o.setAttribute('aria-pressed', String(o === b)); });
        layout();
      });
      group.appendChild(b);
    }
    if (growth) { choice('What grew', true); choice('Last profile', false); } else group.hidden = true;
    search.type = 'search';
    search.placeholder = 'Search functions';
    search.setAttribute('aria-label', 'Search functions');
    search.addEventListener('input', function () { pattern = search.value.toLowerCase(); draw(); });
    reset.type = 'button';
    reset.addEventListener('click', function () { zoomed = 0; draw(); });
    [group, search, reset].forEach(function (e) { tools.appendChild(e); });
    told.setAttribute('aria-live', 'polite');
    picture.setAttribute('role', 'group');
    picture.setAttribute('aria-label', 'Flame graph. Arrows move, Enter zooms, Escape shows everything.');
    [tools, key, picture, told, note].forEach(function (e) { place.appendChild(e); });
    place.hidden = false;

    function fillOf(n, i) {
      if (i === 0) return 'flame_same';
      if (growth) return kinds[n.kind] || kinds[2];
      var r = Math.max(n.last, n.first) > 0 ? (n.last - n.first) / Math.max(n.last, n.first) : 0;
      if (!data.two) return kinds[n.kind] || kinds[2];
      return r > .5 ? 'flame_grown' : r > .1 ? 'flame_grown_little' : r < -.1 ? 'flame_shrunk' : 'flame_same';
    }
    function describe(n) {
      var whole = weight(nodes[0]), text = n.name + '  ' + words('bytes', weight(n)) + (growth ? ' grown' : '') + ', ' + trim(100 * weight(n) / whole) + ' %';
      if (data.two) text += '; ' + words('bytes', n.first) + ' in the first profile, ' + words('bytes', n.last) + ' in the last';
      return text;
    }
    /* Shares of the whole, for every node; the largest callee first. */
    function layout() {
      var total = weight(nodes[0]) || 1;
      order = [];
      nodes[0].x = 0;
      (function walk(i) {
        var at = nodes[i].x;
        order.push(i);
        nodes[i].kids.slice().sort(function (a, b) { return weight(nodes[b]) - weight(nodes[a]) || a - b; }).forEach(function (k) {
          nodes[k].x = at;
          at += weight(nodes[k]) / total;
          walk(k);
        });
      })(0);
      legend();
      draw();
    }
    function legend() {
      var pairs = growth || !data.two ? [['flame_own', 'own code'], ['flame_library', 'libraries'], ['flame_standard', 'standard library'], ['flame_runtime', 'runtime']]
        : [['flame_grown', 'more than half is new'], ['flame_grown_little', 'grew'], ['flame_same', 'as before'], ['flame_shrunk', 'shrank']];
      key.textContent = '';
      pairs.forEach(function (p) {
        var s = make('span', '');
        s.appendChild(make('i', 'f-' + p[0]));
        s.appendChild(document.createTextNode(p[1]));
        key.appendChild(s);
      });
      var hidden = data.hidden[growth ? 1 : 0] * 1024, total = weight(nodes[0]) || 1;
      note.textContent = words('bytes', total) + (growth ? ' grew' : ' live') + ' in ' + data.stacks + ' stacks. ' + (hidden ? trim(100 * hidden / total) + ' % of it lies in stacks cut short where their calls become too small to show.' : 'Nothing is left out.');
    }
    function fit(text, room) {
      if (ruler.measureText(text).width <= room) return text;
      var slash = text.lastIndexOf('/', text.search(/[[(]|$/));
      if (slash >= 0) { text = text.slice(slash + 1); if (ruler.measureText(text).width <= room) return text; }
      while (text.length > 1 && ruler.measureText(text + '…').width > room) text = text.slice(0, Math.max(1, Math.floor(text.length * .85)));
      return text.length > 1 ? text + '…' : '';
    }
    function draw() {
      width = Math.max(picture.clientWidth || place.clientWidth || 1000, 200);
      var total = weight(nodes[0]) || 1, z = nodes[zoomed], left = z.x, share = weight(z) / total || 1, path = {}, deepest = 0, hits = 0, i, focusable = true;
      for (i = zoomed; i >= 0; i = nodes[i].parent) path[i] = true;
      picture.textContent = '';
      order.forEach(function (i) {
        var n = nodes[i], a = (n.x - left) / share, w = weight(n) / total / share, over = path[i] && i !== zoomed;
        if (over) { a = 0; w = 1; } else if (a + w <= 1e-9 || a >= 1 - 1e-9 || n.depth < z.depth) return;
        var x = Math.max(a, 0) * width, span = (Math.min(a + w, 1) - Math.max(a, 0)) * width;
        if (span < .6) return;
        var g = document.createElementNS(NS, 'g'), r = document.createElementNS(NS, 'rect'), hit = pattern && n.name.toLowerCase().indexOf(pattern) >= 0;
        r.setAttribute('x', x.toFixed(1));
        r.setAttribute('y', n.depth * ROW);
        r.setAttribute('width', Math.max(span - 1, .5).toFixed(1));
        r.setAttribute('height', ROW - 1);
        r.setAttribute('class', 'f-' + fillOf(n, i));
        g.appendChild(r);
        if (pattern) { g.setAttribute('class', hit ? 'hit' : 'dim'); hits += hit ? 1 : 0; } else if (over) g.setAttribute('class', 'dim');
        if (span > 34) {
          var t = document.createElementNS(NS, 'text');
          t.setAttribute('x', (x + 4).toFixed(1));
          t.setAttribute('y', n.depth * ROW + 13);
          t.textContent = fit(n.name, span - 9);
          g.appendChild(t);
        }
        g.setAttribute('tabindex', focusable ? '0' : '-1');
        g.setAttribute('role', 'button');
        g.setAttribute('aria-label', describe(n));
        g.setAttribute('data-node', i);
        focusable = false;
        deepest = Math.max(deepest, n.depth);
        picture.appendChild(g);
      });
      picture.setAttribute('height', (deepest + 1) * ROW);
      picture.setAttribute('viewBox', '0 0 ' + width + ' ' + (deepest + 1) * ROW);
      told.textContent = pattern ? hits + ' calls match' : zoomed ? describe(nodes[zoomed]) : '';
      reset.disabled = zoomed === 0;
    }
    function target(event) {
      var g = event.target.closest ? event.target.closest('[data-node]') : null;
      return g ? Number(g.getAttribute('data-node')) : -1;
    }
    function focusOn(i) {
      var g = picture.querySelector('[data-node="' + i + '"]');
      if (g) g.focus();
    }
    picture.addEventListener('click', function (event) { var i = target(event); if (i >= 0) { zoomed = i; draw(); focusOn(i); } });
    picture.addEventListener('mouseover', function (event) { var i = target(event); if (i >= 0) told.textContent = describe(nodes[i]); });
    picture.addEventListener('focusin', function (event) { var i = target(event); if (i >= 0) told.textContent = describe(nodes[i]); });
    picture.addEventListener('keydown', function (event) {
      var i = target(event), n = nodes[i], k = event.key, kin;
      if (i < 0) return;
      kin = n.parent >= 0 ? nodes[n.parent].kids.slice().sort(function (a, b) { return weight(nodes[b]) - weight(nodes[a]) || a - b; }) : [i];
      if (k === 'Enter' || k === ' ') { zoomed = i; draw(); focusOn(i); }
      else if (k === 'Escape') { zoomed = 0; draw(); focusOn(0); }
      else if (k === 'ArrowUp' && n.parent >= 0) focusOn(n.parent);
      else if (k === 'ArrowDown' && n.kids.length) focusOn(n.kids.slice().sort(function (a, b) { return weight(nodes[b]) - weight(nodes[a]) || a - b; })[0]);
      else if (k === 'ArrowRight') focusOn(kin[kin.indexOf(i) + 1]);
      else if (k === 'ArrowLeft') focusOn(kin[kin.indexOf(i) - 1]);
      else return;
      event.preventDefault();
    });
    window.addEventListener('resize', draw);
    layout();
  }

  Array.prototype.forEach.call(containers, function (box) {
    var script = box.querySelector('script.data');
    if (!script) return;
    var data = JSON.parse(script.textContent);
    timeline(box, data);
    flame(box, data.flame);
  });
  root.setAttribute('data-ready', '1');
})();
