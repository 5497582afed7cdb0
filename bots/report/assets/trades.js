// The trades in columns: as facts beside the pointer, and as a table with pages.

const TRADES_A_PAGE = 25;

function tradeFacts(trades, i) {
  const digits = digitsOf(trades.settle);
  const amount = (value) => `${signed(value, digits)} ${trades.settle}`;
  const facts = [
    ["entry", `${number(trades.entryPrice[i], 8)} · ${time(trades.entry[i])}`],
    ["exit", `${number(trades.exitPrice[i], 8)} · ${time(trades.exit[i])}`],
    ["held", duration(trades.exit[i] - trades.entry[i])],
    ["size", number(trades.size[i], 8)],
    ["result", amount(trades.pnl[i]), trades.pnl[i] > 0 ? "good" : "bad"],
    ["fees", amount(-trades.fees[i])],
    ["funding", amount(trades.funding[i])],
    ["reason in", trades.reasons[trades.entryReason[i]]],
    ["reason out", trades.reasons[trades.exitReason[i]]],
  ];
  if (trades.mae[i] !== null) facts.splice(5, 0, ["worst, best", `${amount(trades.mae[i])}, ${amount(trades.mfe[i])}`]);
  return [`Trade ${trades.id[i]} · ${sideOf(trades, i)}`, facts];
}

const sideOf = (trades, i) => (trades.side[i] > 0 ? "long" : "short");

function tradeLine(trades, i) {
  const result = `${signed(trades.pnl[i], digitsOf(trades.settle))} ${trades.settle}`;
  return `Trade ${trades.id[i]}, ${sideOf(trades, i)}, ${time(trades.entry[i])}, ${result}`;
}

function drawTrades(place, trades, show) {
  const titles = ["#", "Side", "Entry", "Exit", "Reasons", "Size", "Price in", "Price out", "Fees", "Funding", "Result", "USD"];
  const body = element("tbody");
  const told = element("span", { class: "told", role: "status" });
  const pages = Math.max(1, Math.ceil(trades.entry.length / TRADES_A_PAGE));
  let page = 0;

  function turn(to) {
    page = Math.max(0, Math.min(pages - 1, to));
    const first = page * TRADES_A_PAGE;
    const last = Math.min(trades.entry.length, first + TRADES_A_PAGE);
    body.replaceChildren(...Array.from({ length: last - first }, (_, n) => row(first + n)));
    const all = trades.total > trades.entry.length ? ` (the first of ${number(trades.total, 0)})` : "";
    told.textContent = last ? `${number(first + 1, 0)} to ${number(last, 0)} of ${number(trades.entry.length, 0)}${all}` : "No trades";
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  }

  function row(i) {
    const digits = digitsOf(trades.settle);
    const open = element("button", { type: "button", title: "Show on the chart" }, String(trades.id[i]));
    const reasons = [trades.reasons[trades.entryReason[i]], trades.reasons[trades.exitReason[i]]].join(" → ");
    const cells = [sideOf(trades, i), time(trades.entry[i]), time(trades.exit[i]), reasons];
    const figures = [number(trades.size[i], 8), number(trades.entryPrice[i], 8), number(trades.exitPrice[i], 8)];
    figures.push(money(trades.fees[i], digits), money(trades.funding[i], digits, true));
    const results = [money(trades.pnl[i], digits, true), money(trades.usd[i], 2, true)];
    const tone = trades.pnl[i] > 0 ? "good" : trades.pnl[i] < 0 ? "bad" : "";
    const made = element(
      "tr",
      {},
      element("th", { scope: "row" }, open),
      ...[...cells, ...figures].map((text) => element("td", {}, text)),
      ...results.map((text) => element("td", { class: tone }, text)),
    );
    made.addEventListener("click", () => show(i));
    return made;
  }

  const turner = (text, label, step) => {
    const made = element("button", { type: "button", "aria-label": label }, text);
    made.addEventListener("click", () => turn(step()));
    return made;
  };
  const back = turner("‹", "Previous page", () => page - 1);
  const on = turner("›", "Next page", () => page + 1);
  const head = element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));
  place.append(
    element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Trades" }, element("table", { class: "trades" }, head, body)),
    element("div", { class: "pager" }, told, turner("«", "First page", () => 0), back, on, turner("»", "Last page", () => pages - 1)),
  );
  turn(0);
}
