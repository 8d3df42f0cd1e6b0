"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const SVG = "http://www.w3.org/2000/svg";
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function node(name, attributes = {}, parent) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (parent) parent.appendChild(element);
    return element;
  }
  function label(parent, x, y, text, attributes = {}) {
    const element = node("text", { x, y, ...attributes }, parent);
    element.textContent = text;
    return element;
  }
  const money = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
  const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const signed = (value, digits = 2) => (value > 0 ? "+" : value < 0 ? "−" : "") + Math.abs(value).toFixed(digits);
  const percent = (value, digits = 1) => (value * 100).toFixed(digits) + " %";
  const price = value => value.toLocaleString("en-US", { maximumSignificantDigits: 7 });
  const iso = seconds => new Date(seconds * 1000).toISOString();
  const day = seconds => iso(seconds).slice(0, 10);
  const minute = seconds => iso(seconds).slice(0, 16).replace("T", " ");

  // Round numbers for an axis.
  function ticks(low, high, wanted) {
    if (!(high > low)) return [low];
    const raw = (high - low) / wanted;
    const power = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 2.5, 5, 10].map(m => m * power).find(s => s >= raw);
    const result = [];
    for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) result.push(Math.abs(value) < step * 1e-9 ? 0 : value);
    return result;
  }
  function timeTicks(first, last, wanted) {
    const span = last - first;
    const days = span / 86400;
    const result = [];
    if (days < 4) {
      const step = [900, 1800, 3600, 7200, 14400, 21600, 43200, 86400].find(s => span / s <= wanted) || 86400;
      for (let t = Math.ceil(first / step) * step; t <= last; t += step) result.push([t, iso(t).slice(5, 16).replace("T", " ")]);
    } else if (days < 70) {
      const step = Math.ceil(days / wanted) * 86400;
      for (let t = Math.ceil(first / 86400) * 86400; t <= last; t += step) result.push([t, iso(t).slice(5, 10)]);
    } else {
      const step = [1, 2, 3, 6, 12, 24].find(m => days / 30.4 / m <= wanted) || 24;
      const start = new Date(first * 1000);
      for (let m = start.getUTCFullYear() * 12 + start.getUTCMonth(); ; m++) {
        const t = Date.UTC(Math.floor(m / 12), m % 12, 1) / 1000;
        if (t > last) break;
        if (t >= first && m % step === 0) result.push([t, step >= 12 ? String(Math.floor(m / 12)) : iso(t).slice(0, 7)]);
      }
    }
    return result;
  }

  // Charts are drawn for the width they have, and again when it or the theme changes.
  const drawings = [];
  function chart(id, draw) {
    const holder = document.getElementById(id);
    if (!holder) return;
    const redraw = () => { holder.replaceChildren(); draw(holder, Math.max(260, holder.clientWidth)); };
    drawings.push(redraw);
    redraw();
  }
  function redrawAll() { for (const draw of drawings) draw(); }
  function canvas(holder, width, height, title) {
    return node("svg", { viewBox: `0 0 ${width} ${height}`, height, role: "img", "aria-label": title }, holder);
  }
  function tooltip(holder) {
    const tip = document.createElement("div");
    tip.className = "tip";
    holder.appendChild(tip);
    return {
      show(x, y, html, width) {
        tip.innerHTML = html;
        tip.style.opacity = 1;
        const w = tip.offsetWidth;
        tip.style.left = Math.min(Math.max(0, x + 12 + w > width ? x - w - 12 : x + 12), width - w) + "px";
        tip.style.top = Math.max(0, y) + "px";
      },
      hide() { tip.style.opacity = 0; },
    };
  }
  function nearest(times, t) {
    let low = 0, high = times.length - 1;
    while (low < high) { const mid = (low + high) >> 1; if (times[mid] < t) low = mid + 1; else high = mid; }
    return low > 0 && t - times[low - 1] < times[low] - t ? low - 1 : low;
  }

  function equityChart(holder, width) {
    const { t, equity, drawdown } = data.equity;
    if (t.length < 2) { holder.textContent = "Not enough data for a curve."; return; }
    const left = 58, right = 10, top = 8, main = width < 560 ? 210 : 290, gap = 22, under = 84, bottom = 22;
    const height = top + main + gap + under + bottom;
    const svg = canvas(holder, width, height, "Equity and drawdown");
    const lines = [{ values: equity, colour: css("--accent"), wide: 2 }];
    const hold = data.equity.hold;
    const range = values => Math.max(...values) - Math.min(...values);
    const hasHold = hold && hold.length === t.length;
    const box = document.getElementById("show-hold");
    // Buy and hold can dwarf the curve that this page is about: then it is shown on request.
    if (box && box.dataset.touched === undefined) box.checked = hasHold && range(hold) < 4 * range(equity);
    if (hasHold && (!box || box.checked)) lines.push({ values: hold, colour: css("--soft"), wide: 1.2, dash: "4 4" });
    const all = lines.flatMap(l => l.values);
    let low = Math.min(...all), high = Math.max(...all);
    const pad = (high - low || Math.abs(high) * .01 || 1) * .06;
    low -= pad; high += pad;
    const x = time => left + (time - t[0]) / (t[t.length - 1] - t[0]) * (width - left - right);
    const y = value => top + (high - value) / (high - low) * main;
    for (const value of ticks(low, high, 5)) {
      node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: css("--grid") }, svg);
      label(svg, left - 7, y(value) + 4, money.format(value), { "text-anchor": "end" });
    }
    for (const [time, text] of timeTicks(t[0], t[t.length - 1], width / 105)) {
      node("line", { x1: x(time), x2: x(time), y1: top, y2: height - bottom, stroke: css("--grid") }, svg);
      label(svg, x(time), height - 6, text, { "text-anchor": "middle" });
    }
    const start = y(data.equity.initial);
    node("line", { x1: left, x2: width - right, y1: start, y2: start, stroke: css("--soft"), "stroke-dasharray": "2 3" }, svg);
    for (const line of lines.reverse()) {
      const path = line.values.map((v, i) => (i ? "L" : "M") + x(t[i]).toFixed(1) + " " + y(v).toFixed(1)).join("");
      node("path", { d: path, fill: "none", stroke: line.colour, "stroke-width": line.wide, "stroke-dasharray": line.dash || "none", "stroke-linejoin": "round" }, svg);
    }
    const floor = Math.max(...drawdown, .001), base = top + main + gap;
    const dy = value => base + value / floor * under;
    const area = "M" + x(t[0]).toFixed(1) + " " + base + drawdown.map((v, i) => "L" + x(t[i]).toFixed(1) + " " + dy(v).toFixed(1)).join("") + "L" + x(t[t.length - 1]).toFixed(1) + " " + base + "Z";
    node("path", { d: area, fill: css("--loss"), "fill-opacity": .28, stroke: css("--loss"), "stroke-width": 1 }, svg);
    for (const value of ticks(0, floor, 2)) label(svg, left - 7, dy(value) + 4, value ? "−" + percent(value, floor < .05 ? 1 : 0) : "0", { "text-anchor": "end" });
    const cross = node("line", { y1: top, y2: height - bottom, stroke: css("--soft"), "stroke-width": 1, opacity: 0 }, svg);
    const tip = tooltip(holder);
    svg.addEventListener("pointermove", event => {
      const place = (event.clientX - svg.getBoundingClientRect().left) * width / svg.getBoundingClientRect().width;
      const i = nearest(t, t[0] + (place - left) / (width - left - right) * (t[t.length - 1] - t[0]));
      cross.setAttribute("x1", x(t[i])); cross.setAttribute("x2", x(t[i])); cross.setAttribute("opacity", .6);
      const held = hold && hold.length === t.length ? `<br>buy and hold ${money.format(hold[i])}` : "";
      tip.show(x(t[i]), top, `<b>${minute(t[i])}</b><br>equity ${cents.format(equity[i])}${held}<br>drawdown ${percent(drawdown[i], 2)}`, width);
    });
    svg.addEventListener("pointerleave", () => { cross.setAttribute("opacity", 0); tip.hide(); });
  }

  function histogram(holder, width) {
    const values = data.trades.map(t => t.r).filter(r => r !== null);
    if (!values.length) { holder.textContent = "No trades."; return; }
    const low = Math.floor(Math.max(-3, Math.min(...values)) * 2) / 2, high = Math.ceil(Math.min(8, Math.max(...values)) * 2) / 2 || .5;
    const step = (high - low) > 6 ? .5 : .25;
    const count = Math.max(1, Math.round((high - low) / step));
    const bins = new Array(count).fill(0);
    for (const r of values) bins[Math.min(count - 1, Math.max(0, Math.floor((r - low) / step)))]++;
    const left = 30, right = 8, top = 8, bottom = 34, height = 220;
    const svg = canvas(holder, width, height, "Distribution of results in R");
    const most = Math.max(...bins), wide = (width - left - right) / count;
    const y = n => top + (1 - n / most) * (height - top - bottom);
    for (const n of ticks(0, most, 4).filter(Number.isInteger)) {
      node("line", { x1: left, x2: width - right, y1: y(n), y2: y(n), stroke: css("--grid") }, svg);
      label(svg, left - 6, y(n) + 4, n, { "text-anchor": "end" });
    }
    bins.forEach((n, i) => {
      const from = low + i * step;
      const bar = node("rect", { x: left + i * wide + 1, y: y(n), width: Math.max(1, wide - 2), height: height - bottom - y(n), rx: 2, fill: from >= -1e-9 ? css("--gain") : css("--loss"), "fill-opacity": .8 }, svg);
      node("title", {}, bar).textContent = `${signed(from)} to ${signed(from + step)} R: ${n} trades`;
    });
    const each = Math.max(1, Math.ceil(42 / (wide / step)));
    for (let r = Math.ceil(low); r <= high; r += each) label(svg, left + (r - low) / step * wide, height - bottom + 16, r + " R", { "text-anchor": "middle" });
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const at = left + (Math.min(high, Math.max(low, mean)) - low) / step * wide;
    node("line", { x1: at, x2: at, y1: top, y2: height - bottom, stroke: css("--ink"), "stroke-width": 1.5, "stroke-dasharray": "4 3" }, svg);
    label(svg, at, height - 4, `mean ${signed(mean)} R`, { "text-anchor": at > width * .8 ? "end" : at < width * .2 ? "start" : "middle" });
  }

  // One trade on its candles: zones and levels the strategy saw, the stop's way, targets and fills.
  let chosen = 0;
  function tradeChart(holder, width) {
    const trade = data.trades[chosen];
    if (!trade) { holder.textContent = "No trades."; return; }
    const candles = trade.candles || [];
    if (!candles.length) { holder.textContent = "No candles were kept for this trade."; return; }
    const left = 8, right = 66, top = 10, bottom = 24, height = width < 560 ? 320 : 440;
    const svg = canvas(holder, width, height, `Trade ${trade.id}`);
    const step = candles.length > 1 ? Math.min(...candles.slice(1).map((c, i) => c[0] - candles[i][0])) : 3600;
    const first = candles[0][0], last = candles[candles.length - 1][0] + step;
    const marks = trade.legs.map(l => l[1]).concat(trade.stops.map(s => s[1]));
    let low = Math.min(...candles.map(c => c[3]), ...marks), high = Math.max(...candles.map(c => c[2]), ...marks);
    const near = trade.targets.filter(p => p < high + (high - low) * .5 && p > low - (high - low) * .5);
    low = Math.min(low, ...near); high = Math.max(high, ...near);
    const pad = (high - low) * .05 || high * .001;
    low -= pad; high += pad;
    const x = time => left + (Math.min(Math.max(time, first), last) - first) / (last - first) * (width - left - right);
    const y = value => top + (high - value) / (high - low) * (height - top - bottom);
    const clip = `clip${chosen}`;
    const box = node("clipPath", { id: clip }, node("defs", {}, svg));
    node("rect", { x: left, y: top, width: width - left - right, height: height - top - bottom }, box);
    for (const value of ticks(low, high, 6)) {
      node("line", { x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: css("--grid") }, svg);
      label(svg, width - right + 6, y(value) + 4, price(value));
    }
    for (const [time, text] of timeTicks(first, last, width / 120)) label(svg, x(time), height - 6, text, { "text-anchor": "middle" });
    const plot = node("g", { "clip-path": `url(#${clip})` }, svg);
    for (const [name, from, zoneLow, zoneHigh] of trade.zones) {
      node("rect", { x: x(from), y: y(zoneHigh), width: Math.max(2, x(trade.closed) - x(from)), height: Math.max(1, y(zoneLow) - y(zoneHigh)), fill: css("--zone"), stroke: css("--zone-line") }, plot);
      label(plot, x(from) + 4, y(zoneHigh) + 12, name);
    }
    for (const [name, from, value] of trade.levels) {
      node("line", { x1: x(from), x2: x(trade.closed), y1: y(value), y2: y(value), stroke: css("--soft"), "stroke-dasharray": "5 3" }, plot);
      label(plot, x(from) + 4, y(value) - 4, name);
    }
    const wide = Math.max(1, (width - left - right) / ((last - first) / step) * .66);
    for (const [time, open, up, down, close] of candles) {
      const colour = close >= open ? css("--up") : css("--down"), middle = x(time + step / 2);
      node("line", { x1: middle, x2: middle, y1: y(up), y2: y(down), stroke: colour }, plot);
      node("rect", { x: middle - wide / 2, y: y(Math.max(open, close)), width: wide, height: Math.max(1, Math.abs(y(open) - y(close))), fill: colour }, plot);
    }
    for (const value of near) {
      node("line", { x1: x(trade.opened), x2: x(trade.closed), y1: y(value), y2: y(value), stroke: css("--gain"), "stroke-dasharray": "2 3", "stroke-width": 1.5 }, plot);
    }
    const way = trade.stops.map((s, i) => {
      const until = i + 1 < trade.stops.length ? trade.stops[i + 1][0] : trade.closed;
      return (i ? "L" : "M") + x(s[0]) + " " + y(s[1]) + "L" + x(until) + " " + y(s[1]);
    }).join("");
    if (way) node("path", { d: way, fill: "none", stroke: css("--loss"), "stroke-width": 1.6 }, plot);
    for (const [time, value, role, quantity] of trade.legs) {
      const buys = (role === "entry") === (trade.side === "long");
      const cx = x(time), cy = y(value), size = 7;
      const d = buys ? `M${cx} ${cy}l${-size} ${size * 1.5}h${size * 2}Z` : `M${cx} ${cy}l${-size} ${-size * 1.5}h${size * 2}Z`;
      const mark = node("path", { d, fill: role === "entry" ? css("--accent") : css("--ink"), stroke: css("--panel"), "stroke-width": 1.5 }, plot);
      node("title", {}, mark).textContent = `${role} ${quantity} at ${price(value)}, ${minute(time)}`;
    }
    const tip = tooltip(holder);
    svg.addEventListener("pointermove", event => {
      const place = (event.clientX - svg.getBoundingClientRect().left) * width / svg.getBoundingClientRect().width;
      const time = first + (place - left) / (width - left - right) * (last - first);
      const i = candles.findIndex(c => time >= c[0] && time < c[0] + step);
      if (i < 0) { tip.hide(); return; }
      const [t, o, h, l, c] = candles[i];
      tip.show(place, top, `<b>${minute(t)}</b> spot<br>O ${price(o)} H ${price(h)}<br>L ${price(l)} C ${price(c)}`, width);
    });
    svg.addEventListener("pointerleave", () => tip.hide());
  }

  const table = document.querySelector("#trades table");
  function choose(index, scroll) {
    chosen = index;
    const trade = data.trades[index];
    if (!trade) return;
    for (const row of table.tBodies[0].rows) row.setAttribute("aria-selected", row.dataset.index === String(index));
    document.getElementById("trade-title").textContent = `Trade ${trade.id}: ${trade.symbol} ${trade.side}, ${trade.setup}`;
    const facts = [
      ["opened", minute(trade.opened)], ["closed", minute(trade.closed)], ["held", trade.hold.toFixed(1) + " h"],
      ["quantity", trade.quantity], ["entry", price(trade.entry)], ["exit", price(trade.exit)], ["first stop", price(trade.stop)],
      ["exit by", trade.reason.replaceAll("_", " ")], ["result", trade.r === null ? "–" : signed(trade.r) + " R"],
      ["net", signed(trade.net) + " USD"], ["fees", trade.fees.toFixed(2)], ["funding", signed(trade.funding)],
      ["worst", signed(-trade.mae) + " R"], ["best", signed(trade.mfe) + " R"],
      ["without full stop", trade.naked.toFixed(2) + " s"],
    ];
    const holder = document.getElementById("trade-facts");
    holder.replaceChildren(...facts.map(([name, value]) => {
      const item = document.createElement("div"), caption = document.createElement("span");
      caption.textContent = name;
      item.append(caption, String(value));
      return item;
    }));
    const chart = document.getElementById("trade-chart");
    chart.replaceChildren();
    tradeChart(chart, Math.max(260, chart.clientWidth));
    if (scroll) document.getElementById("trade").scrollIntoView({ behavior: "smooth", block: "nearest" });
  }
  function filteredRows() {
    const symbol = document.getElementById("filter-symbol").value, result = document.getElementById("filter-result").value;
    let shown = 0;
    for (const row of table.tBodies[0].rows) {
      const trade = data.trades[row.dataset.index];
      const fits = (!symbol || trade.symbol === symbol) && (!result || (result === "win") === (trade.net > 0));
      row.hidden = !fits;
      if (fits) shown++;
    }
    document.getElementById("trade-count").textContent = `${shown} of ${data.trades.length} trades`;
  }
  if (table && data.trades.length) {
    table.tBodies[0].addEventListener("click", event => {
      const row = event.target.closest("tr");
      if (row) choose(Number(row.dataset.index), true);
    });
    table.tBodies[0].addEventListener("keydown", event => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(Number(event.target.closest("tr").dataset.index), true);
    });
    for (const head of table.querySelectorAll("th[data-key]")) {
      head.addEventListener("click", () => {
        const key = head.dataset.key, down = head.dataset.order !== "down";
        for (const other of table.querySelectorAll("th[data-key]")) delete other.dataset.order;
        head.dataset.order = down ? "down" : "up";
        const rows = [...table.tBodies[0].rows];
        const value = row => data.trades[row.dataset.index][key];
        rows.sort((a, b) => {
          const [u, v] = [value(a), value(b)];
          const order = typeof u === "string" ? u.localeCompare(v) : (u ?? -Infinity) - (v ?? -Infinity);
          return down ? -order : order;
        });
        table.tBodies[0].append(...rows);
      });
    }
    document.getElementById("filter-symbol").addEventListener("change", filteredRows);
    document.getElementById("filter-result").addEventListener("change", filteredRows);
    document.getElementById("trade-before").addEventListener("click", () => choose((chosen + data.trades.length - 1) % data.trades.length));
    document.getElementById("trade-after").addEventListener("click", () => choose((chosen + 1) % data.trades.length));
    filteredRows();
  }

  chart("equity-chart", equityChart);
  document.getElementById("show-hold")?.addEventListener("change", event => {
    event.target.dataset.touched = "";
    redrawAll();
  });
  chart("r-chart", histogram);
  chart("trade-chart", tradeChart);
  choose(0, false);

  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; redrawAll(); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    redrawAll();
  });
})();
