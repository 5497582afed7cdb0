"""Trades and log lines as downloads, CSV (RFC 4180) or JSON, row by row in constant memory."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from schema.files import exact
from schema.files.log_reader import LogFilter, LogReader
from schema.files.trades_reader import TradeFilter, TradesReader

TRADE_COLUMNS = (
    *("id", "session", "exchange", "market", "side", "entry_time", "exit_time", "entry_price", "exit_price"),
    *("size", "gross_pnl", "fees", "funding", "pnl", "slippage", "settle", "pnl_usd"),
    *("entry_reason", "exit_reason", "mae", "mfe", "bars_held", "settle_usd", "run", "legs"),
)
LOG_COLUMNS = ("ts", "level", "message", "run", "offset", "data")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS = 200  # in a piece

Row = Mapping[str, Any]


def trades_csv(reader: TradesReader, where: TradeFilter | None = None) -> Iterator[bytes]:
    """Every trade, oldest first; legs of a pair trade as JSON in one column."""
    return as_csv(reader.iterate(where), TRADE_COLUMNS)


def trades_json(reader: TradesReader, where: TradeFilter | None = None) -> Iterator[bytes]:
    """Every trade as a JSON array, one a line; numbers are exact where the reader gives Decimals."""
    return as_json(reader.iterate(where))


def log_csv(reader: LogReader, where: LogFilter | None = None) -> Iterator[bytes]:
    """Every kept line, oldest first; data as JSON in one column."""
    return as_csv(_log_rows(reader, where), LOG_COLUMNS)


def log_json(reader: LogReader, where: LogFilter | None = None) -> Iterator[bytes]:
    return as_json(_log_rows(reader, where))


def _log_rows(reader: LogReader, where: LogFilter | None) -> Iterator[Row]:
    return ({**line.record, "offset": line.offset} for line in reader.iterate(where))


def as_json(rows: Iterable[Row]) -> Iterator[bytes]:
    """Pieces of one JSON array, a row a line."""
    yield b"["
    before = b"\n"
    for batch in _batches(rows):
        lines = (exact.dumps(row, lenient=True).encode("utf-8", "backslashreplace") for row in batch)
        yield before + b",\n".join(lines)
        before = b",\n"
    yield b"\n]\n"


def as_csv(rows: Iterable[Row], columns: Sequence[str]) -> Iterator[bytes]:
    """Pieces of a CSV with a line of names: CRLF, quotes where needed, nested values as JSON."""
    yield _lines([columns])
    for batch in _batches(rows):
        yield _lines([cell(row.get(name)) for name in columns] for row in batch)


def cell(value: Any) -> str:
    """One value for a CSV cell.

    Text that a spreadsheet would run as a formula (`=HYPERLINK(...)` in a strategy's message) gets an
    apostrophe before it. Numbers never do: a loss stays a number.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float | Decimal):
        return exact.dumps(value, lenient=True).strip('"')
    text = value if isinstance(value, str) else exact.dumps(value, lenient=True)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(cells: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(cells)
    return text.getvalue().encode("utf-8", "backslashreplace")


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, _ROWS)):
        yield batch
