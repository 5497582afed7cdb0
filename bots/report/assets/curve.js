// A line over time, such as equity, or an area that hangs from zero, such as the drawdown.

function drawCurve(figure, data) {
  const { ts, values, start = null, unit = "", hanging = false } = data;
  const others = data.lines || [];
  let pointer = null;
  const digits = unit === "%" ? 2 : digitsOf(unit);
  const plot = new Plot(figure, () => {
    if (!ts.length) return;
    const all = [values, ...others.map((line) => line.values)];
    let [low, high] = [Math.min(...all.map(least)), Math.max(...all.map(greatest))];
    if (hanging) [low, high] = [-Math.max(high, 1e-9) * 1.08, 0];
    else {
      if (start !== null) [low, high] = [Math.min(low, start), Math.max(high, start)];
      const room = (high - low || Math.abs(high) || 1) * 0.06;
      [low, high] = [low - room, high + room];
    }
    const x = plot.across(ts[0], ts.at(-1));
    const y = plot.up(low, high);
    plot.valueAxis(y, unit === "%" ? (value, d) => `${number(value, d)} %` : null);
    plot.timeAxis(ts[0], ts.at(-1), x);
    plot.inside(() => {
      if (start !== null) plot.line(plot.area.left, y(start), plot.area.right, y(start), colour("soft"), [3, 4]);
      for (const line of others) trace(plot, line.ts || ts, line.values, x, y, colour("soft"), 1.1);
      const shown = hanging ? values.map((value) => -value) : values;
      const ink = colour(hanging ? "bad-fill" : "accent");
      fill(plot, ts, shown, x, y, hanging ? y(0) : plot.area.bottom, ink);
      trace(plot, ts, shown, x, y, ink, 1.7);
    });
    if (pointer) point(x, y);
  });

  function point(x, y) {
    const stamp = x.low + ((pointer.x - plot.area.left) / (plot.area.right - plot.area.left)) * (x.high - x.low);
    const at = Math.max(0, Math.min(ts.length - 1, lastUpTo(ts, stamp)));
    const value = hanging ? -values[at] : values[at];
    plot.line(x(ts[at]), plot.area.top, x(ts[at]), plot.area.bottom, colour("soft"), [2, 3]);
    plot.pen.fillStyle = colour(hanging ? "bad-fill" : "accent");
    plot.pen.beginPath();
    plot.pen.arc(x(ts[at]), y(value), 3.5, 0, 7);
    plot.pen.fill();
    const pairs = [[data.name, `${number(value, digits)} ${unit}`]];
    if (start) pairs.push(["since the start", `${signed(100 * (value / start - 1))} %`, value >= start ? "good" : "bad"]);
    for (const line of others) {
      const place = lastUpTo(line.ts || ts, ts[at]);
      if (place >= 0) pairs.push([line.name, `${number(line.values[place], digits)} ${unit}`]);
    }
    plot.show(x(ts[at]), pointer.y, `${time(ts[at])} UTC`, pairs);
  }

  plot.hover((seen) => {
    pointer = seen;
    if (!seen) plot.hide();
    plot.redraw();
  });
}

const least = (values) => values.reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (values) => values.reduce((a, b) => Math.max(a, b), -Infinity);

function trace(plot, ts, values, x, y, stroke, width) {
  const { pen } = plot;
  pen.beginPath();
  values.forEach((value, i) => (i ? pen.lineTo(x(ts[i]), y(value)) : pen.moveTo(x(ts[i]), y(value))));
  pen.strokeStyle = stroke;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.stroke();
}

function fill(plot, ts, values, x, y, base, ink) {
  const { pen, area } = plot;
  const shade = pen.createLinearGradient(0, area.top, 0, area.bottom);
  const [near, far] = base <= area.top + 1 ? ["10", "55"] : ["3c", "05"];
  shade.addColorStop(0, hex(ink) + near);
  shade.addColorStop(1, hex(ink) + far);
  pen.beginPath();
  pen.moveTo(x(ts[0]), base);
  values.forEach((value, i) => pen.lineTo(x(ts[i]), y(value)));
  pen.lineTo(x(ts.at(-1)), base);
  pen.fillStyle = shade;
  pen.fill();
}

/** The colours of the page are written as #rrggbb. */
const hex = (ink) => (/^#[0-9a-f]{6}$/i.test(ink) ? ink : "#888888");
