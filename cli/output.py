"""What commands print: tables for people, JSON for programs."""

import json
import sys
import time
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from schema import words

Row = dict[str, Any]
Column = tuple[str, Callable[[Row], str]]

_PIPED_WIDTH = 240  # a table that goes into a file or a pipe is not folded to a screen that is not there

console = Console(highlight=False, width=None if sys.stdout.isatty() else _PIPED_WIDTH)


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_table(
    rows: Iterable[Row], columns: Sequence[Column], empty: str, *, right: Container[str] = ()
) -> None:
    """Rows as a table. `empty` says what it means that there are none, `right` names columns of numbers."""
    rows = list(rows)
    if not rows:
        click.echo(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title, _ in columns:
        table.add_column(
            title, overflow="fold", justify="right" if title in _RIGHT or title in right else "left"
        )
    for row in rows:
        table.add_row(*(escape(cell(row)) for _, cell in columns))
    console.print(table)


_RIGHT = (
    "PnL",
    "Trades",
    "Win",
    "Entry",
    "Exit",
    "Size",
    "Fees",
    "In USD",
    "MAE",
    "MFE",
    "Bars",
    "PID",
    "Candles",
    "Gaps",
    "Days",
    "Tick",
    "Lot",
)


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Names and values, one pair a line."""
    width = max((len(name) for name, _ in facts), default=0)
    for name, value in facts:
        click.echo(f"{name:<{width}}  {value}")


def short_id(session: str) -> str:
    """The end of an id: ids begin with the time, so those of one day look alike at their beginning."""
    return session[-8:]


def clock(seconds: float | None) -> str:
    """A time of the local day and date, or a dash."""
    if seconds is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def duration(seconds: float | None) -> str:
    """A length of time, or a dash."""
    return "-" if seconds is None else words.duration(seconds)


def money(value: float | None, unit: str = "USD") -> str:
    """A signed amount, or a dash."""
    return "-" if value is None else f"{words.signed(value, words.digits(unit))} {unit}"


def price(value: float | None) -> str:
    return "-" if value is None else f"{value:,.10g}"


def percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} %"
