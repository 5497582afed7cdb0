"""The bars of a backtest at once: the same that `bars.BarBuilder` makes candle by candle."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bots.core.candles import Candles
from bots.core.series import Levels, Series


@dataclass(frozen=True)
class ClosedBars:
    """Bars of one market, and for each the index of the candle with which it is complete."""

    candles: Candles
    _closing: Levels | None = None
    """None where each candle is a bar."""

    @cached_property
    def closing(self) -> Levels:
        return np.arange(len(self.candles), dtype=np.int64) if self._closing is None else self._closing


def closed_bars(series: Series, seconds: int, base: int) -> ClosedBars:
    """Bars of `seconds` from candles of `base` seconds; what is not complete at the end is left out.

    A bar is complete with its last candle; where that is missing, with the first candle after it.
    """
    columns, count = series.columns(), len(series)
    if seconds == base or not count:
        return ClosedBars(columns)
    starts = series.ts - series.ts % seconds
    first = np.flatnonzero(np.concatenate(([True], starts[1:] != starts[:-1])))
    last = np.concatenate((first[1:], [count])) - 1
    whole = series.ts[last] + base >= starts[last] + seconds
    closing = np.where(whole, last, last + 1)
    bars = Candles(
        starts[first].astype(np.float64),
        columns.open[first],
        np.maximum.reduceat(columns.high, first),
        np.minimum.reduceat(columns.low, first),
        columns.close[last],
        np.add.reduceat(columns.volume, first),
    )
    known = closing < count
    return ClosedBars(_taken(bars, known), closing[known])


def aligned(legs: Sequence[Candles]) -> list[Candles]:
    """The bars of those stamps that every market has."""
    common = legs[0].ts
    for leg in legs[1:]:
        common = np.intersect1d(common, leg.ts, assume_unique=True)
    return [_taken(leg, np.isin(leg.ts, common, assume_unique=True)) for leg in legs]


def _taken(bars: Candles, which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Candles:
    if which.all():
        return bars
    columns = (bars.ts, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return Candles(*(column[which] for column in columns))
