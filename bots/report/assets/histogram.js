// How often each size of result came.

function drawHistogram(figure, data) {
  const { edges, counts, unit, name } = data;
  let pointer = null;
  const plot = new Plot(figure, () => {
    if (!counts.length) return;
    const x = plot.across(edges[0], edges.at(-1));
    const y = plot.up(0, Math.max(...counts) * 1.08);
    plot.valueAxis(y);
    plot.bottomAxis(x, (value, digits) => number(value, digits));
    counts.forEach((count, i) => {
      const [from, to] = [x(edges[i]) + 0.5, x(edges[i + 1]) - 0.5];
      plot.pen.fillStyle = colour(edges[i] + edges[i + 1] >= 0 ? "good-fill" : "bad-fill");
      plot.pen.globalAlpha = pointer && pointer.x >= from && pointer.x < to ? 1 : 0.82;
      plot.pen.beginPath();
      plot.pen.roundRect(from, y(count), Math.max(1, to - from), plot.area.bottom - y(count), [3, 3, 0, 0]);
      plot.pen.fill();
    });
    plot.pen.globalAlpha = 1;
    const zero = Math.round(x(0)) + 0.5;
    if (edges[0] < 0 && edges.at(-1) > 0) plot.line(zero, plot.area.top, zero, plot.area.bottom, colour("soft"));
    if (pointer) point(x);
  });

  function point(x) {
    const value = x.low + ((pointer.x - plot.area.left) / (plot.area.right - plot.area.left)) * (x.high - x.low);
    const bin = lastUpTo(edges, value);
    if (bin < 0 || bin >= counts.length) return plot.hide();
    const digits = digitsFor(edges[1] - edges[0]) + 1;
    const range = `${number(edges[bin], digits)} to ${number(edges[bin + 1], digits)} ${unit}`;
    return plot.show(pointer.x, pointer.y, range, [[name, number(counts[bin], 0)]]);
  }

  plot.hover((seen) => {
    pointer = seen;
    if (!seen) plot.hide();
    plot.redraw();
  });
}
