"""Reading candles and funding rates out of the archive."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from schema.archive import layout, parquet
from schema.archive.candles import COLUMNS, Candles, joined
from schema.archive.resample import resample
from schema.timeframes import TIMEFRAMES, seconds

Range = tuple[int, int]
"""Unix seconds, the end exclusive."""


def read_candles(
    root: Path,
    exchange: str,
    market: str,
    start: float | None,
    end: float | None,
    timeframe: str = "1m",
) -> Candles:
    """Candles of one exchange that open from `start` on and before `end`; None leaves a side open.

    A bar of an hour is made of minutes where all sixty are there, else of 5 minutes, and so on up to a
    recorded hour. Where nothing has the whole bar it is made of what there is (`holes` tells of minutes).
    A bar that opens before `end` holds all its data, also beyond `end`.

    Raises:
        ValueError: unknown timeframe, impossible name of market or exchange.
        BrokenFile: a day's file cannot be read.
    """
    step = seconds(timeframe)
    days = list(_days(root, market, start, end))
    found = joined(_day(root, exchange, market, day, step) for day in days)
    return found.between(start, end)


def _days(root: Path, market: str, start: float | None, end: float | None) -> Iterator[str]:
    first = "" if start is None else layout.day_of(start)
    for day in layout.list_days(root, market):
        if day >= first and (end is None or layout.day_start(day) < end):
            yield day


def _day(root: Path, exchange: str, market: str, day: str, step: int) -> Candles:
    """Bars of one day from all timeframes that divide `step`: whole ones of the shortest first."""
    bars, partial = Candles.empty(), Candles.empty()
    for name, length in TIMEFRAMES.items():
        if step % length:
            continue
        try:
            columns = parquet.read(layout.data_file(root, exchange, market, day, name), COLUMNS)
        except FileNotFoundError:
            continue
        candles = Candles.of(columns)
        made = candles if length == step else resample(candles, step)
        whole = np.unique(candles.ts // step, return_counts=True)[1] * length == step
        bars, partial = _filled(bars, made.take(whole)), _filled(partial, made.take(~whole))
        if len(bars) * step == layout.DAY:
            break
    return _filled(bars, partial)


def _filled(bars: Candles, more: Candles) -> Candles:
    """`bars`, and of `more` those whose stamps they lack."""
    if not len(bars) or not len(more):
        return bars if len(bars) else more
    both = joined([bars, more.take(~np.isin(more.ts, bars.ts))])
    return both.take(np.argsort(both.ts, kind="stable"))


def holes(root: Path, exchange: str, market: str, start: int, end: int, timeframe: str = "1m") -> list[Range]:
    """Where candles are missing between `start` and `end` (exclusive), as ranges of opening times.

    Only candles of that very timeframe, or of shorter ones, count.
    """
    step = seconds(timeframe)
    return missing(read_candles(root, exchange, market, start, end, timeframe).ts.tolist(), start, end, step)


def missing(stamps: list[int], start: int, end: int, step: int) -> list[Range]:
    """Ranges of the grid of `step` from `start` to `end` that no stamp (ascending) covers."""
    expected = -(-start // step) * step
    end = -(-end // step) * step
    found: list[Range] = []
    for stamp in (*stamps, end):
        if expected < stamp:
            found.append((expected, stamp))
        expected = max(expected, stamp + step)
    return found


def read_funding(
    root: Path, exchange: str, market: str, start: float | None, end: float | None
) -> list[tuple[int, float]]:
    """Funding rates (Unix seconds, fraction) from `start` on and before `end`, in order of time.

    Raises:
        ValueError: impossible name of market or exchange.
        BrokenFile: a day's file cannot be read.
    """
    rates: list[tuple[int, float]] = []
    for day in _days(root, market, start, end):
        try:
            columns = parquet.read(
                layout.data_file(root, exchange, market, day, layout.FUNDING), ("ts", "rate")
            )
        except FileNotFoundError:
            continue
        rates += zip(columns["ts"].tolist(), columns["rate"].tolist(), strict=True)
    return [(ts, rate) for ts, rate in rates if (start is None or ts >= start) and (end is None or ts < end)]
