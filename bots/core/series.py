"""Closed candles of one market as columns on its price grid: what a backtest runs over."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bots.core.bars import CandleError
from bots.core.candles import Candles, Floats
from bots.core.events import Candle
from bots.core.path import to_level

Levels = NDArray[np.int64]


@dataclass(frozen=True)
class Series:
    """Candles in order of time, none twice; all columns have the same length.

    Attributes:
        ts: opening times, Unix seconds.
        open, high, low, close: prices as multiples of `tick`, above 0, low and high around the others.
        volume: as recorded: contracts, or coins where the archive has coins of an inverse market.
    """

    market: str
    tick: Decimal
    ts: Levels
    open: Levels
    high: Levels
    low: Levels
    close: Levels
    volume: Floats

    def __len__(self) -> int:
        return len(self.ts)

    @classmethod
    def from_floats(
        cls, market: str, tick: Decimal, ts: Any, open: Any, high: Any, low: Any, close: Any, volume: Any
    ) -> "Series":
        """From columns of floats, as an archive holds them; prices go to the nearest grid line.

        Raises:
            CandleError: candles out of order or that cannot be; names the first.
        """
        stamps = np.asarray(ts, dtype=np.int64)
        prices = (_levels(column, tick, market, stamps) for column in (open, high, low, close))
        series = cls(market, tick, stamps, *prices, np.asarray(volume, dtype=np.float64))
        series._check()
        return series

    @classmethod
    def of(cls, candles: Iterable[Candle], market: str, tick: Decimal) -> "Series":
        """From candles of exact prices. Raises CandleError."""
        rows = list(candles)
        prices = [
            np.array([to_level(row[column], tick) for row in rows], dtype=np.int64) for column in range(1, 5)
        ]
        stamps = np.array([row.ts for row in rows], dtype=np.int64)
        volume = np.array([float(row.volume) for row in rows], dtype=np.float64)
        series = cls(market, tick, stamps, *prices, volume)
        series._check()
        return series

    def between(self, start: float, end: float) -> "Series":
        """The candles that open from `start` on and before `end`; views, nothing is copied."""
        first, last = np.searchsorted(self.ts, [start, end])
        columns = (self.ts, self.open, self.high, self.low, self.close, self.volume)
        return Series(self.market, self.tick, *(column[first:last] for column in columns))

    def columns(self) -> Candles:
        """Prices as the floats nearest to them, for indicators."""
        return self._columns

    @cached_property
    def _columns(self) -> Candles:
        prices = [self.price(column) for column in (self.open, self.high, self.low, self.close)]
        return Candles(*map(_read_only, (self.ts.astype(np.float64), *prices, self.volume.view())))

    def price(self, levels: Levels) -> Floats:
        """Levels as the floats nearest to their prices."""
        numerator, denominator = self.tick.as_integer_ratio()
        # One correctly rounded division: times 0.1 would miss the nearest float now and then.
        return (levels * numerator).astype(np.float64) / float(denominator)

    def candle(self, index: int) -> Candle:
        """One candle with exact prices."""
        prices = (int(column[index]) for column in (self.open, self.high, self.low, self.close))
        open_, high, low, close = (level * self.tick for level in prices)
        volume = Decimal(repr(float(self.volume[index])))
        return Candle(float(self.ts[index]), open_, high, low, close, volume, self.market)

    def _check(self) -> None:
        """Raises CandleError for the first candle that cannot be, or comes too early."""
        late = np.flatnonzero(np.diff(self.ts) <= 0)
        if len(late):
            before, stamp = self.ts[late[0]], self.ts[late[0] + 1]
            raise CandleError(f"{self.market}: the candle of {stamp} comes after the one of {before}")
        bad = (self.low <= 0) | (self.low > np.minimum(self.open, self.close))
        bad |= self.high < np.maximum(self.open, self.close)
        bad |= ~np.isfinite(self.volume) | (self.volume < 0)
        if bad.any():
            row = self.candle(index) if np.isfinite(self.volume[index := int(np.argmax(bad))]) else None
            told = "its volume is no number" if row is None else _told(row)
            raise CandleError(f"{self.market}: the candle of {self.ts[index]} cannot be: {told}")


def _told(row: Candle) -> str:
    return f"open {row.open}, high {row.high}, low {row.low}, close {row.close}, volume {row.volume}"


def _levels(column: Any, tick: Decimal, market: str, stamps: Levels) -> Levels:
    """The nearest grid lines; half way between two, the even one."""
    prices = np.asarray(column, dtype=np.float64)
    bad = ~np.isfinite(prices)
    if bad.any():
        raise CandleError(
            f"{market}: the candle of {stamps[int(np.argmax(bad))]} has a price that is no number"
        )
    numerator, denominator = tick.as_integer_ratio()
    exact = prices * denominator / numerator
    levels = np.rint(exact).astype(np.int64)
    # Floats cannot tell on which side of the half a decimal lies: there the decimals themselves decide.
    for index in np.flatnonzero(np.abs(np.abs(exact - levels) - 0.5) < 1e-6).tolist():
        levels[index] = to_level(Decimal(repr(float(prices[index]))), tick)
    return levels


def _read_only(column: Floats) -> Floats:
    column.flags.writeable = False
    return column
