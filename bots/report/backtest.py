"""The report of one backtest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bots.core.backtest import BacktestResult
from bots.core.series import Series
from bots.report import columns, provenance, results
from bots.report.markup import escape
from bots.report.page import Section, chart, page
from bots.report.text import MINUS, amount, change, number, percent, when
from schema.words import DOLLARS


@dataclass(frozen=True)
class Subject:
    """What a report is about.

    Attributes:
        entry: the run's entry in the ledger (`schema.files.ledger`), complete.
        series: candles of each market, the warm-up left out.
        settle: currency of the equity.
        sandbox: whether the prices were invented.
        defaults: settings and parameters that were not chosen, to tell them from those that were.
    """

    entry: Mapping[str, Any]
    result: BacktestResult
    series: Mapping[str, Series]
    settle: str
    sandbox: bool = False
    defaults: Mapping[str, Any] | None = None

    @property
    def metrics(self) -> Mapping[str, Any]:
        return self.result.metrics


def backtest_page(subject: Subject) -> str:
    """The whole report as HTML."""
    entry = subject.entry
    title = f"{entry['strategy']['id']} on {entry['market']}"
    return page(
        f"{title} · Botyard",
        [*_charts(subject), *results.sections(subject.metrics, subject.settle), *_rest(subject)],
        _data(subject),
        header=_header(subject, title),
    )


def _header(subject: Subject, title: str) -> str:
    entry, metrics = subject.entry, subject.metrics
    banner = ""
    if subject.sandbox:
        banner = (
            '<p class="banner" role="note"><strong>Sandbox.</strong> These prices are invented by the '
            "built-in sandbox exchange: nothing here tells anything about a real market.</p>"
        )
    start, end = entry["range"]
    told = (
        f"{when(start)} to {when(end)} UTC · bars of {entry['settings']['timeframe']} · "
        f"{escape(entry['exchange'])} · run <code>{escape(entry['id'])}</code> of {when(entry['at'])} UTC"
    )
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd{_tone(value)}>{escape(value)}<small>{escape(more)}</small></dd></div>"
        for name, value, more in _tiles(metrics, subject)
    )
    return f'<header>{banner}<h1>{escape(title)}</h1><p>{told}</p><dl class="tiles">{tiles}</dl></header>'


def _tone(text: str) -> str:
    return {"+": ' class="good"', MINUS: ' class="bad"'}.get(text[0], "")


def _tiles(metrics: Mapping[str, Any], subject: Subject) -> list[tuple[str, str, str]]:
    profit, market = metrics.get("profit"), metrics.get("market_return")
    wins, losses = metrics.get("wins", 0), metrics.get("losses", 0)
    return [
        ("Total return", change(metrics.get("total_return")), amount(profit, subject.settle)),
        (f"{next(iter(subject.series))} itself", change(market), "from first to last candle"),
        ("Max drawdown", percent(metrics.get("max_drawdown")), f"Calmar {number(metrics.get('calmar'))}"),
        ("Sharpe ratio", number(metrics.get("sharpe")), f"Sortino {number(metrics.get('sortino'))}"),
        ("Trades", number(metrics.get("trade_count"), 0), f"{wins} won, {losses} lost"),
        (
            "Win rate",
            percent(metrics.get("win_rate"), 1),
            f"payoff ratio {number(metrics.get('payoff_ratio'))}",
        ),
        (
            "Profit factor",
            number(metrics.get("profit_factor")),
            f"{amount(metrics.get('expectancy'), 'USD')} a trade",
        ),
        (
            "Time in market",
            percent(metrics.get("exposure"), 1),
            f"{number(metrics.get('trades_per_day'), 1)} trades a day",
        ),
    ]


def _charts(subject: Subject) -> list[Section]:
    label = f"from {when(subject.entry['range'][0])} to {when(subject.entry['range'][1])}"
    parts = [
        Section(
            "equity",
            "Equity",
            chart("curve", "equity", f"Equity in {subject.settle} {label}", 240)
            + "<h3>Below the highest so far</h3>"
            + chart("curve", "underwater", f"Drawdown in percent {label}", 110),
        )
    ]
    for place, market in enumerate(subject.series):
        name = f"candles{place}"
        hint = (
            "Triangles are entries, rings are exits. Drag, or click and turn the wheel; keys: arrows, "
            "plus and minus, n and p for the next and the previous trade, 0 for all."
        )
        drawn = chart(
            "candles",
            name,
            f"Candles of {market} with trades {label}",
            400,
            trades=f"trades{place}" if len(subject.series) > 1 else "trades",
        )
        parts.append(Section(name, f"{market} and the trades", drawn, hint=hint))
    return parts


def _rest(subject: Subject) -> list[Section]:
    trades = Section("trades", "Trades", '<div data-chart="trades" data-source="trades"></div>')
    assumed = provenance.sections(subject.entry, subject.defaults or {})
    return [trades, *assumed]


def _data(subject: Subject) -> dict[str, Any]:
    result = subject.result
    start = float(result.counters["starting_balance"])
    single = len(subject.series) == 1
    first = next(iter(subject.series.values()))
    # A coin's own price says nothing about an account that is kept in the coin.
    held = first if single and subject.settle in DOLLARS else None
    drawn: dict[str, Any] = {}
    for place, (market, series) in enumerate(subject.series.items()):
        drawn[f"candles{place}"] = columns.candles(series)
        if not single:
            drawn[f"trades{place}"] = columns.legs(result.table, market)
    return {
        **drawn,
        "equity": columns.equity(result.curve, start, subject.settle, held),
        "underwater": columns.underwater(result.curve),
        "trades": columns.trades(result.table),
        "distribution": columns.distribution(result.table.pnl_usd, "USD"),
        "excursions": columns.excursions(result.table),
    }
