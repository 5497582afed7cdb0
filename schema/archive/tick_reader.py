"""Reading trades and quotes out of the archive: a day at a time, or trades with the quotes that stood."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schema.archive import layout
from schema.archive.candles import Floats
from schema.archive.tick_files import Columns, day_files, read_files, tick_days

_PRINTS = ("ts", "price", "size", "side", "bid", "ask")
_BEST = ("ts", "bid", "ask")
_TRIES = 5


@dataclass(frozen=True)
class Ticks:
    """Trades in order of time, columns of equal length.

    Attributes:
        ts: Unix seconds.
        size: as the exchange counts it: contracts.
        side: of the taker: 1 bought, -1 sold.
        bid, ask: best prices that stood when the trade came; NaN where none was recorded.
    """

    ts: Floats
    price: Floats
    size: Floats
    side: NDArray[np.int8]
    bid: Floats
    ask: Floats

    def __len__(self) -> int:
        return len(self.ts)

    def take(self, which: object) -> "Ticks":
        """Rows by a numpy index: a slice, a mask, an array of positions."""
        return Ticks(*(getattr(self, column.name)[which] for column in fields(self)))

    @classmethod
    def empty(cls) -> "Ticks":
        none = np.empty(0)
        return cls(none, none, none, np.empty(0, dtype=np.int8), none, none)


def read_ticks(root: Path, exchange: str, market: str, start: float | None, end: float | None) -> Ticks:
    """Trades from `start` on and before `end`, each with the best bid and ask before it.

    A trade keeps the prices that were stored with it. To the others the last quote with an earlier stamp is
    joined, from as far back as the trade's own day or the day before: one of the same stamp may be what the
    trade made of the book.

    Raises:
        ValueError: impossible name of market or exchange.
        BrokenFile: a file cannot be read.
    """
    parts = [
        _joined(root, exchange, market, rows)
        for rows in read_tick_days(root, exchange, market, start, end, layout.TRADES, _PRINTS)
    ]
    if not parts:
        return Ticks.empty()
    return Ticks(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Ticks)))


def _joined(root: Path, exchange: str, market: str, rows: Columns) -> Ticks:
    side = np.where(rows["side"] == "Sell", -1, 1).astype(np.int8)
    bid, ask = rows["bid"], rows["ask"]
    unknown = np.isnan(bid) | np.isnan(ask)
    if unknown.any():
        before, last = float(rows["ts"][0]) - layout.DAY, float(rows["ts"][-1]) + 1
        days = list(read_tick_days(root, exchange, market, before, last, layout.QUOTES, _BEST))
        quotes = {name: np.concatenate([day[name] for day in days]) for name in _BEST} if days else {}
        bid, ask = _with_quotes(rows["ts"], bid, ask, unknown, quotes)
    return Ticks(rows["ts"], rows["price"], rows["size"], side, bid, ask)


def _with_quotes(
    ts: Floats, bid: Floats, ask: Floats, unknown: NDArray[np.bool_], quotes: Columns
) -> tuple[Floats, Floats]:
    if not quotes:
        return bid, ask
    at = np.searchsorted(quotes["ts"], ts, side="left") - 1
    known = unknown & (at >= 0)
    bid, ask = bid.copy(), ask.copy()
    bid[known], ask[known] = quotes["bid"][at[known]], quotes["ask"][at[known]]
    return bid, ask


def read_tick_days(
    root: Path,
    exchange: str,
    market: str,
    start: float | None,
    end: float | None,
    kind: str = layout.TRADES,
    names: Sequence[str] | None = None,
) -> Iterator[Columns]:
    """Trades or quotes from `start` on and before `end`: for each day that has any its numpy columns.

    Trades have key, ts, price, size, side, bid, ask; quotes key, ts, bid, bid_size, ask, ask_size. `names`
    picks some of them; ts must be among them.

    Raises:
        ValueError: another kind, impossible name of market or exchange.
        BrokenFile: a file cannot be read.
    """
    if kind not in (layout.TRADES, layout.QUOTES):
        raise ValueError(f"there are trades and quotes, no {kind!r}")
    layout.checked_exchange(exchange)
    for day in tick_days(root, exchange, market, kind):
        opening = layout.day_start(day)
        if (end is not None and opening >= end) or (start is not None and opening + layout.DAY <= start):
            continue
        rows = _day(root, exchange, market, day, kind, names)
        if rows and len((part := _between(rows, start, end))["ts"]):
            yield part


def _day(root: Path, exchange: str, market: str, day: str, kind: str, names: Sequence[str] | None) -> Columns:
    for _ in range(_TRIES):
        with contextlib.suppress(FileNotFoundError):  # merged into another one since: look again
            return read_files(day_files(root, exchange, market, day, kind).parts, names)
    return read_files(day_files(root, exchange, market, day, kind).parts, names)


def _between(rows: Columns, start: float | None, end: float | None) -> Columns:
    first = 0 if start is None else int(rows["ts"].searchsorted(start))
    stop = len(rows["ts"]) if end is None else int(rows["ts"].searchsorted(end))
    return {name: column[first:stop] for name, column in rows.items()}
