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
      const [first] = candleCharts;
      if (!first) return;
      candleCharts.forEach((chart) => chart.choose(chart.trades.id.indexOf(trades.id[trade])));
      first.plot.figure.scrollIntoView({ block: "center" });
      first.plot.canvas.focus({ preventScroll: true });
    }),
};

for (const figure of document.querySelectorAll("[data-chart]")) {
  const part = data[figure.dataset.source];
  if (part) kinds[figure.dataset.chart](figure, part);
}
