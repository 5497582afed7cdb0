// Puts a chart into each place that the page has for one.

const data = JSON.parse(document.getElementById("data").textContent);
const candleCharts = [];

const kinds = {
  candles: (figure, packed) => candleCharts.push(new CandleChart(figure, packed, data[figure.dataset.trades] || data.trades)),
  curve: drawCurve,
  histogram: drawHistogram,
  scatter: drawScatter,
  trades: (figure, trades) =>
    drawTrades(figure, trades, (trade) => {
      showTrade(trades.id[trade]);
      history.replaceState(null, "", `#trade-${trades.id[trade]}`);
    }),
};

/** Bring a trade into the view of the charts that have it. */
function showTrade(id) {
  const [first] = candleCharts;
  if (!first) return;
  for (const chart of candleCharts) {
    const at = chart.trades.id.indexOf(id);
    if (at >= 0) chart.choose(at);
  }
  first.plot.figure.scrollIntoView({ block: "center" });
  first.plot.canvas.focus({ preventScroll: true });
}

for (const figure of document.querySelectorAll("[data-chart]")) {
  const part = data[figure.dataset.source];
  if (part) kinds[figure.dataset.chart](figure, part);
}

const linked = location.hash.match(/^#trade-(.+)$/);
if (linked) showTrade(decodeURIComponent(linked[1]));
