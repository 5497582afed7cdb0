"""Reading trades and quotes out of the archive, a day at a time."""

from collections.abc import Iterator
from pathlib import Path

from schema.archive import layout
from schema.archive.tick_files import Columns, day_files, read_files


def read_ticks(
    root: Path,
    exchange: str,
    market: str,
    start: float | None,
    end: float | None,
    kind: str = layout.TRADES,
) -> Iterator[Columns]:
    """Trades or quotes from `start` on and before `end`: for each day that has any its numpy columns.

    Trades have key, ts, price, size, side, bid, ask; quotes ts, bid, bid_size, ask, ask_size (and a key).

    Raises:
        ValueError: another kind, impossible name of market or exchange.
        BrokenFile: a file cannot be read.
    """
    if kind not in (layout.TRADES, layout.QUOTES):
        raise ValueError(f"there are trades and quotes, no {kind!r}")
    layout.checked_exchange(exchange)
    for day in layout.list_days(root, market):
        opening = layout.day_start(day)
        if (end is not None and opening >= end) or (start is not None and opening + layout.DAY <= start):
            continue
        rows = read_files(day_files(root, exchange, market, day, kind).live)
        if rows and len((part := _between(rows, start, end))["ts"]):
            yield part


def _between(rows: Columns, start: float | None, end: float | None) -> Columns:
    first = 0 if start is None else int(rows["ts"].searchsorted(start))
    stop = len(rows["ts"]) if end is None else int(rows["ts"].searchsorted(end))
    return {name: column[first:stop] for name, column in rows.items()}
