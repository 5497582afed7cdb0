// A canvas with axes: sharp on every screen, redrawn when its size or the theme changes.

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const DAY = 86400;
const TIME_STEPS = [60, 300, 900, 1800, 3600, 7200, 14400, 21600, 43200, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const MONTH_STEPS = [1, 3, 6, 12, 24, 60];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

class Plot {
  /** `draw(plot)` is called for each new picture, after the canvas was cleared and the area measured. */
  constructor(figure, draw) {
    this.figure = figure;
    this.draw = draw;
    this.canvas = element("canvas", { role: "img", "aria-label": figure.dataset.label });
    this.tip = element("div", { class: "tip", hidden: "" });
    figure.append(this.canvas, this.tip);
    this.pen = this.canvas.getContext("2d");
    new ResizeObserver(() => this.redraw()).observe(figure);
    redraws.add(() => this.redraw());
  }

  /** Draw soon, once for all requests of this frame. */
  redraw() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.paint();
    });
  }

  paint() {
    const { clientWidth: width, clientHeight: height } = this.figure;
    if (!width || !height) return;
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
    }
    this.pen.setTransform(scale, 0, 0, scale, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.font = FONT;
    this.width = width;
    this.height = height;
    this.area = { left: 4, top: 8, right: width - 62, bottom: height - 22 };
    this.draw(this);
  }

  /** Scale a range of values onto the area, from left to right or from the bottom up. */
  across(low, high) {
    const { left, right } = this.area;
    return Object.assign((value) => left + ((value - low) / (high - low || 1)) * (right - left), { low, high });
  }

  up(low, high) {
    const { top, bottom } = this.area;
    return Object.assign((value) => bottom - ((value - low) / (high - low || 1)) * (bottom - top), { low, high });
  }

  /** Lines and labels of values, on the right. */
  valueAxis(y, label = null) {
    const step = niceStep((y.high - y.low) / Math.max(2, (this.area.bottom - this.area.top) / 48));
    const digits = digitsFor(step);
    this.pen.textAlign = "left";
    this.pen.textBaseline = "middle";
    for (let value = Math.ceil(y.low / step) * step; value <= y.high + step * 1e-9; value += step) {
      const at = Math.round(y(value)) + 0.5;
      this.line(this.area.left, at, this.area.right, at, colour("grid"));
      this.pen.fillStyle = colour("soft");
      this.pen.fillText(label ? label(value, digits) : number(value, digits), this.area.right + 7, at);
    }
  }

  /** Labels of values below the area. */
  bottomAxis(x, label) {
    const step = niceStep((x.high - x.low) / Math.max(2, (this.area.right - this.area.left) / 90));
    this.pen.textBaseline = "top";
    this.pen.textAlign = "center";
    for (let value = Math.ceil(x.low / step) * step; value <= x.high + step * 1e-9; value += step) {
      const at = Math.round(x(value)) + 0.5;
      this.line(at, this.area.top, at, this.area.bottom, colour("grid"));
      this.pen.fillStyle = colour("soft");
      this.pen.fillText(label(value, digitsFor(step)), this.clamp(at, 24), this.area.bottom + 6);
    }
  }

  /** Labels of times below the area; `place` gives where a time lies. */
  timeAxis(from, to, place) {
    this.pen.textBaseline = "top";
    this.pen.textAlign = "center";
    for (const [stamp, text] of timeMarks(from, to, Math.max(2, (this.area.right - this.area.left) / 88))) {
      const at = Math.round(place(stamp)) + 0.5;
      if (at < this.area.left || at > this.area.right) continue;
      this.line(at, this.area.top, at, this.area.bottom, colour("grid"));
      this.pen.fillStyle = colour("soft");
      this.pen.fillText(text, this.clamp(at, 20), this.area.bottom + 6);
    }
  }

  clamp(x, margin) {
    return Math.max(this.area.left + margin, Math.min(this.area.right - margin / 2, x));
  }

  line(x1, y1, x2, y2, stroke, dash = []) {
    this.pen.beginPath();
    this.pen.setLineDash(dash);
    this.pen.strokeStyle = stroke;
    this.pen.lineWidth = 1;
    this.pen.moveTo(x1, y1);
    this.pen.lineTo(x2, y2);
    this.pen.stroke();
    this.pen.setLineDash([]);
  }

  /** Draw only inside the area. */
  inside(drawing) {
    const { left, top, right, bottom } = this.area;
    this.pen.save();
    this.pen.beginPath();
    this.pen.rect(left, top - 4, right - left, bottom - top + 8);
    this.pen.clip();
    drawing();
    this.pen.restore();
  }

  /** Show facts beside a point: a title and pairs of name and value. */
  show(x, y, title, pairs) {
    this.tip.replaceChildren(
      element("strong", {}, title),
      ...pairs.map(([name, value, tone = ""]) =>
        element("span", {}, element("i", {}, name), element("b", { class: tone }, value)),
      ),
    );
    this.tip.hidden = false;
    const { offsetWidth, offsetHeight } = this.tip;
    const left = x + 16 + offsetWidth > this.width ? x - offsetWidth - 16 : x + 16;
    this.tip.style.left = `${Math.max(0, left)}px`;
    this.tip.style.top = `${Math.max(0, Math.min(this.height - offsetHeight, y - offsetHeight / 2))}px`;
  }

  hide() {
    this.tip.hidden = true;
  }

  /** `seen({x, y})` for each place of the pointer, `seen(null)` when it is gone. */
  hover(seen) {
    this.canvas.addEventListener("pointermove", (event) => {
      const box = this.canvas.getBoundingClientRect();
      seen({ x: event.clientX - box.left, y: event.clientY - box.top });
    });
    this.canvas.addEventListener("pointerleave", () => seen(null));
  }
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function niceStep(rough) {
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
}

/** About `wanted` round times from `from` to `to`, each with its label. */
function timeMarks(from, to, wanted) {
  const rough = (to - from) / wanted;
  const step = TIME_STEPS.find((size) => size >= rough);
  if (!step) return monthMarks(from, to, rough);
  const marks = [];
  for (let stamp = Math.ceil(from / step) * step; stamp <= to; stamp += step) marks.push([stamp, dayOrClock(stamp)]);
  return marks;
}

function dayOrClock(stamp) {
  const at = new Date(stamp * 1000);
  return stamp % DAY ? time(stamp, { date: false }) : `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
}

function monthMarks(from, to, rough) {
  const step = MONTH_STEPS.find((months) => months * 30 * DAY >= rough) || 120;
  const first = new Date(from * 1000);
  const marks = [];
  for (let month = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth()) / step) * step; ; month += step) {
    const stamp = Date.UTC(Math.floor(month / 12), month % 12) / 1000;
    if (stamp > to) return marks;
    marks.push([stamp, month % 12 ? MONTHS[month % 12] : String(month / 12)]);
  }
}
