"""Sections about what came out: heat maps, distribution, costs, reasons, every figure."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from bots.report.figures import grouped
from bots.report.markup import Cell, escape, facts, heat_map, table
from bots.report.page import Section, chart
from bots.report.text import MINUS, amount, duration, number, percent, signed

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_DAYS = 120
_MOST_REASONS = 12

Metrics = Mapping[str, Any]


def sections(metrics: Metrics, settle: str) -> list[Section]:
    """All of them, in order."""
    return [
        Section("months", "Return by month", _months(metrics) + _days(metrics)),
        Section(
            "distribution",
            "Results of the trades",
            chart("histogram", "distribution", "Distribution of trade results in USD", 260),
            wide=False,
            hint="How many trades ended where, in USD; the outermost ones are counted at the ends.",
        ),
        Section(
            "excursions",
            "Excursions",
            chart("scatter", "excursions", "Worst against best of each trade", 260),
            wide=False,
            hint="How far each trade was behind and ahead while open: green discs won, red squares did not.",
        ),
        Section("costs", "What it cost", _costs(metrics, settle), wide=False),
        Section("reasons", "By reason", _reasons(metrics), wide=False),
        Section("figures", "All figures", _figures(metrics, settle)),
    ]


def _months(metrics: Metrics) -> str:
    """Years by months, with the whole year at the end."""
    months = metrics.get("by_month") or {}
    years = sorted({name[:4] for name in months})
    if not years:
        return "<p>No time has passed.</p>"
    rows: list[tuple[str, list[float | None]]] = []
    for year in years:
        values = [(months.get(f"{year}-{n:02d}") or {}).get("return") for n in range(1, 13)]
        rows.append((year, [*values, ((metrics.get("by_year") or {}).get(year) or {}).get("return")]))
    texts = _texts(rows)
    return heat_map([*_MONTHS, "Year"], rows, texts, caption="Return by month, in percent")


def _days(metrics: Metrics) -> str:
    """Weeks by weekdays, for a range that is not too long for it."""
    days = {date.fromisoformat(name): value for name, value in (metrics.get("by_day") or {}).items()}
    if not 2 <= len(days) <= _MOST_DAYS:
        return ""
    first, last = min(days), max(days)
    monday = first - timedelta(days=first.weekday())
    weeks: list[tuple[str, list[float | None]]] = []
    while monday <= last:
        weeks.append(
            (
                f"{monday.day} {_MONTHS[monday.month - 1]}",
                [_of_day(days.get(monday + timedelta(days=n))) for n in range(7)],
            )
        )
        monday += timedelta(days=7)
    texts = _texts(weeks)
    return "<h3>By day</h3>" + heat_map(_WEEKDAYS, weeks, texts, caption="Return by day, in percent")


def _of_day(value: Any) -> float | None:
    return value.get("return") if isinstance(value, Mapping) else value


def _texts(rows: list[tuple[str, list[float | None]]]) -> list[list[str]]:
    """Percentages of a heat map, all with as many digits as tell them apart."""
    most = max((abs(value) for _, values in rows for value in values if value is not None), default=0.0)
    places = 1 if most >= 100 else 2 if most >= 0.1 else 3
    return [
        ["" if value is None else f"{value:+.{places}f}".replace("-", MINUS) for value in values]
        for _, values in rows
    ]


def _costs(metrics: Metrics, settle: str) -> str:
    """From what the trades made of the market's moves to what is left of it."""
    gross, net = metrics.get("gross_pnl") or 0.0, metrics.get("net_pnl") or 0.0
    fees, funding = metrics.get("fees") or 0.0, metrics.get("funding") or 0.0
    slippage = metrics.get("slippage") or 0.0
    steps = [
        ("Before slippage", 0.0, gross + slippage),
        ("Slippage", gross + slippage, gross),
        ("Fees", gross, gross - fees),
        ("Funding", gross - fees, gross - fees + funding),
        ("Net result", 0.0, net),
    ]
    ends = [end for step in steps for end in step[1:]]
    low, high = min(0.0, *ends), max(0.0, *ends)
    reach = high - low or 1.0
    rows = "".join(
        _cost(name, (min(start, end) - low) / reach, (end - start) / reach, amount(end - start, settle))
        for name, start, end in steps
    )
    shares = [
        ("Fees, share of the result before costs", percent(metrics.get("fees_share"))),
        ("Slippage, share of it", percent(metrics.get("slippage_share"))),
        ("Funding, share of it", percent(metrics.get("funding_share"))),
        ("Turnover, times the equity", number(metrics.get("turnover"))),
    ]
    return f'<div class="stack">{rows}</div><br>{facts(shares)}'


def _cost(name: str, begin: float, width: float, told: str) -> str:
    """A bar from `begin` on; both are shares of the whole width, a cost has a negative one."""
    kind = ' class="minus"' if width < 0 else ""
    return (
        f'<div class="cost"><span>{escape(name)}</span><span class="bar" aria-hidden="true">'
        f'<i{kind} style="--from:{100 * begin:.3f}%;--wide:{100 * abs(width):.3f}%"></i></span>'
        f"<span>{escape(told)}</span></div>"
    )


def _reasons(metrics: Metrics) -> str:
    parts = []
    for name, title in (("by_exit_reason", "Exit"), ("by_entry_reason", "Entry")):
        groups = metrics.get(name) or {}
        rows = [_reason(reason, group) for reason, group in list(groups.items())[:_MOST_REASONS]]
        if rows:
            head = (title, "Trades", "Win rate", "USD", "USD a trade", "Held")
            parts.append(table(head, rows, caption=f"Trades by reason of {title.lower()}"))
        if len(groups) > _MOST_REASONS:
            parts.append(f"<p class=hint>and {len(groups) - _MOST_REASONS} more reasons</p>")
    return "<br>".join(parts) or "<p>No trades.</p>"


def _reason(reason: str, group: Mapping[str, Any]) -> list[Cell]:
    return [
        reason or "(none)",
        number(group["trade_count"], 0),
        percent(group.get("win_rate"), 1),
        signed(group["total_pnl"]),
        signed(group.get("avg_pnl")),
        duration(group.get("avg_holding_time")),
    ]


def _figures(metrics: Metrics, settle: str) -> str:
    blocks = "".join(
        f"<div><h3>{escape(title)}</h3>{facts(rows)}</div>" for title, rows in grouped(metrics, settle)
    )
    return f'<div class="columns">{blocks}</div>{"".join(_tables(metrics))}'


def _tables(metrics: Metrics) -> Iterator[str]:
    """By year, week and weekday, folded."""
    for name, title in (("by_year", "Year"), ("by_week", "Week"), ("by_weekday", "Weekday")):
        periods = metrics.get(name) or {}
        if not periods:
            continue
        rows = [
            [
                period,
                signed(each.get("return")),
                signed(each.get("total_pnl")),
                number(each.get("trade_count"), 0),
                percent(each.get("win_rate"), 1),
            ]
            for period, each in periods.items()
        ]
        head = (title, "Return %", "USD", "Trades", "Win rate")
        yield (
            f"<details class=alternative><summary>By {title.lower()}</summary>"
            f"{table(head, rows, caption=f'Results by {title.lower()}')}</details>"
        )
