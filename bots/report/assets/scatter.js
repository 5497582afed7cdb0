// Trades as points: how far each went against us and for us, and what became of it.

function drawScatter(figure, data) {
  const { x: xs, y: ys, tone, ids, xName, yName, unit } = data;
  const digits = digitsOf(unit);
  let nearest = -1;
  let scales = null;
  const plot = new Plot(figure, () => {
    if (!xs.length) return;
    plot.area.bottom -= 14;
    const x = plot.across(0, Math.max(greatest(xs), 1e-12) * 1.05);
    const y = plot.up(0, Math.max(greatest(ys), 1e-12) * 1.08);
    scales = { x, y };
    plot.valueAxis(y);
    plot.bottomAxis(x, (value, d) => number(value, d));
    plot.pen.fillStyle = colour("soft");
    plot.pen.textAlign = "right";
    plot.pen.fillText(`${xName} (${unit}) →`, plot.area.right, plot.area.bottom + 21);
    plot.pen.textAlign = "left";
    plot.pen.fillText(`↑ ${yName} (${unit})`, plot.area.left + 4, plot.area.top + 2);
    const reach = Math.min(x.high, y.high);
    plot.inside(() => {
      plot.line(x(0), y(0), x(reach), y(reach), colour("line"), [4, 4]);
      xs.forEach((value, i) => dot(x(value), y(ys[i]), i));
    });
    if (nearest >= 0) tell(x, y);
  });

  function dot(left, top, i) {
    plot.pen.globalAlpha = i === nearest ? 1 : xs.length > 800 ? 0.4 : 0.65;
    plot.pen.fillStyle = colour(tone[i] > 0 ? "good-fill" : "bad-fill");
    plot.pen.beginPath();
    if (tone[i] > 0) plot.pen.arc(left, top, i === nearest ? 6 : 3.4, 0, 7);
    else plot.pen.rect(left - 3, top - 3, i === nearest ? 9 : 6, i === nearest ? 9 : 6);
    plot.pen.fill();
    plot.pen.globalAlpha = 1;
  }

  function tell(x, y) {
    plot.show(x(xs[nearest]), y(ys[nearest]), `Trade ${ids[nearest]}`, [
      [yName, `${number(ys[nearest], digits)} ${unit}`],
      [xName, `${number(xs[nearest], digits)} ${unit}`],
      ["result", `${signed(tone[nearest], digits)} ${unit}`, tone[nearest] > 0 ? "good" : "bad"],
    ]);
  }

  plot.hover((seen) => {
    nearest = seen && scales ? closest(seen) : -1;
    if (nearest < 0) plot.hide();
    plot.redraw();
  });

  function closest(seen) {
    let [found, best] = [-1, 20 ** 2];
    xs.forEach((value, i) => {
      const away = (scales.x(value) - seen.x) ** 2 + (scales.y(ys[i]) - seen.y) ** 2;
      if (away < best) [found, best] = [i, away];
    });
    return found;
  }
}
