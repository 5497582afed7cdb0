"""Figures of a session as tables for people: grouped, labelled, with their currencies."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.markup import escape
from rich.table import Table

from cli import output
from schema.metrics_catalogue import CATALOGUE, COLUMNS, GROUPS, Unit
from schema.words import digits

Metrics = Mapping[str, Any]
Group = tuple[str, list[tuple[str, str]]]
"""A title, and rows of label and value."""

_SIDES = ("long", "short")
_MOST_ROWS = 12
_MOST_MONTHS = 60
_LONG_TABLES = ("by_week", "by_day")
_DETAILS = "Breakdown"


def metric_rows(metrics: Metrics) -> list[Group]:
    """The single figures in their groups, without those that are not defined; groups without any are left
    out.
    """
    settle = str(metrics.get("settle") or "")
    groups: list[Group] = []
    for title, keys in GROUPS.items():
        rows = [
            (CATALOGUE[key].label, shown(metrics[key], CATALOGUE[key].unit, settle))
            for key in keys
            if CATALOGUE[key].unit != "table" and metrics.get(key) is not None
        ]
        if rows:
            groups.append((title, rows))
    return groups


def print_metrics(metrics: Metrics) -> None:
    """All groups side by side in as many columns as fit, then the tables by side, reason and period."""
    cards = [_card(title, rows) for title, rows in metric_rows(metrics)]
    grid = Table.grid(padding=(0, 4))
    across = _across(cards)
    for first in range(0, len(cards), across):
        grid.add_row(*cards[first : first + across])
        grid.add_row("")
    output.console.print(grid)
    for table in _tables(metrics):
        output.console.print(table)
        output.console.print()


def _card(title: str, rows: Sequence[tuple[str, str]]) -> Table:
    card = Table(
        box=None, pad_edge=False, title=title, title_justify="left", title_style="bold", show_header=False
    )
    card.add_column()
    card.add_column(justify="right", no_wrap=True)
    for label, value in rows:
        card.add_row(escape(label), escape(value))
    return card


def _across(cards: Sequence[Table]) -> int:
    widest = max((output.console.measure(card).maximum for card in cards), default=1)
    return max(1, min(3, output.console.width // (widest + 4)))


def _tables(metrics: Metrics) -> Iterator[Table]:
    settle = str(metrics.get("settle") or "")
    sides = {
        CATALOGUE[key].label: metrics[key] for key in _SIDES if (metrics.get(key) or {}).get("trade_count")
    }
    if sides:
        yield _table("By side", sides, settle, _MOST_ROWS)
    for key in GROUPS[_DETAILS]:
        rows = metrics.get(key)
        if key in _SIDES or key in _LONG_TABLES or not rows:
            continue
        if key == "by_reasons" and len(metrics.get("by_entry_reason") or {}) == 1:
            continue  # it would say the same as the exit reasons alone
        most = _MOST_MONTHS if key == "by_month" else _MOST_ROWS
        yield _table(CATALOGUE[key].label, rows, settle, most)


def _table(title: str, rows: Mapping[str, Mapping[str, Any]], settle: str, most: int) -> Table:
    names = [name for name in COLUMNS if any(row.get(name) is not None for row in rows.values())]
    table = Table(box=None, pad_edge=False, title=title, title_justify="left", title_style="bold")
    table.add_column("")
    for name in names:
        table.add_column(COLUMNS[name].label, justify="right", no_wrap=True)
    for name, row in list(rows.items())[:most]:
        cells = (shown(row.get(column), COLUMNS[column].unit, settle) for column in names)
        table.add_row(escape(name or "-"), *map(escape, cells))
    if len(rows) > most:
        table.add_row(f"... {len(rows) - most} more with --json")
    return table


def shown(value: Any, unit: Unit, settle: str = "") -> str:
    """A value of the catalogue as text, with its unit."""
    return "-" if value is None else _SHOWN[unit](value, settle)


def _money(value: float, currency: str) -> str:
    return f"{_fixed(value, digits(currency))} {currency}".rstrip()


def _fixed(value: float, places: int) -> str:
    """Without a sign before a zero."""
    return f"{round(value, places) + 0.0:,.{places}f}"


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))


_SHOWN: dict[str, Callable[[Any, str], str]] = {
    "count": lambda value, _: f"{value:,}",
    "percent": lambda value, _: f"{_fixed(value, 2 if abs(value) >= 1 or not value else 4)} %",
    "ratio": lambda value, _: _fixed(value, 3),
    "bars": lambda value, _: _fixed(value, 1).removesuffix(".0"),
    "settle": _money,
    "usd": lambda value, _: _money(value, "USD"),
    "seconds": lambda value, _: output.duration(value),
    "time": lambda value, _: _utc(value),
    "text": lambda value, _: str(value),
}
