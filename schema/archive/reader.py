"""Reading candles and funding rates out of the archive."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from schema.archive import layout, periods
from schema.archive.candles import COLUMNS, Candles, joined, latest_by_stamp
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
    whole, partial = read_bars(root, exchange, market, start, end, timeframe)
    return filled(whole, partial)


def read_bars(
    root: Path,
    exchange: str,
    market: str,
    start: float | None,
    end: float | None,
    timeframe: str = "1m",
) -> tuple[Candles, Candles]:
    """The same in two parts: bars that are whole, and those made of what there is. Raises as it."""
    step = seconds(timeframe)
    bars, partial = Candles.empty(), Candles.empty()
    for name, length in TIMEFRAMES.items():
        if step % length:
            continue
        candles = recorded(root, exchange, market, start, end, name)
        if length == step:
            bars = filled(bars, candles)
            break
        if len(candles):
            made = resample(candles, step)
            whole = np.unique(candles.ts // step, return_counts=True)[1] * length == step
            bars, partial = filled(bars, made.take(whole)), filled(partial, made.take(~whole))
    return bars.between(start, end), partial.between(start, end)


def recorded(
    root: Path, exchange: str, market: str, start: float | None, end: float | None, timeframe: str
) -> Candles:
    """The candles of that very timeframe, of whole days, in order, one a stamp. Raises as `read_candles`."""
    columns = periods.read_rows(root, exchange, market, timeframe, COLUMNS, start, end)
    if not columns:
        return Candles.empty()
    candles = Candles.of(columns)
    if (candles.ts[1:] <= candles.ts[:-1]).any():
        candles = latest_by_stamp(candles)
    first = None if start is None else start // layout.DAY * layout.DAY
    stop = None if end is None else -(-end // layout.DAY) * layout.DAY
    return candles.between(first, stop)


def filled(bars: Candles, more: Candles) -> Candles:
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
    return missing(read_candles(root, exchange, market, start, end, timeframe).ts, start, end, step)


def missing(stamps: ArrayLike, start: int, end: int, step: int) -> list[Range]:
    """Ranges of the grid of `step` from `start` to `end` that no stamp covers."""
    first, stop = -(-start // step) * step, -(-end // step) * step
    known = np.asarray(stamps, dtype=np.int64)
    begin = int(np.searchsorted(known, first))
    whole = known[begin : begin + (stop - first) // step]
    if (
        len(whole)
        and whole[0] == first
        and whole[-1] == stop - step
        and (whole[1:] - whole[:-1] == step).all()
    ):
        return []  # nearly always, and without a copy of all of them
    known = known[(known >= first) & (known < stop) & (known % step == 0)]
    if (np.diff(known) <= 0).any():
        known = np.sort(known)
        known = known[np.r_[True, np.diff(known) > 0]]
    expected = np.concatenate([[first], known + step])
    there = np.concatenate([known, [stop]])
    late = np.flatnonzero(expected < there)
    return list(zip(expected[late].tolist(), there[late].tolist(), strict=True))


def read_funding(
    root: Path, exchange: str, market: str, start: float | None, end: float | None
) -> list[tuple[int, float]]:
    """Funding rates (Unix seconds, fraction) from `start` on and before `end`, in order of time.

    Raises:
        ValueError: impossible name of market or exchange.
        BrokenFile: a day's file cannot be read.
    """
    layout.checked_exchange(exchange)
    columns = periods.read_rows(root, exchange, market, layout.FUNDING, ("ts", "rate"), start, end)
    if not columns:
        return []
    rates = dict(zip(columns["ts"].tolist(), columns["rate"].tolist(), strict=True))
    return [
        (ts, rate)
        for ts, rate in sorted(rates.items())
        if (start is None or ts >= start) and (end is None or ts < end)
    ]
