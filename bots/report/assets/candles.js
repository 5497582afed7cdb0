// Candles with entries and exits; wheel, drag, pinch, keys and buttons move and zoom.

const LEAST_SHOWN = 12;
const WIDTH_OF_CANDLE = 3; // pixels below which two candles are drawn as one

class CandleChart {
  constructor(figure, packed, trades) {
    this.levels = pyramid(unpack(packed));
    this.candles = this.levels[0];
    this.step = packed.step;
    this.trades = trades;
    this.size = this.candles.ts.length;
    this.view = [0, this.size];
    this.chosen = -1;
    this.pointer = null;
    figure.classList.add("movable");
    this.plot = new Plot(figure, () => this.draw());
    this.plot.canvas.tabIndex = 0;
    this.plot.hover((seen) => this.onPointer(seen));
    this.tools(figure);
    new Moves(this);
  }

  tools(figure) {
    const button = (text, label, act) => {
      const made = element("button", { type: "button", "aria-label": label, title: label }, text);
      made.addEventListener("click", act);
      return made;
    };
    this.told = element("span", { class: "told", role: "status" });
    figure.before(
      element(
        "div",
        { class: "tools" },
        button("+", "Zoom in", () => this.zoom(0.5)),
        button("−", "Zoom out", () => this.zoom(2)),
        button("‹", "Earlier", () => this.pan(-0.5)),
        button("›", "Later", () => this.pan(0.5)),
        button("Previous trade", "Previous trade (p)", () => this.choose(this.chosen - 1)),
        button("Next trade", "Next trade (n)", () => this.choose(this.chosen + 1)),
        button("All", "Show the whole range (0)", () => this.look(0, this.size)),
        this.told,
      ),
    );
  }

  look(from, to) {
    const span = Math.max(Math.min(LEAST_SHOWN, this.size), Math.min(this.size, to - from));
    const first = Math.max(0, Math.min(this.size - span, from));
    this.view = [first, first + span];
    this.plot.redraw();
  }

  /** Show `factor` times as many candles; what lies at `share` of the width stays there. */
  zoom(factor, share = 0.5) {
    const [from, to] = this.view;
    const span = Math.max(Math.min(LEAST_SHOWN, this.size), Math.min(this.size, (to - from) * factor));
    const fixed = from + (to - from) * share;
    this.look(fixed - span * share, fixed + span * (1 - share));
  }

  pan(share) {
    const [from, to] = this.view;
    this.look(from + (to - from) * share, to + (to - from) * share);
  }

  /** Bring a trade into view. */
  choose(trade) {
    if (!this.trades.entry.length) return;
    this.chosen = Math.max(0, Math.min(this.trades.entry.length - 1, trade));
    const [from, to] = [this.place(this.trades.entry[this.chosen]), this.place(this.trades.exit[this.chosen])];
    const room = Math.max((to - from) * 0.8, 30);
    this.look(from - room, to + room);
    this.told.textContent = tradeLine(this.trades, this.chosen);
  }

  /** Where a time lies, counted in candles; between two candles, between their numbers. */
  place(stamp) {
    const at = lastUpTo(this.candles.ts, stamp);
    return at < 0 ? 0 : at + Math.min(1, (stamp - this.candles.ts[at]) / this.step);
  }

  draw() {
    const { plot } = this;
    const [from, to] = this.view;
    const level = this.level(to - from, plot.area.right - plot.area.left);
    const shown = this.levels[level];
    const each = 2 ** level;
    const first = Math.max(0, Math.floor(from / each));
    const last = Math.min(shown.ts.length, Math.ceil(to / each));
    let [low, high] = [Infinity, -Infinity];
    for (let i = first; i < last; i++) {
      low = Math.min(low, shown.low[i]);
      high = Math.max(high, shown.high[i]);
    }
    const room = (high - low || high) * 0.06;
    this.x = plot.across(from, to);
    this.y = plot.up(low - room, high + room);
    plot.valueAxis(this.y);
    const ends = [this.candles.ts[Math.floor(from)], this.candles.ts[Math.min(this.size - 1, Math.floor(to))]];
    plot.timeAxis(...ends, (stamp) => this.x(this.place(stamp)));
    plot.inside(() => {
      this.drawCandles(shown, first, last, each);
      this.drawTrades();
    });
    if (this.pointer) this.tell(shown, each);
    if (this.chosen < 0) {
      const length = duration(this.step * each);
      this.told.textContent = `${time(ends[0])} to ${time(ends[1])} · candles of ${length}`;
    }
  }

  level(shown, width) {
    const fit = width / WIDTH_OF_CANDLE;
    return Math.max(0, Math.min(this.levels.length - 1, Math.ceil(Math.log2(shown / fit))));
  }

  drawCandles(shown, first, last, each) {
    const { pen } = this.plot;
    const width = Math.max(1, (this.x(each) - this.x(0)) * 0.66);
    for (const [ink, rising] of [[colour("good-fill"), true], [colour("bad-fill"), false]]) {
      pen.fillStyle = ink;
      for (let i = first; i < last; i++) {
        if (shown.close[i] >= shown.open[i] !== rising) continue;
        const middle = this.x((i + 0.5) * each);
        const [top, bottom] = [this.y(Math.max(shown.open[i], shown.close[i])), this.y(Math.min(shown.open[i], shown.close[i]))];
        pen.globalAlpha = 0.75;
        pen.fillRect(middle - 0.5, this.y(shown.high[i]), 1, this.y(shown.low[i]) - this.y(shown.high[i]));
        pen.globalAlpha = 1;
        pen.fillRect(middle - width / 2, top, width, Math.max(1, bottom - top));
      }
    }
  }

  drawTrades() {
    const { entry, exit, entryPrice, exitPrice, side, pnl } = this.trades;
    const { pen } = this.plot;
    const [from, to] = this.view;
    const [start, end] = [this.timeAt(from), this.timeAt(to)];
    this.marks = [];
    for (let i = 0; i < entry.length; i++) {
      if (exit[i] < start || entry[i] > end) continue;
      const mark = { i, x1: this.x(this.place(entry[i])), x2: this.x(this.place(exit[i])) };
      mark.y1 = this.y(entryPrice[i]);
      mark.y2 = this.y(exitPrice[i]);
      this.marks.push(mark);
    }
    const dense = this.marks.length > this.plot.width / 8; // so many that only their exits are told
    for (const mark of this.marks) {
      const ink = colour(pnl[mark.i] > 0 ? "good" : "bad");
      if (dense && mark.i !== this.chosen) {
        dot(pen, mark.x2, mark.y2, ink);
        continue;
      }
      this.plot.line(mark.x1, mark.y1, mark.x2, mark.y2, ink, [4, 3]);
      arrow(pen, mark.x1, mark.y1, side[mark.i] > 0, colour("accent"), colour("card"));
      ring(pen, mark.x2, mark.y2, ink, colour("card"), mark.i === this.chosen ? 6 : 4);
    }
  }

  timeAt(place) {
    const at = Math.max(0, Math.min(this.size - 1, Math.floor(place)));
    return this.candles.ts[at] + (place > at ? this.step : 0);
  }

  onPointer(seen) {
    this.pointer = seen;
    if (!seen) this.plot.hide();
    this.plot.redraw();
  }

  tell(shown, each) {
    const { x, y } = this.pointer;
    const trade = this.tradeAt(x, y);
    if (trade >= 0) return this.plot.show(x, y, ...tradeFacts(this.trades, trade));
    const share = (x - this.plot.area.left) / (this.plot.area.right - this.plot.area.left);
    const at = Math.floor((this.view[0] + share * (this.view[1] - this.view[0])) / each);
    if (at < 0 || at >= shown.ts.length || share > 1) return this.plot.hide();
    const facts = ["open", "high", "low", "close"].map((name) => [name, number(shown[name][at], 8)]);
    return this.plot.show(x, y, `${time(shown.ts[at])} UTC`, facts);
  }

  /** The trade whose entry, exit or line between is nearest to a point, -1 where none is near. */
  tradeAt(x, y) {
    let [found, best] = [-1, 10];
    for (const { i, x1, y1, x2, y2 } of this.marks || []) {
      const length = (x2 - x1) ** 2 + (y2 - y1) ** 2;
      const along = length ? Math.max(0, Math.min(1, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length)) : 0;
      const away = Math.hypot(x1 + along * (x2 - x1) - x, y1 + along * (y2 - y1) - y);
      if (away < best) [found, best] = [i, away];
    }
    return found;
  }
}

function arrow(pen, x, y, up, ink, edge) {
  const way = up ? 1 : -1;
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x - 5.5, y + 10 * way);
  pen.lineTo(x + 5.5, y + 10 * way);
  pen.closePath();
  pen.fillStyle = ink;
  pen.strokeStyle = edge;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}

function dot(pen, x, y, ink) {
  pen.globalAlpha = 0.7;
  pen.fillStyle = ink;
  pen.beginPath();
  pen.arc(x, y, 2.2, 0, 7);
  pen.fill();
  pen.globalAlpha = 1;
}

function ring(pen, x, y, ink, edge, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 7);
  pen.fillStyle = edge;
  pen.strokeStyle = ink;
  pen.lineWidth = 2.2;
  pen.fill();
  pen.stroke();
}

/** Pointer, wheel and keys of a candle chart. */
class Moves {
  constructor(chart) {
    this.chart = chart;
    this.fingers = new Map();
    const { canvas } = chart.plot;
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.up(event));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("dblclick", () => chart.zoom(0.4, this.share(this.last)));
  }

  share(x) {
    const { left, right } = this.chart.plot.area;
    return Math.max(0, Math.min(1, (x - left) / (right - left)));
  }

  /** A page that is scrolled past does not zoom: the wheel is ours once the chart was clicked, or with Ctrl. */
  wheel(event) {
    const ours = document.activeElement === this.chart.plot.canvas || event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!ours && !sideways) return;
    event.preventDefault();
    if (sideways) this.chart.pan((event.deltaX || event.deltaY) / this.chart.plot.width);
    else this.chart.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150), this.share(event.offsetX));
  }

  down(event) {
    const { canvas, figure } = this.chart.plot;
    canvas.setPointerCapture(event.pointerId);
    this.fingers.set(event.pointerId, event.offsetX);
    this.last = event.offsetX;
    this.travelled = 0;
    figure.classList.add("moving");
  }

  move(event) {
    const before = this.fingers.get(event.pointerId);
    if (before === undefined) return;
    const spread = this.spread();
    this.fingers.set(event.pointerId, event.offsetX);
    this.travelled += Math.abs(event.offsetX - before);
    const { left, right } = this.chart.plot.area;
    if (this.fingers.size > 1) {
      const middle = [...this.fingers.values()].reduce((a, b) => a + b) / this.fingers.size;
      if (this.spread() > 1) this.chart.zoom(spread / this.spread(), this.share(middle));
    } else this.chart.pan((before - event.offsetX) / (right - left));
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    this.chart.plot.figure.classList.remove("moving");
    if (event.type !== "pointerup" || this.travelled > 4) return;
    const trade = this.chart.tradeAt(event.offsetX, event.offsetY);
    this.chart.chosen = trade;
    if (trade >= 0) this.chart.told.textContent = tradeLine(this.chart.trades, trade);
    this.chart.plot.redraw();
  }

  spread() {
    const places = [...this.fingers.values()];
    return Math.max(1, Math.max(...places) - Math.min(...places));
  }

  key(event) {
    const { chart } = this;
    const acts = {
      ArrowLeft: () => chart.pan(-0.2),
      ArrowRight: () => chart.pan(0.2),
      "+": () => chart.zoom(0.6),
      "=": () => chart.zoom(0.6),
      "-": () => chart.zoom(1 / 0.6),
      Home: () => chart.look(0, chart.view[1] - chart.view[0]),
      End: () => chart.look(chart.size - (chart.view[1] - chart.view[0]), chart.size),
      0: () => chart.look(0, chart.size),
      n: () => chart.choose(chart.chosen + 1),
      p: () => chart.choose(chart.chosen - 1),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    acts[event.key]();
  }
}
